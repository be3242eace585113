import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, errorCodeOf, silentLog, type Env, type Log } from '#core';
import type { DockerProxies } from '../http/proxy.ts';

export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A refresh token, exchanged at the registry's token service. */
  | { readonly kind: 'identity'; readonly token: string };

/** Finds what the user has stored for one registry; never for another one. */
export interface Credentials {
  /** `registry` is `docker.io` or host and port. */
  forRegistry(registry: string, options: { signal: AbortSignal }): Promise<Credential | undefined>;
}

/** Runs `docker-credential-<helper> get` with the server address on stdin and returns its stdout. */
export type RunHelper = (helper: string, serverUrl: string, options: { signal: AbortSignal }) => Promise<string>;

export interface CredentialsOptions {
  readonly dockerConfigDir: string;
  readonly env: Env;
  readonly runHelper?: RunHelper | undefined;
  readonly log?: Log | undefined;
}

const authEntry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

const proxies = z.object({
  httpProxy: z.string().optional(),
  httpsProxy: z.string().optional(),
  allProxy: z.string().optional(),
  noProxy: z.string().optional(),
});

const dockerConfig = z.object({
  auths: z.record(z.string(), authEntry).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
  proxies: z.record(z.string(), proxies).optional(),
});

type DockerConfig = z.output<typeof dockerConfig>;

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });

const hubServer = 'https://index.docker.io/v1/';
const hubHosts = ['index.docker.io', 'docker.io', 'registry-1.docker.io'];

/** Order: environment (Docker Hub only), credHelpers, credsStore, auths. The files are read anew each time, so a login counts at once. */
export function createCredentials(options: CredentialsOptions): Credentials {
  const { dockerConfigDir, env, runHelper = helperRunner(env), log = silentLog } = options;
  return {
    async forRegistry(registry, { signal }) {
      const isHub = registry === 'docker.io';
      const fromEnv = isHub ? hubEnvironment(env) : undefined;
      if (fromEnv) return fromEnv;
      const config = await readDockerConfig(dockerConfigDir);
      const hosts = isHub ? hubHosts : [registry];
      const helper = hosts.map((host) => byHost(config.credHelpers, host)).find(Boolean) ?? config.credsStore;
      if (helper) {
        try {
          const found = await askHelper(helper, isHub ? hubServer : registry, { signal, runHelper });
          if (found) return found;
        } catch (error) {
          if (signal.aborted) throw error;
          log.warn('credential helper failed', {
            helper,
            registry,
            reason: error instanceof Error ? error.message : '',
          });
        }
      }
      return hosts.map((host) => fromAuths(byHost(config.auths, host))).find(Boolean);
    },
  };
}

/** `proxies.default` of the Docker CLI's configuration. */
export async function readDockerProxies(dockerConfigDir: string): Promise<DockerProxies | undefined> {
  return (await readDockerConfig(dockerConfigDir)).proxies?.['default'];
}

async function readDockerConfig(directory: string): Promise<DockerConfig> {
  const path = join(directory, 'config.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCodeOf(error) ?? '')) return {};
    throw error;
  }
  if (text.trim() === '') return {};
  try {
    return dockerConfig.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('settings.invalid', `${path} is not a valid configuration of the Docker CLI.`, {
      hint: 'Correct it, or log in again with: docker login',
      params: { path },
      cause,
    });
  }
}

// Keys may be a bare host or a URL with or without path; the host has to match exactly.
function byHost<T>(entries: Readonly<Record<string, T>> | undefined, host: string): T | undefined {
  for (const [key, value] of Object.entries(entries ?? {})) {
    if (key.replace(/^https?:\/\//, '').replace(/\/.*$/, '') === host) return value;
  }
  return undefined;
}

function hubEnvironment(env: Env): Credential | undefined {
  const username = env['DOCKER_USERNAME'] || env['DOCKER_HUB_USER'];
  const password = env['DOCKER_PASSWORD'] || env['DOCKER_HUB_PASSWORD'];
  return username && password ? { kind: 'basic', username, password } : undefined;
}

function fromAuths(entry: z.output<typeof authEntry> | undefined): Credential | undefined {
  if (!entry) return undefined;
  if (entry.identitytoken) return { kind: 'identity', token: entry.identitytoken };
  if (entry.username && entry.password) return { kind: 'basic', username: entry.username, password: entry.password };
  const pair = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '');
  const colon = pair.indexOf(':');
  return colon > 0 ? { kind: 'basic', username: pair.slice(0, colon), password: pair.slice(colon + 1) } : undefined;
}

async function askHelper(
  helper: string,
  serverUrl: string,
  { signal, runHelper }: { signal: AbortSignal; runHelper: RunHelper },
): Promise<Credential | undefined> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(helper))
    throw new Error(`"${helper}" is not the name of a credential helper`);
  const output = await runHelper(helper, serverUrl, { signal });
  if (output.trim() === '') return undefined;
  const { Username: username, Secret: secret } = helperAnswer.parse(JSON.parse(output));
  if (secret === '') return undefined;
  return username === '<token>' ? { kind: 'identity', token: secret } : { kind: 'basic', username, password: secret };
}

const helperLimitMs = 30_000;

function helperRunner(env: Env): RunHelper {
  return (helper, serverUrl, { signal }) =>
    new Promise((resolve, reject) => {
      const options = { env: { ...env }, signal, timeout: helperLimitMs, maxBuffer: 1 << 20 };
      const child = execFile(`docker-credential-${helper}`, ['get'], options, (error, stdout) => {
        // "credentials not found in native keychain" is the helpers' way to say that there are none; it comes on stdout.
        if (error && /not found/i.test(stdout)) resolve('');
        // What the helper printed may hold a secret, so only the kind of failure is kept.
        else if (error) reject(new Error(errorCodeOf(error) ?? `it ended with status ${String(error.code)}`));
        else resolve(stdout);
      });
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(`${serverUrl}\n`);
    });
}
