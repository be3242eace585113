import { randomBytes } from 'node:crypto';
import { AppError, type Clock, type Log } from '#core';
import type { Attachment, Cancel, ContainerSpec, Docker, ImageFacts } from '#docker';
import type { ContainerLaunch, SecretResolver } from '../types.ts';
import { containerSpec, hasSecrets, orderOf, secretNames, type NetworkPlace } from './container-spec.ts';
import { inPhase, serverFailed, type Phase } from './failures.ts';
import { launchOrder } from './launcher/launch-order.ts';
import { launcherArch } from './launcher/launcher-file.ts';
import { ensureLauncherVolume, type LauncherPlace } from './launcher/launcher-volume.ts';
import { createRedactor } from './redactor.ts';
import { imageLabel, ownerLabels, partLabel, sessionLabel, type Owner } from './owner.ts';

/** How long each part of a start may take. */
export interface StartLimits {
  readonly imageMs: number;
  readonly secretsMs: number;
  readonly networkMs: number;
  readonly createMs: number;
  readonly startMs: number;
}

export interface StartDeps {
  readonly docker: Docker;
  readonly secrets: SecretResolver;
  readonly owner: Owner;
  /** Makes the way out of a plan that has only some hosts to go to. */
  readonly egress: Egress;
  readonly limits: StartLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Names of the containers that are in use; what is not among them is a leftover. */
  readonly live: Set<string>;
  readonly engine: EngineFacts;
}

/** What was found out about the Engine. */
export interface EngineFacts {
  launcher: Promise<LauncherPlace | undefined> | undefined;
  /** It has no init program to put before others. */
  withoutInit: boolean;
}

export interface Egress {
  /** @throws AppError `docker.*`, `mcp.server_failed` */
  join(plan: ContainerLaunch, options: Cancel): Promise<NetworkPlace & { leave(): void }>;
}

export interface StartOptions extends Cancel {
  readonly image: ImageFacts;
  readonly readOnlyRoot: boolean;
  readonly session: string | undefined;
  readonly kind: 'server' | 'tool';
  readonly onNote: (line: string) => void;
}

export interface StartedContainer {
  readonly attachment: Attachment;
  /** Resolves once it ended and nothing is left of it, with its exit code where that is known. */
  readonly gone: Promise<number | undefined>;
  /** Takes the values of its secrets out of a text. */
  readonly redact: (text: string) => string;
  kill(signalName: string): Promise<void>;
  /** Whatever it is doing. */
  remove(): Promise<void>;
}

const noNetwork = { dns: [], extraHosts: [], env: {}, leave: () => undefined };

