import { isAbsolute, relative, sep } from 'node:path';
import type { Env } from '#core';

/** Variables that programs need and that are no secrets. Everything else stays with us. */
const passed =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TERM|XDG_(?:RUNTIME_DIR|CONFIG_HOME|CACHE_HOME|DATA_HOME)|DOCKER_(?:HOST|CONTEXT|CONFIG|TLS_VERIFY|CERT_PATH|API_VERSION|BUILDKIT)|(?:https?|no)_proxy|(?:HTTPS?|NO)_PROXY)$/;
const fallbackPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of a program that the assistant starts: without secrets, and with no programs of the project in `PATH`. */
export function programEnv(env: Env, workingDirectory: string): Env {
  const kept = Object.entries(env).filter(([name, value]) => passed.test(name) && value !== undefined);
  const folders = (env['PATH'] ?? fallbackPath).split(':').filter((one) => isOutside(one, workingDirectory));
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, withoutLogin(value ?? '')])),
    PATH: folders.join(':') || fallbackPath,
    // A Compose file could name others elsewhere, with values of `.env` in their addresses, and have them fetched by a mere `ps`.
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'false',
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false',
    // Nobody is there to answer.
    GIT_TERMINAL_PROMPT: '0',
    PAGER: 'cat',
    NO_COLOR: '1',
  };
}

function isOutside(folder: string, workingDirectory: string): boolean {
  if (!isAbsolute(folder)) return false;
  const inner = relative(workingDirectory, folder);
  return inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner);
}

/** Proxies may be written with a password. */
function withoutLogin(value: string): string {
  return value.replace(/^(\w+:\/\/)[^/@]*@/, '$1');
}
