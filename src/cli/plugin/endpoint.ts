/** What decides at which address containers reach the models. */
export interface Reach {
  /** Where the daemon listens: `unix:///…`, `http://127.0.0.1:12434`, `http://172.17.0.1:12434`. */
  readonly addresses: readonly string[];
  /** Containers find the relay by this machine's Docker name, on any network it is on. */
  readonly relayEnabled: boolean;
  /** Set for a daemon elsewhere: its own address is the only one known. */
  readonly remote: string | undefined;
}

export interface Endpoints {
  /** For containers; empty when none of them can reach the daemon. */
  readonly endpoint: string;
  /** For programs of this machine; empty when the daemon listens on its unix socket only. */
  readonly endpointHost: string;
}

/**
 * The OpenAI base addresses that Compose hands to services (contract model-runner §1.3 status, §1.4): the relay's where it
 * runs, else the gateway of Docker's bridge where the daemon listens there, else the name that Docker Desktop and
 * `extra_hosts` give this machine.
 */
export function endpointsFor({ addresses, relayEnabled, remote }: Reach): Endpoints {
  if (remote !== undefined) {
    const base = `${remote.replace(/\/$/, '')}/v1/`;
    return { endpoint: base, endpointHost: base };
  }
  const tcp = addresses
    .filter((address) => URL.canParse(address) && /^https?:/.test(address))
    .map((one) => new URL(one));
  const own = tcp.find(isLoopback) ?? tcp[0];
  const endpointHost = own === undefined ? '' : `${own.origin}/v1/`;
  if (relayEnabled) return { endpoint: 'http://model-runner.docker.internal/engines/v1/', endpointHost };
  const gateway = tcp.find((address) => !isLoopback(address));
  if (gateway) return { endpoint: `${gateway.origin}/v1/`, endpointHost };
  if (!own) return { endpoint: '', endpointHost };
  const port = own.port === '' ? '' : `:${own.port}`;
  return { endpoint: `${own.protocol}//host.docker.internal${port}/v1/`, endpointHost };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
