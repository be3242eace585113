/** What decides at which address containers reach the models. */
export interface Reach {
  /** Where the daemon listens: `unix:///…`, `http://127.0.0.1:12434`, `http://172.17.0.1:12434`. */
  readonly addresses: readonly string[];
  /** On which networks containers find the relay by its name. */
  readonly relay: 'everywhere' | 'some networks' | 'off';
  /** Set for a daemon elsewhere: its own address is the only one known. */
  readonly remote: string | undefined;
}

export interface Endpoints {
  /** For containers; empty when none of them can reach the daemon. */
  readonly endpoint: string;
  /** For programs of this machine; empty when the daemon listens on its unix socket only. */
  readonly endpointHost: string;
}

const relayEndpoint = 'http://model-runner.docker.internal/engines/v1/';

/**
 * The OpenAI base addresses that Compose hands to services (contract model-runner §1.3 status, §1.4): the relay's where it
 * is on every network, else the gateway of Docker's bridge where the daemon listens there, else the name that Docker Desktop and
 * `extra_hosts` give this machine.
 */
export function endpointsFor({ addresses, relay, remote }: Reach): Endpoints {
  if (remote !== undefined) {
    const base = `${remote.replace(/\/$/, '')}/v1/`;
    return { endpoint: base, endpointHost: base };
  }
  const tcp = addresses
    .filter((address) => URL.canParse(address) && /^https?:/.test(address))
    .map((one) => new URL(one));
  const own = tcp.find(isLoopback) ?? tcp[0];
  const endpointHost = own === undefined ? '' : `${own.origin}/v1/`;
  if (relay === 'everywhere') return { endpoint: relayEndpoint, endpointHost };
  const gateway = tcp.find((address) => !isLoopback(address));
  if (gateway) return { endpoint: `${gateway.origin}/v1/`, endpointHost };
  // Which network a container is on is not known here, so the relay's name is only better than nothing.
  if (relay === 'some networks') return { endpoint: relayEndpoint, endpointHost };
  if (!own) return { endpoint: '', endpointHost };
  const port = own.port === '' ? '' : `:${own.port}`;
  return { endpoint: `${own.protocol}//host.docker.internal${port}/v1/`, endpointHost };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
