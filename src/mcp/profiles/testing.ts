import { silentLog, systemClock } from '#core';
import type { CatalogServer, JsonObject } from '../types.ts';
import { catalogServer } from '#testing';
import { createProfiles, type Profiles } from './store.ts';
import type { FoundServer } from './types.ts';

export function profilesIn(folder: string): Profiles {
  return createProfiles({ folder, clock: systemClock, log: silentLog });
}

/** What a catalogue would answer for a server of this name. */
export function found(name: string, wire: JsonObject = {}): FoundServer {
  return {
    server: { name },
    wire: { name, type: 'server', image: `mcp/${name}`, ...wire },
    filed: { type: 'image', tools: undefined, source: undefined, image: `mcp/${name}`, endpoint: undefined },
    origin: 'catalog test',
  };
}

/** Understands as much of an entry as these tests look at. */
export function readForTest(raw: JsonObject, { name = '' }: { name?: string }): CatalogServer {
  if (raw['image'] === undefined && raw['remote'] === undefined) throw new Error(`${name} has no image`);
  const list = <Item>(key: string): readonly Item[] => (Array.isArray(raw[key]) ? (raw[key] as readonly Item[]) : []);
  return catalogServer(name, {
    type: raw['remote'] === undefined ? 'server' : 'remote',
    image: typeof raw['image'] === 'string' ? raw['image'] : undefined,
    secrets: list('secrets'),
    config: list('config'),
  });
}
