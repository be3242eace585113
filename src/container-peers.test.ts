import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AppError, silentLog } from '#core';
import type { NetworkFacts } from '#docker';
import { createManualClock } from '#testing';
import {
  bridgeSubnets,
  createContainerPeers,
  isInSubnets,
  onlyContainers,
  type ContainerPeers,
} from './container-peers.ts';

const network = (driver: string, ...subnets: string[]): NetworkFacts => ({
  id: driver,
  name: driver,
  driver,
  scope: 'local',
  labels: {},
  subnets: subnets.map((subnet) => ({ subnet, gateway: undefined })),
  containers: [],
});

describe('addresses of containers', () => {
  const subnets = ['172.17.0.0/16', '10.5.0.0/29', 'fd00:1::/64'];
  it.each([
    ['172.17.0.1', true],
    ['172.17.255.254', true],
    ['::ffff:172.17.0.2', true],
    ['10.5.0.7', true],
    ['10.5.0.8', false],
    ['172.18.0.2', false],
    ['192.168.1.20', false],
    ['127.0.0.1', false],
    ['fd00:1::5', true],
    ['fd00:2::5', false],
    ['', false],
    ['172.17.0', false],
  ])('%s: %s', (address, expected) => {
    expect(isInSubnets(address, subnets)).toBe(expected);
  });

  it('are in no subnet that is none', () => {
    for (const subnet of ['', '172.17.0.0', '172.17.0.0/33', 'x/8', '/0']) {
      expect(isInSubnets('172.17.0.2', [subnet])).toBe(false);
    }
  });

  it('are those of bridges: a macvlan’s are the network’s outside', () => {
    const networks = [
      network('bridge', '172.17.0.0/16', 'fd00::/64'),
      network('macvlan', '192.168.1.0/24'),
      network('host'),
    ];
    expect(bridgeSubnets(networks)).toEqual(['172.17.0.0/16', 'fd00::/64']);
  });
});

describe('who is a container', () => {
  function world(): {
    peers: ContainerPeers;
    clock: ReturnType<typeof createManualClock>;
    asked: () => number;
    networks: NetworkFacts[];
    fail: (on: 'on' | 'off') => void;
  } {
    const clock = createManualClock();
    const networks = [network('bridge', '172.17.0.0/16')];
    let asked = 0;
    let failing = false;
    const list = async (): Promise<readonly NetworkFacts[]> => {
      asked += 1;
      if (failing) throw new AppError('docker.unavailable', 'No Docker Engine answers.');
      return [...networks];
    };
    return {
      peers: createContainerPeers({ docker: { networks: { list } }, clock, log: silentLog }),
      clock,
      asked: () => asked,
      networks,
      fail: (on) => (failing = on === 'on'),
    };
  }

  it('is asked of the Engine once, then known', async () => {
    const { peers, asked } = world();
    expect(await Promise.all(['172.17.0.2', '172.17.0.3'].map(async (one) => await peers.admits(one)))).toEqual([
      true,
      true,
    ]);
    expect(peers.admits('172.17.0.4')).toBe(true);
    expect(asked()).toBe(1);
  });

  it('takes in a network that is new', async () => {
    const { peers, networks } = world();
    expect(await peers.admits('172.20.0.2')).toBe(false);
    networks.push(network('bridge', '172.20.0.0/16'));
    expect(await peers.admits('172.20.0.2')).toBe(true);
  });

  it('forgets a network that is gone, within a minute of use', async () => {
    const { peers, networks, clock } = world();
    await peers.admits('172.17.0.2');
    networks.pop();
    clock.advance(60_000);
    // Nobody waits for what is asked again.
    expect(peers.admits('172.17.0.2')).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await peers.admits('172.17.0.2')).toBe(false);
  });

  it('goes on knowing those of before while the Engine is away, and nobody else', async () => {
    const { peers, clock, fail } = world();
    await peers.admits('172.17.0.2');
    fail('on');
    clock.advance(120_000);
    expect(await peers.admits('172.17.0.2')).toBe(true);
    expect(await peers.admits('192.168.1.20')).toBe(false);
    expect(await peers.admits(undefined)).toBe(false);
  });
});

describe('a door for containers', () => {
  async function ask(verdict: true | Promise<boolean>): Promise<{ status: number; text: string }> {
    const listener = onlyContainers((_request, response) => response.end('hello'), { admits: () => verdict });
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const text = await answer.text();
    server.close();
    return { status: answer.status, text };
  }

  it('answers them, also when that was to be asked first', async () => {
    const hello = { status: 200, text: 'hello' };
    expect(await ask(true)).toEqual(hello);
    expect(await ask(Promise.resolve(true))).toEqual(hello);
  });

  it('tells others that they may not', async () => {
    const text = expect.stringContaining('"Only containers of this machine may use this address."');
    expect(await ask(Promise.resolve(false))).toEqual({ status: 403, text });
  });
});
