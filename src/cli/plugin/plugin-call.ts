import { resolve } from 'node:path';
import type { Env, Paths } from '#core';
import { isCompletion } from '../completion/verbs.ts';
import type { Plugin } from './plugins.ts';

/** Global options of docker that take a value, and the variable that says the same (contract model-runner §1.1). */
const valueOptions: Readonly<Record<string, string | undefined>> = {
  '--config': 'DOCKER_CONFIG',
  '-c': 'DOCKER_CONTEXT',
  '--context': 'DOCKER_CONTEXT',
  '-H': 'DOCKER_HOST',
  '--host': 'DOCKER_HOST',
  '-l': undefined,
  '--log-level': undefined,
  '--tlscacert': undefined,
  '--tlscert': undefined,
  '--tlskey': undefined,
};
const switches: Readonly<Record<string, string | undefined>> = {
  '-D': 'GANTRY_DEBUG',
  '--debug': 'GANTRY_DEBUG',
  '--tls': undefined,
  '--tlsverify': 'DOCKER_TLS_VERIFY',
};

export interface PluginCall {
  /** For our own command line. */
  readonly argv: readonly string[];
  /** What the global options say, for us and for the docker commands that we start. */
  readonly env: Env;
  /** Without docker in front. */
  readonly standalone: boolean;
}

/**
 * Reads how Docker calls a plugin (`docker-model [global options] model ls`) and how Compose does (`docker-model ls`). The
 * global options before the command name a Docker Engine; our daemon is the same whichever it is.
 */
export function readPluginCall(plugin: Plugin, args: readonly string[], env: Env): PluginCall {
  if (isCompletion(args)) {
    // What stands behind the verb is the line being typed, in the same two forms.
    const typed = readPluginCall(plugin, args.slice(1), env);
    return { ...typed, argv: [...args.slice(0, 1), ...typed.argv] };
  }
  const { word, prefix } = plugin;
  const outer = withoutGlobalOptions(args, env);
  const named = outer.argv[0] === word;
  const inner = named ? withoutGlobalOptions(outer.argv.slice(1), outer.env) : outer;
  // Docker shows help for a plugin's bare name; our groups take it for a mistake.
  const words = prefix.length > 0 && inner.argv.length === 0 ? ['--help'] : dockerVerbs(prefix, inner.argv);
  return { argv: [...prefix, ...words], env: inner.env, standalone: !named };
}

/** `docker model stop` unloads models; our own `stop` ends the daemon. */
function dockerVerbs(prefix: readonly string[], argv: readonly string[]): readonly string[] {
  return prefix.length === 0 && argv[0] === 'stop' ? ['unload', ...argv.slice(1)] : argv;
}

function withoutGlobalOptions(args: readonly string[], env: Env): Omit<PluginCall, 'standalone'> {
  const set: Record<string, string> = {};
  let index = 0;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? '';
    const [name, inline] = splitValue(word);
    if (Object.hasOwn(switches, name)) {
      const variable = switches[name];
      if (variable !== undefined && inline !== 'false') set[variable] = '1';
    } else if (Object.hasOwn(valueOptions, name)) {
      const value = inline ?? args[index + 1] ?? '';
      if (inline === undefined) index += 1;
      const variable = valueOptions[name];
      if (variable !== undefined) set[variable] = value;
    } else break;
  }
  return { argv: args.slice(index), env: { ...env, ...set } };
}

function splitValue(word: string): readonly [string, string?] {
  const match = /^(--[^=]+)=(.*)$/s.exec(word);
  return match?.[1] === undefined || match[2] === undefined ? [word] : [match[1], match[2]];
}

/** `--config` names another folder of the Docker CLI. */
export function pathsOfCall(paths: Paths, env: Env): Paths {
  const folder = env['DOCKER_CONFIG'];
  return folder ? { ...paths, dockerConfig: resolve(folder) } : paths;
}
