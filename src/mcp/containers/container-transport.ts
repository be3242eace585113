import { isAbort, toAppError } from '#core';
import type { Cancel, ImageFacts } from '#docker';
import type { ConnectionEvents, ContainerLaunch, RpcMessage, ServerConnection, ServerTransport } from '../types.ts';
import { inPhase } from './failures.ts';
import { ensureImage, type ServerImages } from './images.ts';
import { connectServer, type ConnectionLimits } from './server-connection.ts';
import { startContainer, type StartDeps } from './start-container.ts';
import type { WritableRoots } from './writable-roots.ts';

export interface ContainerTransportDeps {
  readonly start: StartDeps;
  readonly images: Omit<ServerImages, 'docker'>;
  readonly connection: ConnectionLimits;
  readonly writableRoots: WritableRoots;
}

interface OpenOptions extends Cancel {
  readonly events: ConnectionEvents;
  readonly session?: string | undefined;
}

const refusedWrite = /EROFS|read-only file system/i;

/** Servers in containers of their own: one for each connection. */
export function createContainerTransport(deps: ContainerTransportDeps): ServerTransport<ContainerLaunch> {
  const { start, writableRoots } = deps;
  const { clock, limits, log } = start;

  async function openOnce(
    plan: ContainerLaunch,
    { events, session, signal }: OpenOptions,
    { image, readOnlyRoot, onRaw }: { image: ImageFacts; readOnlyRoot: boolean; onRaw?: (line: string) => void },
  ): Promise<ServerConnection> {
    const { server } = plan;
    const onNote = (line: string): void => events.log(line);
    const container = await startContainer(start, plan, {
      image,
      readOnlyRoot,
      session,
      kind: 'server',
      onNote,
      signal,
    });
    return connectServer(container, { server, events, limits: deps.connection, clock, log, onRaw });
  }

  function imageOf(
    { server, image }: ContainerLaunch,
    { events, signal }: OpenOptions,
  ): ReturnType<typeof ensureImage> {
    const onProgress = (line: string): void => events.log(line);
    return inPhase({ server, phase: 'image', limitMs: limits.imageMs, clock, signal }, (within) =>
      ensureImage({ docker: start.docker, ...deps.images }, { server, image, onProgress, signal: within }),
    );
  }

  /**
   * Starts it with a read-only root and sees how it does. One that ends before it said anything, after a write was refused, is
   * started again with a writable root, and told again what it was told; later refusals count for its next start.
   */
  async function openOnTrial(
    plan: ContainerLaunch,
    options: OpenOptions,
    image: ImageFacts,
  ): Promise<ServerConnection> {
    const { events } = options;
    let unanswered: RpcMessage[] | undefined = [];
    let current: ServerConnection | undefined;
    let isRefused = false;
    let closing: Promise<void> | undefined;
    const cancel = new AbortController();

    const onRaw = (line: string): void => {
      if (isRefused || !refusedWrite.test(line)) return;
      isRefused = true;
      writableRoots.add(image.id);
      events.log(`${plan.server} was refused a write to its root; from its next start on it has a writable one`);
    };

    async function again(): Promise<void> {
      try {
        const next = await openOnce(plan, { ...options, signal: cancel.signal }, { image, readOnlyRoot: false });
        current = next;
        for (const message of unanswered ?? []) next.send(message);
        unanswered = undefined;
        if (closing) await next.close();
      } catch (error) {
        events.closed(isAbort(error) ? undefined : toAppError(error));
      }
    }

    let second: Promise<void> | undefined;
    const watched: ConnectionEvents = {
      message(message) {
        unanswered = undefined;
        events.message(message);
      },
      congestion: () => events.congestion?.(),
      log: (line) => events.log(line),
      closed(error) {
        if (error && unanswered && isRefused && !closing) {
          current = undefined;
          second = again();
        } else events.closed(error);
      },
    };
    try {
      current = await openOnce(plan, { ...options, events: watched }, { image, readOnlyRoot: true, onRaw });
    } catch (error) {
      if (options.signal?.aborted || !refusedWrite.test(String(error))) throw error;
      writableRoots.add(image.id);
      return await openOnce(plan, options, { image, readOnlyRoot: false });
    }
    return {
      send(message) {
        unanswered?.push(message);
        current?.send(message);
      },
      close() {
        closing ??= (async () => {
          cancel.abort();
          await current?.close();
          await second;
        })();
        return closing;
      },
    };
  }

  return {
    async open(plan, options) {
      const image = await imageOf(plan, options);
      const onTrial = plan.readOnlyRoot === 'auto' && !writableRoots.has(image.id);
      if (onTrial) return await openOnTrial(plan, options, image);
      return await openOnce(plan, options, { image, readOnlyRoot: plan.readOnlyRoot === 'on' });
    },
  };
}
