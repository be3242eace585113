import type { ContainerListBody, ImageListBody, McpStatusBody, ModelBody, RequestsBody } from '#contract';
import { factsOf } from '../models/request-facts.ts';

export interface Trouble {
  readonly atMs: number;
  /** A model or a server. */
  readonly where: string;
  /** The page with more of it. */
  readonly to: string;
  readonly text: string;
}

const mostTroubles = 8;

/** What went wrong last, newest first. */
export function troublesOf(requests: RequestsBody, status: McpStatusBody): readonly Trouble[] {
  const asked = requests
    .flatMap(({ records }) => records)
    .filter(({ error, status_code: code }) => error !== undefined || code >= 400)
    .map(({ timestamp, model, error, status_code: code }) => ({
      atMs: timestamp * 1000,
      where: model,
      to: '/models/requests',
      text: error ?? `HTTP ${code}`,
    }));
  const called = status.gateways
    .flatMap(({ servers }) => servers)
    .flatMap(({ name, error, lastCallAt = 0 }) =>
      error
        ? [{ atMs: lastCallAt, where: name, to: `/mcp/servers/${encodeURIComponent(name)}`, text: error.message }]
        : [],
    );
  return [...asked, ...called].toSorted((one, other) => other.atMs - one.atMs).slice(0, mostTroubles);
}

const counted = 20;

/** The mean speed of the last answers that said one. */
export function speedOf(
  requests: RequestsBody,
): { readonly tokensPerSecond: number; readonly answers: number } | undefined {
  const speeds = requests
    .flatMap(({ records }) => records)
    .toSorted((one, other) => other.timestamp - one.timestamp)
    .slice(0, counted)
    .map((record) => factsOf(record).tokensPerSecond)
    .filter((speed) => speed !== undefined);
  if (speeds.length === 0) return undefined;
  return { tokensPerSecond: speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length, answers: speeds.length };
}

export interface Calls {
  readonly calls: number;
  readonly failures: number;
}

export function callsOf(status: McpStatusBody): Calls {
  const servers = status.gateways.flatMap((gateway) => gateway.servers);
  return {
    calls: servers.reduce((sum, { calls }) => sum + calls, 0),
    failures: servers.reduce((sum, { failures }) => sum + failures, 0),
  };
}

export interface Sample {
  readonly atMs: number;
  readonly count: number;
}

/** By how much a count grows in a second, over the samples at hand. A count that fell has begun anew. */
export function rateOf(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs <= first.atMs) return 0;
  return Math.max(0, last.count - first.count) / ((last.atMs - first.atMs) / 1000);
}

/** The containers of a server, by what the gateway calls them. */
export function containersOf(server: string, containers: ContainerListBody['containers']): readonly string[] {
  const beginning = `gantry-mcp-${server.replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 40)}-`;
  return containers
    .filter(({ name, state }) => state === 'running' && name.startsWith(beginning))
    .filter(({ name }) => /^[0-9a-f]{12}$/.test(name.slice(beginning.length)))
    .map(({ id }) => id);
}

/** What the image of a server takes; undefined where it is not on this Engine. */
export function imageBytesOf(image: string | undefined, images: ImageListBody['images']): number | undefined {
  if (image === undefined) return undefined;
  const names = [image, `${image}:latest`, `docker.io/${image}`];
  return images.find(({ id, tags, digests }) => [id, ...tags, ...digests].some((name) => names.includes(name)))
    ?.sizeBytes;
}

const mostModels = 5;

/** The models that take most, by what they say of their size. */
export function largestOf(models: readonly ModelBody[]): {
  readonly shown: readonly { readonly name: string; readonly size: string }[];
  readonly left: number;
} {
  const sized = models.map(({ id, tags = [], config: { size = '' } }) => ({
    name: (tags[0] ?? id).replace(/^docker\.io\//, ''),
    size,
  }));
  const ordered = sized.toSorted((one, other) => bytesIn(other.size) - bytesIn(one.size));
  return { shown: ordered.slice(0, mostModels), left: Math.max(0, ordered.length - mostModels) };
}

/** `98.36MB`, `1.2 GiB`. */
function bytesIn(size: string): number {
  const [, number = '0', unit = '', binary] = /^([\d.]+)\s*([KMGT]?)(i?)B/i.exec(size) ?? [];
  return Number(number) * (binary ? 1024 : 1000) ** Math.max(0, ' KMGT'.indexOf(unit.toUpperCase() || ' '));
}
