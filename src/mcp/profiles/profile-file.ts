import { z } from 'zod';
import type { JsonObject } from '../types.ts';
import type { Profile, ProfileServer } from './types.ts';

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected a mapping',
);
const optionalText = z.string().nullish();
const toolNames = z.array(z.string().min(1).max(256)).max(5000);

const serverSchema = z
  .looseObject({
    type: z.enum(['image', 'remote', 'registry']).optional(),
    name: optionalText,
    image: optionalText,
    endpoint: optionalText,
    source: optionalText,
    origin: optionalText,
    config: jsonObject.nullish(),
    tools: toolNames.nullish(),
    disabledTools: toolNames.nullish(),
    snapshot: z.looseObject({ server: jsonObject.nullish() }).nullish(),
  })
  .refine((server) => nameOf(server) !== undefined, {
    message: 'the server has neither a name nor a snapshot with one',
  });

/** A profile as Docker writes it (contract mcp-toolkit §1.3, §2.3), with two keys of ours: `origin` and `disabledTools`. */
export const profileSchema = z.looseObject({
  version: z.literal(1).optional(),
  id: optionalText,
  name: optionalText,
  servers: z.array(serverSchema).max(10_000).nullish(),
});

type WireProfile = z.output<typeof profileSchema>;
type WireServer = z.output<typeof serverSchema>;

/** `id` is the one of the file's name, where it has one. */
export function fromWire(wire: WireProfile, id?: string): Profile {
  const { version: _version, id: written, name, servers, ...extra } = wire;
  const own = id ?? profileId(written ?? name ?? '');
  return { id: own, name: name ?? own, servers: (servers ?? []).map(serverFromWire), extra: extra as JsonObject };
}

function serverFromWire(wire: WireServer): ProfileServer {
  const { type, name: _name, image, endpoint, source, origin, config, tools, disabledTools, snapshot, ...extra } = wire;
  const server = snapshot?.server ?? undefined;
  return {
    name: nameOf(wire) ?? '',
    type: type ?? (endpoint ? 'remote' : 'image'),
    image: image ?? undefined,
    endpoint: endpoint ?? undefined,
    source: source ?? undefined,
    origin: origin ?? undefined,
    config: config ?? {},
    tools: tools ?? undefined,
    disabledTools: disabledTools ?? [],
    server,
    extra: extra as JsonObject,
  };
}

interface Named {
  readonly name?: unknown;
  readonly snapshot?: { readonly server?: JsonObject | null | undefined } | null | undefined;
}

function nameOf({ name, snapshot }: Named): string | undefined {
  const snapshotName = snapshot?.server?.['name'];
  const found = typeof snapshotName === 'string' && snapshotName !== '' ? snapshotName : name;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** As it is written to files and registries. */
export function toWire({ id, name, servers, extra }: Profile): JsonObject {
  return { version: 1, id, name, servers: servers.map(serverToWire), ...extra };
}

function serverToWire(one: ProfileServer): JsonObject {
  const { name, type, image, endpoint, source, origin, config, tools, disabledTools, server, extra } = one;
  return defined({
    type,
    name: server === undefined ? name : undefined,
    image,
    endpoint,
    source,
    origin,
    config: Object.keys(config).length > 0 ? config : undefined,
    tools,
    disabledTools: disabledTools.length > 0 ? disabledTools : undefined,
    ...extra,
    snapshot: server === undefined ? undefined : { server: { ...server, name } },
  });
}

function defined(values: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, JsonObject[string]] => pair[1] !== undefined),
  );
}

/** `My Profile!` → `my_profile` */
export function profileId(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 64);
}

export function isProfileId(id: string): boolean {
  return /^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(id) && !id.includes('..');
}
