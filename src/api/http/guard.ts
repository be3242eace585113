import type { Door } from '../types.ts';

export interface GuardRules {
  /** Browser origins allowed besides loopback ones; `*` allows all. */
  readonly origins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** How this machine calls itself. */
  readonly hostName?: string | undefined;
}

export interface Caller {
  readonly door: Door;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The address of ours that the connection came to. */
  readonly localAddress?: string | undefined;
}

export type Verdict =
  | { readonly allowed: true; /** To be named in CORS headers. */ readonly origin: string | undefined }
  | { readonly allowed: false; readonly reason: 'host' | 'origin' };

// Names under which Docker reaches this machine from containers (contract model-runner §1.2, §2.2).
const dockerNames = new Set(['model-runner.docker.internal', 'host.docker.internal', 'gateway.docker.internal']);

/**
 * Decides who may ask at all. The host must be a name of this machine, so that a web page whose name was made to resolve to us
 * gets nothing (DNS rebinding); the origin must be a page of this machine, or one the settings name.
 */
export function judge(caller: Caller, rules: GuardRules): Verdict {
  if (caller.door !== 'socket' && !isOwnHost(caller, rules)) return { allowed: false, reason: 'host' };
  const { origin } = caller;
  if (origin === undefined) return { allowed: true, origin };
  if (
    rules.origins.includes('*') ||
    rules.origins.includes(origin) ||
    isLoopbackOrigin(origin) ||
    isOwnOrigin(caller)
  ) {
    return { allowed: true, origin };
  }
  return { allowed: false, reason: 'origin' };
}

/**
 * Whether a browser may ask for what manages this machine: only the page that this server itself served. Other pages of this machine, and
 * those that the settings name, may use models and nothing else: any container with a published port can serve a page here, and who
 * opens models to every page does not mean the Engine. Clients that are no browsers send none of these headers.
 */
export function mayManage(
  caller: Caller & {
    readonly verb: string;
    readonly fetchSite: string | undefined;
    readonly client: string | undefined;
  },
): boolean {
  const { origin, fetchSite, verb } = caller;
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  if (origin !== undefined && !isOwnOrigin(caller)) return false;
  const isBrowser = origin !== undefined || fetchSite !== undefined;
  // A form cannot send it, and another page cannot without asking first.
  return !isBrowser || verb === 'GET' || caller.client !== undefined;
}

/**
 * Whether a browser may use MCP servers: our own page, and those that the settings name one by one. Tools act, with the files and secrets they
 * were given, so it is not enough to be a page of this machine, as for models.
 */
export function mayUseTools(
  caller: Caller & { readonly fetchSite: string | undefined },
  { origins }: Pick<GuardRules, 'origins'>,
): boolean {
  const { origin, fetchSite } = caller;
  if (origin !== undefined) return isOwnOrigin(caller) || origins.includes(origin);
  return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
}

/** A page that was loaded from where it asks now. Names that are made to resolve to us are refused by their Host before. */
function isOwnOrigin({ origin, host, door }: Caller): boolean {
  if (origin === undefined || host === undefined || door === 'socket') return false;
  const match = /^https?:\/\/([^/?#@]+)$/i.exec(origin);
  return match?.[1]?.toLowerCase() === host.toLowerCase();
}

function isOwnHost({ host, localAddress }: Caller, { allowedHosts, hostName: machine }: GuardRules): boolean {
  if (host === undefined) return false;
  const name = hostName(host);
  if (name === undefined) return false;
  return (
    isLoopbackName(name) ||
    // An address cannot be made to resolve to another one.
    name === localAddress?.replace(/^::ffff:/, '') ||
    name === machine?.toLowerCase() ||
    dockerNames.has(name) ||
    allowedHosts.some((allowed) => allowed.toLowerCase() === name)
  );
}

/** The name in a Host header: without port and brackets, in lower case; undefined when it is no such header. */
export function hostName(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}

export function isLoopbackName(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    // Reaches the loopback interface; clients use it as an address although it is none.
    name === '0.0.0.0' ||
    /^127(?:\.\d{1,3}){3}$/.test(name)
  );
}

function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/?#@]+)$/i.exec(origin);
  const name = match?.[1] === undefined ? undefined : hostName(match[1]);
  return name !== undefined && isLoopbackName(name);
}
