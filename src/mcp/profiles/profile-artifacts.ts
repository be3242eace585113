import { AppError, createSecretScanner } from '#core';
import type { RequestOptions } from '#registry';
import { catalogName, parseCatalogReference } from '../catalog/store/reference.ts';
import { pullArtifact, pushArtifact, type ArtifactRegistry } from '../catalog/store/remote-catalog.ts';
import { jsonPlace } from '../guards/json-place.ts';
import { profileId, toWire } from './profile-file.ts';
import { readProfile } from './read-profile.ts';
import type { Profile } from './types.ts';

const artifactType = 'application/vnd.docker.mcp.profile.v1+json';

/** Profiles in registries (contract mcp-toolkit §2.3). */
export interface ProfileArtifacts {
  /** Resolves with `me/work:1@sha256:…`. @throws AppError `mcp.denied` when there is a secret in it */
  push(profile: Profile, reference: string, options: RequestOptions): Promise<string>;
  /** Its id is made from its name. */
  pull(reference: string, options: RequestOptions): Promise<Profile>;
}

export function createProfileArtifacts(registry: ArtifactRegistry): ProfileArtifacts {
  return {
    async push(profile, text, options) {
      const reference = parseCatalogReference(text);
      const layer = JSON.stringify(toWire(profile));
      const [hit] = createSecretScanner().find(layer, { maxHits: 1 });
      if (hit) throw hasSecret(profile.id, `${hit.title} at ${jsonPlace(layer, hit.start)}`);
      const digest = await pushArtifact(registry, { reference, layer, artifactType }, options);
      return `${catalogName(text)}@${digest}`;
    },
    async pull(text, options) {
      const reference = parseCatalogReference(text);
      const { layer } = await pullArtifact(registry, { reference, label: catalogName(text), artifactType }, options);
      const profile = readProfile(layer, catalogName(text));
      return { ...profile, id: profileId(profile.name) };
    },
  };
}

function hasSecret(profile: string, detail: string): AppError {
  return new AppError('mcp.denied', `The profile ${profile} has a secret in it and was not sent: ${detail}.`, {
    hint: 'Keep it with: gantry mcp secret set NAME',
    params: { reason: 'profile_secret', profile, detail },
  });
}
