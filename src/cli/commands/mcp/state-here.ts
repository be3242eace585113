import { join } from 'node:path';
import { silentLog } from '#core';
import type { Profiles } from '#mcp';
import type { CliContext } from '../../context.ts';

/** Profiles are files of the user, which need no daemon. */
export async function profilesHere({ paths, clock }: CliContext): Promise<Profiles> {
  const { createProfiles } = await import('#mcp');
  return createProfiles({ folder: join(paths.home, 'mcp', 'profiles'), clock, log: silentLog });
}

/** Tells of each secret whether it is kept anywhere; no value is read. */
export async function secretsHere({ paths, clock, env }: CliContext): Promise<(name: string) => boolean> {
  const { createSecretPlaces, secretVariable } = await import('#mcp');
  const places = await createSecretPlaces(join(paths.home, 'mcp', 'secrets.yaml'), { clock }).read();
  return (name) => {
    const place = places.get(name);
    if (place) return 'env' in place ? Boolean(env[place.env]) : true;
    return places.has(`vault/${name}`) || Boolean(env[secretVariable(name)]);
  };
}
