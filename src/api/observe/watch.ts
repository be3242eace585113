import type { Digest } from '#core';
import { tokenUse, type Metrics, type Recorder } from '#observe';
import { parseJsonObject } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ApiOptions } from '../types.ts';
import type { InferencePath } from './inference-path.ts';
import { tap, type Tap } from './tap.ts';

export interface WatchDeps extends Pick<ApiOptions, 'models' | 'clock' | 'log' | 'storeRevision'> {
  readonly recorder?: Recorder | undefined;
  readonly metrics?: Metrics | undefined;
}

export interface Watcher {
  /** Follows one inference request; what it finds is counted and recorded when the answer is through. */
  follow(exchange: Exchange, path: InferencePath): Tap;
}

interface KnownModel {
  readonly id: Digest;
  readonly name: string;
}

/** Clients may name a model in many ways. */
const maxNames = 200;
const maxLookedAtBytes = 1024 * 1024;

export function createWatcher({ models, clock, log, storeRevision, recorder, metrics }: WatchDeps): Watcher {
  const names = new Map<string, Promise<KnownModel | undefined>>();
  let revision: number | undefined;

  function known(name: string): Promise<KnownModel | undefined> {
    const now = storeRevision?.();
    if (now !== revision || now === undefined || names.size >= maxNames) names.clear();
    revision = now;
    const found =
      names.get(name) ??
      models.get(name).then(
        ({ id, tags }) => ({ id, name: tags[0] ?? id }),
        () => undefined,
      );
    names.set(name, found);
    return found;
  }

  return {
    follow(exchange, { api, origin }) {
      const { request, response, notes } = exchange;
      const [startedAt, began] = [clock.now(), clock.monotonic()];
      const keep = recorder?.recording() === 'on';
      const taken = tap(request, response, { keep, now: () => clock.monotonic() });

      async function tell(): Promise<void> {
        const durationMs = clock.monotonic() - began;
        const aborted = !response.writableFinished;
        const name = notes.model ?? namedIn(taken.body);
        const model = name === undefined ? undefined : await known(name);
        const events = /event-stream|ndjson/.test(String(response.getHeader('content-type')));
        const at = taken.firstPartAt;
        metrics?.answered({
          api,
          status: response.statusCode,
          aborted,
          durationMs,
          ...(model && { model: model.name }),
          ...(events && at !== undefined && { firstTokenMs: at - began }),
          ...(response.statusCode < 400 && { use: tokenUse(taken.tail()) }),
        });
        if (model === undefined || recorder === undefined || recorder.recording() === 'off') return;
        const header = request.headers['x-request-origin'];
        recorder.note({
          model: name ?? model.name,
          modelId: model.id,
          method: request.method ?? '',
          url: request.url ?? '',
          body: keep ? taken.body : undefined,
          answer: taken.kept(),
          answerLostBytes: taken.lostBytes,
          error: notes.error ?? (aborted ? 'request.aborted' : undefined),
          // What docker/model-runner records when nothing was answered (contract model-runner §5.8).
          status: response.headersSent ? response.statusCode : 408,
          userAgent: request.headers['user-agent'],
          origin: typeof header === 'string' ? header : origin,
          startedAt,
          durationMs,
        });
      }

      response.once('close', () => {
        // The next request comes first.
        setImmediate(() => {
          tell().catch((error: unknown) => log.warn('a request was not counted', { error }));
        });
      });
      return taken;
    },
  };
}

/** The model of a request that was refused before anybody looked at it. */
function namedIn(body: Buffer | undefined): string | undefined {
  if (body === undefined || body.length > maxLookedAtBytes) return undefined;
  try {
    const { model } = parseJsonObject(body);
    return typeof model === 'string' ? model.slice(0, 200) : undefined;
  } catch {
    return undefined;
  }
}
