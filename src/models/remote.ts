import { AppError } from '#core';
import type { OciRegistry } from '#registry';
import { checkSupported, manifestBytes } from './manifest/parse-manifest.ts';
import { readConfigFile } from './manifest/read-config.ts';
import type { PullPlan } from './pull/choose-sources.ts';
import type { Model } from './types.ts';

const largestConfigBytes = 8 * 1024 * 1024;

/** Describes a model in its registry from manifest and config alone. It has no tags there (contract model-runner §2.5). */
export async function describeRemote(
  registry: OciRegistry,
  plan: PullPlan,
  { signal, bearerToken }: { signal: AbortSignal; bearerToken?: string | undefined },
): Promise<Model> {
  if (plan.kind !== 'registry') {
    throw new AppError(
      'source.not_allowed',
      `${plan.tag} is not in an OCI registry, so it cannot be described without a pull.`,
      {
        hint: `Pull it: gantry pull ${plan.tag}`,
        params: { reference: plan.tag, source: plan.kind },
      },
    );
  }
  const { reference } = plan;
  const { digest, manifest } = await registry.resolveManifest(reference, { signal, bearerToken });
  checkSupported(plan.tag, manifest);
  const descriptor = manifest.config;
  const options = { signal, bearerToken, descriptor, maxBytes: largestConfigBytes };
  const { config, created } = readConfigFile(await registry.readBlob(reference, options), manifest);
  return { id: digest, tags: [], created, config, sizeBytes: manifestBytes(manifest) };
}
