import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, silentLog } from '#core';
import type { EngineEvent, EngineUp, NetworkFacts } from '#docker';
import { createManualClock, type ManualClock } from '#testing';
import { gatewayOf, serveOnBridge, type Bridge } from './bridge.ts';

const bridgeWith = (gateway: string | undefined): NetworkFacts => ({
  id: 'b',
  name: 'bridge',
  driver: 'bridge',
  scope: 'local',
  labels: {},
  subnets: [{ subnet: '172.17.0.0/16', gateway }],
  containers: [],
});

/** An Engine that comes up and goes away when told to. */
function fakeEngine(): {
  readonly docker: Parameters<typeof serveOnBridge>[0]['docker'];
  up(network: NetworkFacts | undefined): void;
  down(): void;
  /** How often it was looked for. */
  readonly tries: () => number;
} {
  let network: NetworkFacts | undefined;
  let isUp = false;
  let tries = 0;
  let end = (): void => undefined;
  async function* events({ signal }: { signal: AbortSignal }): AsyncGenerator<EngineUp | EngineEvent> {
    tries += 1;
    if (!isUp) throw new AppError('docker.unavailable', 'No Docker Engine answers.');
    yield { type: 'up' };
    await new Promise<void>((resolve) => {
      end = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  const unused = (): never => {
    throw new Error('The bridge needs no more of the Engine than this.');
  };
  return {
    docker: {
      events,
      address: unused,
      networks: {
        list: unused,
        connect: unused,
        disconnect: unused,
        create: unused,
        remove: unused,
        inspect: async () => network ?? Promise.reject(new AppError('docker.not_found', 'There is no bridge.')),
      },
    },
    up(its) {
      network = its;
      isUp = true;
    },
    down() {
      isUp = false;
      end();
    },
    tries: () => tries,
  };
}

describe('the door on Docker’s bridge', () => {
  let clock: ManualClock;
  let engine: ReturnType<typeof fakeEngine>;
  let bridge: Bridge;
  let port: number | undefined;
  /** What listens, and each address that was listened on. */
  const open = new Set<string>();
  const history: string[] = [];

  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const comeUp = async (gateway: string | undefined): Promise<void> => {
    engine.up(gateway === undefined ? undefined : bridgeWith(gateway));
    clock.advance(5000);
    await settled();
  };

  beforeEach(() => {
    clock = createManualClock();
    engine = fakeEngine();
    port = 12434;
    open.clear();
    history.length = 0;
    bridge = serveOnBridge({
      docker: engine.docker,
      clock,
      log: silentLog,
      port: () => port,
      listen: async ({ host, port: at }) => {
        if (host === '10.9.9.9') {
          const cause = Object.assign(new Error('no such address'), { code: 'EADDRNOTAVAIL' });
          throw new AppError('daemon.start_failed', 'Cannot listen.', { cause });
        }
        const address = `http://${host}:${at}`;
        open.add(address);
        history.push(address);
        return {
          address,
          stopAccepting: () => undefined,
          close: async () => void open.delete(address),
        };
      },
    });
  });
  afterEach(() => bridge.close());

  it('opens when the Engine comes up after us, and is looked for without haste', async () => {
    await settled();
    expect([...open]).toEqual([]);
    clock.advance(4999);
    await settled();
    expect(engine.tries()).toBe(1);
    await comeUp('172.17.0.1');
    expect([...open]).toEqual(['http://172.17.0.1:12434']);
    expect(bridge.host()).toBe('172.17.0.1');
  });

  it('stays as it is while the Engine restarts with the same bridge', async () => {
    await comeUp('172.17.0.1');
    engine.down();
    await settled();
    expect([...open]).toEqual(['http://172.17.0.1:12434']);
    await comeUp('172.17.0.1');
    expect(history).toEqual(['http://172.17.0.1:12434']);
  });

  it('moves with the bridge when the Engine comes back with another', async () => {
    await comeUp('172.17.0.1');
    engine.down();
    await settled();
    await comeUp('172.30.0.1');
    expect([...open]).toEqual(['http://172.30.0.1:12434']);
  });

  it('follows the port, and closes when there is none', async () => {
    await comeUp('172.17.0.1');
    port = 2345;
    await bridge.follow();
    expect([...open]).toEqual(['http://172.17.0.1:2345']);
    port = undefined;
    await bridge.follow();
    expect([...open]).toEqual([]);
    expect(bridge.listener()).toBeUndefined();
  });

  it('is not there for an Engine whose bridge is on another machine, or that has none', async () => {
    await comeUp('10.9.9.9');
    expect([...open]).toEqual([]);
    engine.down();
    await settled();
    await comeUp(undefined);
    expect([...open]).toEqual([]);
  });

  it('is closed with the daemon, whatever the Engine does then', async () => {
    await comeUp('172.17.0.1');
    await bridge.close();
    expect([...open]).toEqual([]);
    const tries = engine.tries();
    clock.advance(60_000);
    await settled();
    expect(engine.tries()).toBe(tries);
  });
});

it.each([
  ['the first IPv4 gateway', ['fd00::1', '172.17.0.1'], '172.17.0.1'],
  ['none where the bridge has only IPv6', ['fd00::1'], undefined],
  ['none where it names neither a gateway nor a subnet', [undefined], undefined],
])('the host’s address is %s', (_what, gateways, address) => {
  const subnets = gateways.map((gateway) => ({ subnet: 'x', gateway }));
  expect(gatewayOf({ ...bridgeWith(undefined), subnets })).toBe(address);
  expect(gatewayOf(undefined)).toBeUndefined();
});

it.each([
  ['172.17.0.0/16', '172.17.0.1'],
  ['10.200.4.64/26', '10.200.4.65'],
  ['fd00::/64', undefined],
  ['172.17.0.255/32', undefined],
])('the host’s address in %s is the first, where the Engine names the subnet alone', (subnet, address) => {
  expect(gatewayOf({ ...bridgeWith(undefined), subnets: [{ subnet, gateway: undefined }] })).toBe(address);
});
