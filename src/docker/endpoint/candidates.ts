import { join } from 'node:path';
import type { Env } from '#core';
import type { EngineAddress, EngineTls } from '../types.ts';

/** What discovery knows about this machine before it tries anything. */
export interface MachineFacts {
  readonly env: Env;
  readonly userHome: string;
  readonly uid: number | undefined;
  /** The docker context in use; undefined for the default one. */
  readonly context: DockerContext | undefined;
  /** Key material of DOCKER_CERT_PATH. */
  readonly envTls: EngineTls | undefined;
}

export interface DockerContext {
  readonly name: string;
  readonly host: string;
  readonly tls: EngineTls | undefined;
}

export type Candidate = EngineAddress | { readonly url: string; readonly problem: string };

type Strategy = (facts: MachineFacts) => readonly Candidate[];

/**
 * Where an Engine may be, most wanted first. Who names one (DOCKER_HOST, a docker context) gets that one or an error; only where
 * nobody did are the usual places tried.
 */
export function candidates(facts: MachineFacts): readonly Candidate[] {
  for (const named of [fromEnvironment, fromContext]) {
    const found = named(facts);
    if (found.length > 0) return found;
  }
  return [rootless, standard, podman].flatMap((strategy) => strategy(facts));
}

const fromEnvironment: Strategy = ({ env, envTls }) => {
  const host = env['DOCKER_HOST'];
  if (host === undefined || host === '') return [];
  return [parseHost(host, { origin: 'environment', tls: env['DOCKER_TLS_VERIFY'] ? envTls : undefined, args: [] })];
};

const fromContext: Strategy = ({ context }) =>
  context ? [parseHost(context.host, { origin: 'context', tls: context.tls, args: ['--context', context.name] })] : [];

const rootless: Strategy = ({ env, uid }) =>
  [env['XDG_RUNTIME_DIR'], uid === undefined || uid === 0 ? undefined : `/run/user/${uid}`]
    .filter((folder, index, all) => folder !== undefined && folder !== '' && all.indexOf(folder) === index)
    .map((folder) => unixAddress(join(folder ?? '', 'docker.sock'), 'rootless'));

const standard: Strategy = ({ userHome }) =>
  [
    '/var/run/docker.sock',
    // Where Docker Desktop, Colima, OrbStack and Rancher Desktop put theirs when /var/run is not linked to it.
    join(userHome, '.docker/desktop/docker.sock'),
    join(userHome, '.docker/run/docker.sock'),
    join(userHome, '.colima/default/docker.sock'),
    join(userHome, '.orbstack/run/docker.sock'),
    join(userHome, '.rd/docker.sock'),
  ].map((path) => unixAddress(path, 'default'));

const podman: Strategy = ({ env, uid }) => {
  const folder = env['XDG_RUNTIME_DIR'] || (uid === undefined || uid === 0 ? undefined : `/run/user/${uid}`);
  return [folder === undefined ? undefined : join(folder, 'podman/podman.sock'), '/run/podman/podman.sock']
    .filter((path) => path !== undefined)
    .map((path) => unixAddress(path, 'podman'));
};

function unixAddress(path: string, origin: EngineAddress['origin']): EngineAddress {
  return { url: `unix://${path}`, origin, route: { kind: 'unix', path } };
}

interface HostOrigin {
  readonly origin: EngineAddress['origin'];
  readonly tls: EngineTls | undefined;
  /** Arguments that make the docker CLI take the same Engine. */
  readonly args: readonly string[];
}

/** Reads what DOCKER_HOST and docker contexts hold. */
function parseHost(host: string, { origin, tls, args }: HostOrigin): Candidate {
  if (host.startsWith('unix://')) return unixAddress(host.slice('unix://'.length), origin);
  if (/^ssh:\/\/[^\s]+$/.test(host)) {
    // The docker CLI knows the user's ssh; it is told by environment or context which Engine to dial.
    const chosen = args.length > 0 ? args : ['--host', host];
    return {
      url: host,
      origin,
      route: { kind: 'command', program: 'docker', args: [...chosen, 'system', 'dial-stdio'] },
    };
  }
  const tcp = /^(tcp|https?):\/\/(?:\[([0-9a-f:.]+)\]|([^\s/:@]+))(?::(\d{1,5}))?\/?$/i.exec(host);
  const name = tcp?.[2] ?? tcp?.[3];
  if (tcp === null || name === undefined) return { url: host, problem: 'not an address of a Docker Engine' };
  const secure = tls ?? (tcp[1]?.toLowerCase() === 'https' ? { verify: true } : undefined);
  const port = tcp[4] === undefined ? (secure ? 2376 : 2375) : Number(tcp[4]);
  if (port < 1 || port > 65_535) return { url: host, problem: `${port} is not a port` };
  return { url: host, origin, route: { kind: 'tcp', host: name, port, tls: secure } };
}