/** Makes a container of a plan and starts it, its streams attached from its first byte on. @throws AppError `mcp.server_failed` */
export async function startContainer(
  deps: StartDeps,
  plan: ContainerLaunch,
  options: StartOptions,
): Promise<StartedContainer> {
  const { docker, clock, limits, live } = deps;
  const { containers } = docker;
  const { image, signal } = options;
  const { server } = plan;
  const phase = <Result>(
    name: Phase,
    limitMs: number,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => inPhase({ server, phase: name, limitMs, clock, signal }, work);

  if (image.entrypoint.length + image.command.length + plan.command.length === 0) {
    throw serverFailed(server, {
      phase: 'image',
      reason: 'no_command',
      sentence: `The image of ${server} does not say what to start, and neither does its entry.`,
      hint: 'Give the entry a command.',
    });
  }
  const withSecrets = hasSecrets(plan);
  const values = withSecrets
    ? await phase('secrets', limits.secretsMs, (within) =>
        deps.secrets.resolve(secretNames(plan), { server, signal: within }),
      )
    : new Map<string, string>();
  const launcher = withSecrets ? await phase('secrets', limits.createMs, () => launcherFor(deps, image)) : undefined;
  if (withSecrets && !launcher) {
    options.onNote(
      `The Engine's processors have no launcher; docker inspect shows the secrets of ${server} to who may use the Engine.`,
    );
  }
  const order = launcher && launchOrder(orderOf(plan, image, values));
  const place = await phase('network', limits.networkMs, (within) => placeOf(deps, plan, within));
  const name = nameFor(server);
  live.add(name);
  let attachment: Attachment | undefined;
  try {
    const spec = containerSpec({
      plan,
      image,
      labels: labelsOf(deps.owner, plan, options),
      readOnlyRoot: options.readOnlyRoot,
      init: !deps.engine.withoutInit,
      network: place,
      launcher,
      revealed: withSecrets && !launcher ? values : undefined,
      stdin: options.kind === 'server',
    });
    // Not cancelled half-way: whether the Engine made it would not be known.
    await phase('create', limits.createMs, async () => await containers.create(spec, { name }));
    const attached = await phase('start', limits.startMs, (within) =>
      attach(docker, name, { stdin: options.kind === 'server' || launcher !== undefined, signal: within }),
    );
    attachment = attached;
    const gone = untilGone(deps, name);
    const removed = gone.finally(() => {
      live.delete(name);
      place.leave();
    });
    removed.catch(() => undefined);
    if (order) attached.input.write(order);
    await phase('start', limits.startMs, (within) => containers.start(name, { signal: within }));
    return {
      attachment: attached,
      gone: removed,
      redact: createRedactor(values.values()),
      kill: (signalName) => containers.kill(name, { signalName }).catch(fine),
      remove: () => containers.remove(name).catch(fine),
    };
  } catch (error) {
    attachment?.close();
    void containers
      .remove(name)
      .catch((cause: unknown) => deps.log.warn('a container could not be removed', { container: name, error: cause }))
      .finally(() => {
        live.delete(name);
        place.leave();
      });
    if (!signal?.aborted && !deps.engine.withoutInit && /docker-init|catatonit/.test(String(error))) {
      deps.engine.withoutInit = true;
      deps.log.warn('the Docker Engine has no init program for containers; zombies in them are left to the servers');
      return await startContainer(deps, plan, options);
    }
    throw error;
  }
}

/** The signal counts until it is attached, and not after. */
async function attach(
  { containers }: Docker,
  name: string,
  { stdin, signal }: { readonly stdin: boolean; readonly signal: AbortSignal },
): Promise<Attachment> {
  const cancel = new AbortController();
  const onAbort = (): void => cancel.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    return await containers.attach(name, { stdin, signal: cancel.signal });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function nameFor(server: string): string {
  return `gantry-mcp-${server.replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 40)}-${randomBytes(6).toString('hex')}`;
}

/** One that is gone, or is going, needs nothing more. */
function fine(error: unknown): void {
  if (!(error instanceof AppError && error.code.startsWith('docker.'))) throw error;
}

function labelsOf(
  owner: Owner,
  { server, image }: ContainerLaunch,
  { session, kind }: StartOptions,
): NonNullable<ContainerSpec['Labels']> {
  return {
    'docker-mcp': 'true',
    'docker-mcp-tool-type': 'mcp',
    'docker-mcp-name': server,
    'docker-mcp-transport': 'stdio',
    ...ownerLabels(owner),
    [partLabel]: kind,
    [imageLabel]: image,
    ...(session !== undefined && { [sessionLabel]: session }),
  };
}

async function placeOf(
  { egress }: StartDeps,
  plan: ContainerLaunch,
  signal: AbortSignal,
): Promise<NetworkPlace & { leave(): void }> {
  switch (plan.network.kind) {
    case 'none':
      return { ...noNetwork, mode: 'none' };
    case 'open':
      return { ...noNetwork, mode: 'bridge' };
    case 'egress':
      return await egress.join(plan, { signal });
  }
}

/** The launcher for this Engine; undefined where its processors have none. A failure is tried again next time. */
async function launcherFor(deps: StartDeps, image: ImageFacts): Promise<LauncherPlace | undefined> {
  const arch = launcherArch(image.architecture);
  if (!arch) return undefined;
  const labels = { ...ownerLabels(deps.owner), [partLabel]: 'launcher' };
  deps.engine.launcher ??= (async () => {
    const name = nameFor('launcher');
    deps.live.add(name);
    try {
      return await ensureLauncherVolume(deps.docker, { arch, image: image.id, labels, name });
    } finally {
      deps.live.delete(name);
    }
  })();
  try {
    return await deps.engine.launcher;
  } catch (error) {
    deps.engine.launcher = undefined;
    throw error;
  }
}

async function untilGone({ docker, log }: StartDeps, name: string): Promise<number | undefined> {
  try {
    return await docker.containers.wait(name, { condition: 'removed' });
  } catch (error) {
    if (error instanceof AppError && error.code === 'docker.not_found') return undefined;
    // The Engine broke off: it may have ended, and come back with what it had.
    log.warn('lost sight of a container', { container: name, error });
    await docker.containers.remove(name).catch(() => undefined);
    return undefined;
  }
}
