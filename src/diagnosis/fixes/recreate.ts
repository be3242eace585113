import { stringify } from 'yaml';
import type { Command, Evidence, Fix, NeededSecret, Risk } from '../types.ts';
import { withoutSecrets } from '../evidence/clean.ts';
import type { ContainerAnswer } from '../evidence/schemas.ts';
import type { Change } from './change.ts';

/** A fix that makes the container again with a change; for a service of Compose, the lines its file needs. */
export function recreate(evidence: Evidence, change: Change): readonly Fix[] {
  const { container } = evidence;
  if (!container) return [];
  const service = container.Config.Labels['com.docker.compose.service'];
  const compose = composeLines(change, service ?? (container.Name || 'app'));
  if (service !== undefined) {
    const project = container.Config.Labels['com.docker.compose.project'];
    const argv = ['docker', 'compose', ...(project ? ['-p', project] : []), 'up', '-d', '--force-recreate', service];
    return [{ risk: 'reversible', secrets: [], commands: [{ argv }], compose }];
  }
  const { argv, secrets } = runLine(evidence, change);
  const { Name: name, State: state } = container;
  const before: Command[] = [];
  if (change.name === undefined) {
    if (state.Running || state.Restarting) before.push({ argv: ['docker', 'stop', name] });
    before.push({ argv: ['docker', 'rm', name] });
  }
  return [{ risk: 'reversible', secrets, commands: [...before, { argv }], compose }];
}

/** A fix of plain commands. */
export function commands(risk: Risk, ...lines: readonly (readonly string[])[]): readonly Fix[] {
  return [{ risk, secrets: [], commands: lines.map((argv) => ({ argv })), compose: undefined }];
}

const secretName = /pass(word|wd)?|secret|token|api_?key|access_?key|private_?key|credential/i;

export function isSecretName(name: string): boolean {
  return secretName.test(name) && !name.endsWith('_FILE');
}

/** `docker run` as this container was made, without what its image says anyway, and with the change. */
export function runLine(
  { container, image }: Pick<Evidence, 'container' | 'image'>,
  change: Change,
): { argv: readonly string[]; secrets: readonly NeededSecret[] } {
  if (!container) return { argv: [], secrets: [] };
  const { Config: config, HostConfig: host } = container;
  const secrets: NeededSecret[] = [];
  const argv = ['docker', 'run', change.interactive ? '-it' : '-d', '--name', change.name ?? container.Name];
  const option = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') argv.push(name, value);
  };
  option('--platform', change.platform);
  const restart = host.RestartPolicy?.Name ?? '';
  const most = host.RestartPolicy?.MaximumRetryCount ?? 0;
  option('--restart', change.restart ?? (restart === 'no' ? '' : most > 0 ? `${restart}:${most}` : restart));
  const network = change.network ?? (['default', 'bridge', ''].includes(host.NetworkMode) ? '' : host.NetworkMode);
  option('--network', network);
  for (const alias of aliasesOf(container)) option('--network-alias', alias);
  const known = new Map((image?.Config?.Env ?? []).map((pair) => splitPair(pair)));
  for (const pair of config.Env) {
    const [name, value] = splitPair(pair);
    if (known.get(name) === value || change.withoutEnv?.includes(name)) continue;
    if (change.env?.[name] !== undefined || change.newSecrets?.includes(name)) continue;
    if (value !== '' && (isSecretName(name) || withoutSecrets(value) !== value)) {
      secrets.push({ name, from: 'container' });
      option('-e', name);
    } else argv.push('-e', `${name}=${value}`);
  }
  for (const [name, value] of Object.entries(change.env ?? {})) argv.push('-e', `${name}=${value}`);
  for (const name of change.newSecrets ?? []) {
    secrets.push({ name, from: 'new' });
    option('-e', name);
  }
  pushPorts(argv, container, change);
  pushMounts(argv, container, change);
  option('--user', change.user ?? (config.User === (image?.Config?.User ?? '') ? '' : config.User));
  option('--memory', change.memory ?? (host.Memory > 0 ? String(host.Memory) : ''));
  option('--cpus', change.cpus ?? (host.NanoCpus > 0 ? String(host.NanoCpus / 1e9) : ''));
  option('--shm-size', change.shmSize ?? (host.ShmSize > 0 && host.ShmSize !== 67_108_864 ? String(host.ShmSize) : ''));
  option('--pids-limit', String(change.pidsLimit ?? (host.PidsLimit > 0 ? host.PidsLimit : '')));
  if (change.init ?? host.Init) argv.push('--init');
  if (host.ReadonlyRootfs && !change.writable) argv.push('--read-only');
  if (host.Privileged) argv.push('--privileged');
  for (const name of [...host.CapAdd, ...(change.capAdd ?? [])]) option('--cap-add', name);
  for (const name of host.CapDrop) if (!change.capAdd?.includes(name)) option('--cap-drop', name);
  for (const path of [...Object.keys(host.Tmpfs), ...(change.tmpfs ?? [])]) option('--tmpfs', path);
  for (const { Name: name, Soft, Hard } of host.Ulimits) {
    if (!change.ulimits?.some((one) => one.startsWith(`${name}=`))) option('--ulimit', `${name}=${Soft}:${Hard}`);
  }
  for (const value of change.ulimits ?? []) option('--ulimit', value);
  const sysctls = Object.entries(host.Sysctls).map(([name, value]) => `${name}=${value}`);
  const changed = (change.sysctls ?? []).map((one) => one.split('=')[0]);
  for (const value of sysctls) if (!changed.includes(value.split('=')[0])) option('--sysctl', value);
  for (const value of change.sysctls ?? []) option('--sysctl', value);
  for (const value of change.devices ?? []) option('--device', value);
  for (const value of [...host.ExtraHosts, ...(change.hosts ?? [])]) option('--add-host', value);
  for (const value of change.dns ?? []) option('--dns', value);
  if (change.logDriver) option('--log-driver', change.logDriver);
  for (const [name, value] of Object.entries(change.logging ?? {})) option('--log-opt', `${name}=${value}`);
  const { entrypoint, rest } = programOf({ container, image }, change);
  option('--entrypoint', entrypoint);
  argv.push(change.image ?? config.Image, ...rest);
  return { argv, secrets };
}

