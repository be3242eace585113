import type { ContainerSpec, HostConfig, ImageFacts } from '#docker';
import type { ContainerLaunch, PlannedValue } from '../types.ts';
import type { LaunchOrder } from './launcher/launch-order.ts';

/** Where the launcher's volume is in a container. */
export const launcherFolder = '/.gantry';

/** What a container gets beyond its plan. */
export interface SpecInput {
  readonly plan: ContainerLaunch;
  readonly image: ImageFacts;
  readonly labels: Readonly<Record<string, string>>;
  readonly readOnlyRoot: boolean;
  readonly init: boolean;
  readonly network: NetworkPlace;
  /** Of the launcher, where there are secrets to hand over: its volume and its name in it. */
  readonly launcher: { readonly volume: string; readonly file: string } | undefined;
  /** Values for who has no launcher; undefined keeps secrets out of the container's configuration. */
  readonly revealed?: ReadonlyMap<string, string> | undefined;
  /** Whether messages go in. */
  readonly stdin: boolean;
}

export interface NetworkPlace {
  readonly mode: string;
  readonly dns: readonly string[];
  readonly extraHosts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Where programs expect to write whatever the image is. */
const writable = ['/tmp', '/var/tmp', '/run'];
const tmpfsOptions = 'rw,nosuid,nodev,exec,mode=1777,size=256m';

export function hasSecrets({ command, env }: ContainerLaunch): boolean {
  return [...command, ...Object.values(env)].some(({ kind }) => kind === 'secret');
}

export function secretNames({ command, env }: ContainerLaunch): readonly string[] {
  const parts = [...command, ...Object.values(env)].flatMap((value) => (value.kind === 'secret' ? value.parts : []));
  return [...new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.secret])))];
}

/** The words that the container runs: the image's own, or with the plan's in place of its command. */
export function wordsOf({ command }: ContainerLaunch, image: ImageFacts): readonly PlannedValue[] {
  const text = (one: string): PlannedValue => ({ kind: 'text', text: one });
  return [...image.entrypoint.map(text), ...(command.length > 0 ? command : image.command.map(text))];
}

/** A container as the plan has it: nothing that it did not ask for and was given. Values of secrets are not in it. */
export function containerSpec(input: SpecInput): ContainerSpec {
  const { plan, image, labels, launcher, revealed, network } = input;
  const known = (value: PlannedValue): string => valueOf(value, revealed ?? new Map());
  return {
    Image: image.id,
    ...(launcher && { Entrypoint: [`${launcherFolder}/${launcher.file}`], Cmd: wordsOf(plan, image).map(known) }),
    ...(!launcher && plan.command.length > 0 && { Cmd: plan.command.map(known) }),
    Env: [
      ...Object.entries({ ...textEnv(plan.env), ...network.env }).map(([name, value]) => `${name}=${value}`),
      // A name alone takes the image's own value away.
      ...Object.entries(plan.env).flatMap(([name, value]) =>
        value.kind === 'text' ? [] : [revealed ? `${name}=${known(value)}` : name],
      ),
    ],
    ...(plan.user !== undefined && { User: plan.user }),
    Labels: labels,
    Volumes: Object.fromEntries(plan.binds.filter((bind) => !bind.includes(':')).map((path) => [path, {}])),
    AttachStdout: true,
    AttachStderr: true,
    ...((input.stdin || launcher) && { AttachStdin: true, OpenStdin: true, StdinOnce: true }),
    HostConfig: {
      ...confinement(plan, input),
      NetworkMode: network.mode,
      Binds: plan.binds.filter((bind) => bind.includes(':')),
      ...(launcher && {
        Mounts: [
          {
            Type: 'volume' as const,
            Source: launcher.volume,
            Target: launcherFolder,
            ReadOnly: true,
            VolumeOptions: { NoCopy: true },
          },
        ],
      }),
      ...(network.dns.length > 0 && { Dns: network.dns }),
      // Where there is a proxy, it is the one that has to find hosts.
      ExtraHosts: plan.network.kind === 'egress' ? network.extraHosts : plan.extraHosts,
    },
  };
}

function confinement({ capabilities, limits }: ContainerLaunch, { readOnlyRoot, init }: SpecInput): HostConfig {
  return {
    AutoRemove: true,
    Init: init,
    IpcMode: 'private',
    CapDrop: ['ALL'],
    CapAdd: capabilities,
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: readOnlyRoot,
    ...(readOnlyRoot && { Tmpfs: Object.fromEntries(writable.map((folder) => [folder, tmpfsOptions])) }),
    // Its output is read as it comes; nothing of it is left on the disk.
    LogConfig: { Type: 'none' },
    ...(limits.cpus > 0 && { NanoCpus: Math.round(limits.cpus * 1e9) }),
    ...(limits.memoryBytes > 0 && { Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes }),
    ...(limits.pids > 0 && { PidsLimit: limits.pids }),
  };
}

function textEnv(env: ContainerLaunch['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value.kind === 'text' ? [[name, value.text]] : [])),
  );
}

/** The text of a value; a secret that is not among those known is shown as a mark. */
export function valueOf(value: PlannedValue, secrets: ReadonlyMap<string, string>): string {
  if (value.kind === 'text') return value.text;
  return value.parts.map((part) => (typeof part === 'string' ? part : (secrets.get(part.secret) ?? '***'))).join('');
}

/** What the launcher is told: the words and variables that have secrets in them, and where programs are. */
export function orderOf(plan: ContainerLaunch, image: ImageFacts, secrets: ReadonlyMap<string, string>): LaunchOrder {
  const args = wordsOf(plan, image).map((word) => valueOf(word, secrets));
  const own = plan.env['PATH'];
  const path = image.env.find((one) => one.startsWith('PATH='))?.slice('PATH='.length);
  return {
    program: args[0] ?? '',
    args,
    env: Object.fromEntries(
      Object.entries(plan.env).flatMap(([name, value]) =>
        value.kind === 'text' ? [] : [[name, valueOf(value, secrets)]],
      ),
    ),
    path: own?.kind === 'text' ? own.text : (path ?? usualPath),
  };
}
