import { describe, expect, it } from 'vitest';
import { endpointsFor } from './endpoint.ts';

const socket = 'unix:///home/me/.gantry/run/gantry.sock';
const own = 'http://127.0.0.1:12434';
const endpointHost = 'http://127.0.0.1:12434/v1/';

describe('the address containers get', () => {
  it.each([
    [
      'is the plain name while the relay is on every network',
      { addresses: [socket, own, 'http://172.17.0.1:12434'], relay: 'everywhere', remote: undefined },
      { endpoint: 'http://model-runner.docker.internal/engines/v1/', endpointHost },
    ],
    [
      'is the gateway of the bridge when the daemon listens there',
      { addresses: [socket, own, 'http://172.17.0.1:12434'], relay: 'off', remote: undefined },
      { endpoint: 'http://172.17.0.1:12434/v1/', endpointHost },
    ],
    [
      'is Docker’s name of this machine otherwise',
      { addresses: [socket, own], relay: 'off', remote: undefined },
      { endpoint: 'http://host.docker.internal:12434/v1/', endpointHost },
    ],
    [
      'is the gateway too when the relay is on chosen networks only, for it works on all',
      { addresses: [own, 'http://172.17.0.1:12434'], relay: 'some networks', remote: undefined },
      { endpoint: 'http://172.17.0.1:12434/v1/', endpointHost },
    ],
    [
      'is the plain name when only that can work',
      { addresses: [socket], relay: 'some networks', remote: undefined },
      { endpoint: 'http://model-runner.docker.internal/engines/v1/', endpointHost: '' },
    ],
    [
      'is none when the daemon listens on its socket only',
      { addresses: [socket], relay: 'off', remote: undefined },
      { endpoint: '', endpointHost: '' },
    ],
    [
      'is that of a daemon elsewhere',
      { addresses: [own], relay: 'everywhere', remote: 'https://gpu.lan:12444/' },
      { endpoint: 'https://gpu.lan:12444/v1/', endpointHost: 'https://gpu.lan:12444/v1/' },
    ],
  ] as const)('%s', (_what, reach, endpoints) => {
    expect(endpointsFor(reach)).toEqual(endpoints);
  });
});
