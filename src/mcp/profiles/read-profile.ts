import { parseYaml } from '../state/yaml.ts';
import { badProfileId } from './problems.ts';
import { fromWire, isProfileId, profileSchema } from './profile-file.ts';
import type { Profile } from './types.ts';

/** A profile that somebody else wrote, in YAML or JSON. @throws AppError `settings.invalid`, `request.invalid` */
export function readProfile(text: string, path: string): Profile {
  const profile = fromWire(parseYaml(text, { schema: profileSchema, path }));
  if (!isProfileId(profile.id)) throw badProfileId(profile.id);
  return profile;
}
