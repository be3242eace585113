import { AppError, toAppError, type Clock } from '#core';
import type { MirrorSkipped } from '../types.ts';
import { mirrorEndpoint, registryEndpoint, type Endpoint } from './endpoint.ts';

/** Chooses where to read from: each mirror first, then the registry itself. */
export interface MirrorRoute {
  read<T>(registry: string, signal: AbortSignal, attempt: (endpoint: Endpoint) => Promise<T>): Promise<T>;
  /** Stops asking a mirror for a while. */
  giveUp(mirror: Endpoint, thrown: unknown): void;
  /** Content of a mirror; the mirror is left alone for a while when it breaks off. */
  watched(mirror: Endpoint, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncIterable<Uint8Array>;
  upstream(registry: string): Endpoint;
}

export interface MirrorRouteOptions {
  readonly mirrors: () => readonly string[];
  readonly insecureRegistries: () => readonly string[];
  readonly clock: Clock;
  readonly onSkipped: (skipped: MirrorSkipped) => void;
}

const restMs = 60_000;
// A mirror that lacks a model may well have the next one.
const harmless: readonly string[] = ['source.not_found', 'source.unauthorized', 'source.forbidden'];

export function createMirrorRoute({ mirrors, insecureRegistries, clock, onSkipped }: MirrorRouteOptions): MirrorRoute {
  const restingUntil = new Map<string, number>();
  const refused = new Set<string>();
  const giveUp = (mirror: Endpoint, thrown: unknown): void => {
    const error = toAppError(thrown);
    if (!harmless.includes(error.code)) restingUntil.set(mirror.baseUrl, clock.monotonic() + restMs);
    onSkipped({ mirror: mirror.baseUrl, error });
  };
  const mirrorsOf = (registry: string): Endpoint[] => {
    if (registry !== 'docker.io') return [];
    return mirrors().flatMap((text) => {
      const mirror = mirrorEndpoint(text);
      if (mirror === undefined && !refused.has(text)) {
        refused.add(text);
        onSkipped({ mirror: text, error: notAMirror(text) });
      }
      return mirror ?? [];
    });
  };
  return {
    giveUp,
    async read(registry, signal, attempt) {
      for (const mirror of mirrorsOf(registry)) {
        if ((restingUntil.get(mirror.baseUrl) ?? -Infinity) > clock.monotonic()) continue;
        try {
          return await attempt(mirror);
        } catch (error) {
          if (signal.aborted) throw error;
          giveUp(mirror, error);
        }
      }
      return attempt(registryEndpoint(registry, insecureRegistries()));
    },
    async *watched(mirror, chunks, signal) {
      try {
        yield* chunks;
      } catch (error) {
        if (!signal.aborted) giveUp(mirror, error);
        throw error;
      }
    },
    upstream: (registry) => registryEndpoint(registry, insecureRegistries()),
  };
}

function notAMirror(text: string): AppError {
  return new AppError('settings.invalid', `"${text}" cannot be a registry mirror.`, {
    hint: 'Write it as https://host, without a user name.',
    params: { text },
  });
}
