import type { IncomingMessage, RequestListener } from 'node:http';
import { join } from 'node:path';
import type { TlsMaterial } from '#access';
import type { Door } from '#api';
import { createMutex, type AppError, type Clock, type Log, type Paths } from '#core';
import type { Docker } from '#docker';
import type { Settings } from '#settings';
import { serveOnBridge, type Bridge } from './bridge.ts';
import { createContainerPeers, onlyContainers } from './container-peers.ts';
import { listenForDocker } from './docker-socket.ts';
import { isEverywhere, plainPort, type ListenPlace, type ListenPlan } from './listen-plan.ts';
import { listenOnAddress, listenOnSocket, listenForRelay, type Listener } from './listeners.ts';
import { createTcpListeners } from './tcp-listeners.ts';

export interface DoorsOptions {
  readonly paths: Paths;
  readonly clock: Clock;
  readonly log: Log;
  readonly docker: Docker;
  readonly settings: () => Settings;
  /** By settings, environment, command line and keys together. */
  readonly plan: () => ListenPlan;
  readonly certificate: () => Promise<TlsMaterial>;
  readonly requestListener: (door: Door) => RequestListener;
}

/** Everything the daemon listens on. */
export interface Doors {
  addresses(): readonly string[];
  /** Those where all of the API is. */
  apiAddresses(): readonly string[];
  /** Why the network gets nothing although the settings name it. */
  refused(): AppError | undefined;
  /** Makes what listens fit the settings. @throws AppError where it cannot; then what listened before still does */
  follow(): Promise<void>;
  /** The same when keys have come or gone: without any, the network is closed again. */
  followKeys(): Promise<void>;
  /** Takes up a certificate that has changed. */
  refreshCertificate(): Promise<void>;
  /** All but the socket of the CLI, which answers to the end. */
  stopAccepting(): void;
  closeOthers(): Promise<void>;
  close(): Promise<void>;
}

/** @throws AppError `daemon.port_in_use`, `daemon.start_failed`, `settings.invalid` */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { paths, clock, log, docker, settings, plan, certificate, requestListener } = options;
  const main = await listenOnSocket(paths.socket, requestListener('socket'));
  let bridge: Bridge | undefined;
  let refused: AppError | undefined;
  let forDocker: { readonly setting: string; readonly listener: Listener } | undefined;
  const toTcp = requestListener('tcp');
  const toBridge = onlyContainers(requestListener('bridge'), createContainerPeers({ docker, clock, log }));
  const tcp = createTcpListeners({
    log,
    certificate,
    requestListener: (request, response) => (isOnBridge(request) ? toBridge : toTcp)(request, response),
  });
  /** Containers are known by the address they ask, also where one listener has all addresses. */
  const isOnBridge = ({ socket }: IncomingMessage): boolean =>
    settings().docker.bridge !== 'off' && socket.localAddress?.replace(/^::ffff:/, '') === (bridge?.host() ?? '');
  const turns = createMutex();
  let places: readonly ListenPlace[] = [];

  async function followTcp(unasked: 'throw' | 'log'): Promise<void> {
    const wanted = plan();
    const isNew = wanted.refused !== undefined && wanted.refused.message !== refused?.message;
    if (isNew && unasked === 'throw') throw wanted.refused;
    const before = places;
    places = wanted.places;
    try {
      // Who listens on all addresses listens on the bridge's too, and is in nobody's way there.
      if (isEverywhere(places)) await bridge?.follow();
      await tcp.follow(places);
    } catch (error) {
      places = before;
      await bridge?.follow();
      throw error;
    }
    if (isNew) log.warn('the network is not served', { error: wanted.refused });
    refused = wanted.refused;
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
    await followTcp('log');
    relay = await listenForRelay(join(paths.run, 'relay/relay.sock'), requestListener('bridge'));
  } catch (error) {
    await Promise.all(tcp.open().map((listener) => listener.close()));
    await main.close();
    throw error;
  }
  await followDocker();
  const onBridge = serveOnBridge({
    docker,
    clock,
    log,
    port: () => (settings().docker.bridge === 'off' || isEverywhere(places) ? undefined : plainPort(places)),
    listen: (address) => listenOnAddress(address, toBridge),
  });
  bridge = onBridge;

  const others = (): readonly Listener[] =>
    [...tcp.open(), onBridge.listener(), forDocker?.listener].filter((one) => one !== undefined);
  return {
    addresses: () => [main, ...others()].map(({ address }) => address),
    apiAddresses: () => [main, ...tcp.open()].map(({ address }) => address),
    refused: () => refused,
    follow: () =>
      turns.run(async () => {
        await followTcp('throw');
        await tcp.refreshCertificate();
        await followDocker();
        await onBridge.follow();
      }),
    followKeys: () =>
      turns.run(async () => {
        await followTcp('log');
        await onBridge.follow();
      }),
    refreshCertificate: () => tcp.refreshCertificate(),
    stopAccepting() {
      for (const listener of [...others(), relay]) listener.stopAccepting();
    },
    async closeOthers() {
      await onBridge.close();
      await Promise.all([...others(), relay, ...tcp.retired()].map((listener) => listener.close()));
    },
    close: () => main.close(),
  };
}