function pushPorts(argv: string[], { HostConfig: host }: ContainerAnswer, change: Change): void {
  for (const [port, places] of Object.entries(host.PortBindings)) {
    const inner = (change.containerPorts?.[port] ?? port).replace(/\/tcp$/, '');
    for (const { HostIp, HostPort } of places) {
      const outer = change.hostPorts?.[port] ?? HostPort;
      argv.push('-p', `${HostIp === '' ? '' : `${HostIp}:`}${outer}:${inner}`);
    }
  }
}

function pushMounts(argv: string[], { HostConfig: host, Mounts: mounts }: ContainerAnswer, change: Change): void {
  const anonymous = /^[0-9a-f]{64}$/;
  for (const { Type, Name, Source, Destination, RW } of mounts) {
    if (Type === 'tmpfs') continue;
    const instead = change.remount && Object.hasOwn(change.remount, Destination) ? change.remount[Destination] : '';
    if (instead === undefined) continue;
    const source = Type === 'volume' ? Name : Source;
    const readonly = RW ? '' : ':ro';
    if (instead !== '')
      argv.push('-v', instead.includes(':') ? `${instead}${readonly}` : `${instead}:${Destination}${readonly}`);
    else if (Type === 'volume' && anonymous.test(Name)) argv.push('-v', Destination);
    else argv.push('-v', `${source}:${Destination}${readonly}`);
  }
  // What never started has no mounts yet, only what was asked for.
  if (mounts.length === 0) for (const bind of host.Binds) argv.push('-v', bind);
  for (const volume of change.volumes ?? []) argv.push('-v', volume);
}

function programOf(
  { container, image }: Pick<Evidence, 'container' | 'image'>,
  change: Change,
): { entrypoint: string | undefined; rest: readonly string[] } {
  const own = container?.Config.Entrypoint ?? [];
  const given = image?.Config?.Entrypoint ?? [];
  const command = container?.Config.Cmd ?? [];
  const entrypoint = change.entrypoint ?? (isSame(own, given) ? undefined : own[0]);
  if (change.command) return { entrypoint, rest: change.command };
  const more = entrypoint === undefined || change.entrypoint !== undefined ? [] : own.slice(1);
  const isImages = isSame(command, image?.Config?.Cmd ?? []) && entrypoint === undefined;
  return { entrypoint, rest: isImages ? [] : [...more, ...command] };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

/** The names others use; the container's own id and name come by themselves. */
function aliasesOf({ Id, Name, NetworkSettings: networks }: ContainerAnswer): readonly string[] {
  const all = Object.values(networks).flatMap(({ Aliases }) => Aliases);
  return [...new Set(all)].filter((alias) => !Id.startsWith(alias) && alias !== Name);
}

export function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function composeLines(change: Change, service: string): string | undefined {
  const environment = {
    ...change.env,
    ...Object.fromEntries((change.newSecrets ?? []).map((name) => [name, `\${${name}:?}`])),
  };
  const lines = {
    ...(change.image === undefined ? {} : { image: change.image }),
    ...(change.platform === undefined ? {} : { platform: change.platform }),
    ...(Object.keys(environment).length > 0 ? { environment } : {}),
    ...(change.entrypoint === undefined ? {} : { entrypoint: [change.entrypoint] }),
    ...(change.command === undefined ? {} : { command: change.command }),
    ...(change.user === undefined ? {} : { user: change.user }),
    ...(change.memory === undefined ? {} : { mem_limit: change.memory }),
    ...(change.cpus === undefined ? {} : { cpus: Number(change.cpus) }),
    ...(change.shmSize === undefined ? {} : { shm_size: change.shmSize }),
    ...(change.pidsLimit === undefined ? {} : { pids_limit: change.pidsLimit }),
    ...(change.init ? { init: true } : {}),
    ...(change.interactive ? { stdin_open: true, tty: true } : {}),
    ...(change.capAdd ? { cap_add: change.capAdd } : {}),
    ...(change.tmpfs ? { tmpfs: change.tmpfs } : {}),
    ...(change.sysctls ? { sysctls: change.sysctls } : {}),
    ...(change.hosts ? { extra_hosts: change.hosts } : {}),
    ...(change.dns ? { dns: change.dns } : {}),
    ...(change.volumes ? { volumes: change.volumes } : {}),
    ...(change.writable ? { read_only: false } : {}),
    ...(change.logging || change.logDriver
      ? {
          logging: {
            ...(change.logDriver ? { driver: change.logDriver } : {}),
            ...(change.logging ? { options: change.logging } : {}),
          },
        }
      : {}),
    ...(change.ulimits
      ? { ulimits: Object.fromEntries(change.ulimits.map((one) => [one.split('=')[0], Number(one.split('=')[1])])) }
      : {}),
  };
  return Object.keys(lines).length === 0 ? undefined : stringify({ services: { [service]: lines } });
}
