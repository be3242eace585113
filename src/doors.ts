import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import type { Door } from '#api';
import type { Clock, Log, Paths } from '#core';
import type { Docker } from '#docker';
import type { Settings } from '#settings';
import { serveOnBridge } from './bridge.ts';
import { listenForDocker } from './docker-socket.ts';
import { listenOnAddress, listenOnSocket, listenOnTcp, listenForRelay, type Listener } from './listeners.ts';

export interface DoorsOptions {
  readonly paths: Paths;
  readonly clock: Clock;
  readonly log: Log;
  readonly docker: Docker;
  readonly settings: () => Settings;
  /** Settings, environment and command line together; port 0 is no TCP. */
  readonly tcpAddress: () => TcpAddress;
  readonly requestListener: (door: Door) => RequestListener;
}

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** Everything the daemon listens on. */
export interface Doors {
  addresses(): readonly string[];
  /** Those where all of the API is. */
  apiAddresses(): readonly string[];
  /** Makes what listens fit the settings. @throws AppError where it cannot; then what listened before still does */
  follow(): Promise<void>;
  /** All but the socket of the CLI, which answers to the end. */
  stopAccepting(): void;
  closeOthers(): Promise<void>;
  close(): Promise<void>;
}

/** @throws AppError `daemon.port_in_use`, `daemon.start_failed`, `settings.invalid` */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { paths, clock, log, docker, settings, tcpAddress, requestListener } = options;
  const main = await listenOnSocket(paths.socket, requestListener('socket'));
  let tcp: (TcpAddress & { readonly listener: Listener }) | undefined;
  let forDocker: { readonly setting: string; readonly listener: Listener } | undefined;
  const retired = new Set<Listener>();

  async function followTcp(): Promise<void> {
    const { host, port } = tcpAddress();
    if ((tcp?.host === host && tcp.port === port) || (!tcp && port === 0)) return;
    const before = tcp;
    tcp = port === 0 ? undefined : { host, port, listener: await listenOnTcp({ host, port }, requestListener('tcp')) };
    if (!before) return;
    // Answers under way go on to their end.
    before.listener.stopAccepting();
    retired.add(before.listener);
    log.info('listens elsewhere', { before: before.listener.address, now: tcp?.listener.address });
  }

  /** What Docker clients use is an extra: without it the daemon still serves. */
  async function followDocker(): Promise<void> {
    const setting = settings().docker.socket;
    if (setting === (forDocker?.setting ?? 'off')) return;
    await forDocker?.listener.close();
    forDocker = undefined;
    if (setting === 'off') return;
    try {
      forDocker = { setting, listener: await listenForDocker({ paths, docker, setting, log }) };
    } catch (error) {
      log.warn('the Docker socket cannot be opened', { path: paths.dockerSocket, error });
    }
  }

  let relay: Listener;
  try {
    await followTcp();
    relay = await listenForRelay(join(paths.run, 'relay/relay.sock'), requestListener('bridge'));
  } catch (error) {
    await tcp?.listener.close();
    await main.close();
    throw error;
  }
  await followDocker();
  const bridge = serveOnBridge({
    docker,
    clock,
    log,
    port: () => (settings().docker.bridge === 'off' ? undefined : tcp?.port),
    listen: (address) => listenOnAddress(address, requestListener('bridge')),
  });

  const others = (): readonly Listener[] =>
    [tcp?.listener, bridge.listener(), forDocker?.listener].filter((one) => one !== undefined);
  return {
    addresses: () => [main, ...others()].map(({ address }) => address),
    apiAddresses: () => [main, ...(tcp ? [tcp.listener] : [])].map(({ address }) => address),
    async follow() {
      await followTcp();
      await followDocker();
      await bridge.follow();
    },
    stopAccepting() {
      for (const listener of [...others(), relay]) listener.stopAccepting();
    },
    async closeOthers() {
      await bridge.close();
      await Promise.all([...others(), relay, ...retired].map((listener) => listener.close()));
    },
    close: () => main.close(),
  };
}
