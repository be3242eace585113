import type { RunnerStatus } from '#inference';
import type { Model } from '#models';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteDeps } from '../route-sets.ts';
import { detailsOf, displayNames, nameMeant } from './names.ts';

/** The Ollama API that is followed. Clients ask for a least version before they use what came with it. */
const followedVersion = '0.12.11';

/** `GET /api/version` */
export function version(exchange: Exchange): void {
  sendJson(exchange, 200, { version: followedVersion });
}

/** `GET /api/tags`: an entry for each name of a model. */
export async function tags(exchange: Exchange, { models }: RouteDeps): Promise<void> {
  const all = await models.list();
  sendJson(exchange, 200, {
    models: all.flatMap((model) =>
      displayNames(model).map((name) => ({
        name,
        model: name,
        modified_at: modifiedAt(model),
        size: model.sizeBytes,
        digest: model.id,
        details: detailsOf(model),
      })),
    ),
  });
}

/** `GET /api/ps` */
export async function ps(exchange: Exchange, { models, inference, runtimes, clock }: RouteDeps): Promise<void> {
  const running = inference.running().filter(({ state }) => state !== 'stopping');
  if (running.length === 0) {
    sendJson(exchange, 200, { models: [] });
    return;
  }
  const [all, onGpu] = await Promise.all([models.list(), usesGpu(runtimes)]);
  const byId = new Map(all.map((model) => [model.id, model]));
  sendJson(exchange, 200, {
    models: running.map((runner) => {
      const model = byId.get(runner.modelId);
      const name = model ? nameMeant(model, runner.modelName) : runner.modelName;
      return {
        name,
        model: name,
        size: runner.estimatedBytes,
        digest: runner.modelId,
        ...(model ? { details: detailsOf(model) } : {}),
        expires_at: expiresAt(runner, clock.now()),
        size_vram: onGpu ? runner.estimatedBytes : 0,
        context_length: runner.config.contextSize,
      };
    }),
  });
}

export function modifiedAt({ created }: Model): string {
  return new Date(created * 1000).toISOString();
}

/** A model that stays for ever expires in a year that no client takes for the past. */
function expiresAt({ expiresAt: at, keepAliveMs }: RunnerStatus, now: number): string {
  if (at !== undefined) return new Date(at).toISOString();
  return keepAliveMs < 0 || !Number.isFinite(keepAliveMs)
    ? '9999-12-31T23:59:59.000Z'
    : new Date(Math.min(now + keepAliveMs, Date.UTC(9999, 0))).toISOString();
}

async function usesGpu(runtimes: RouteDeps['runtimes']): Promise<boolean> {
  try {
    return ((await runtimes.select()).devices?.length ?? 0) > 0;
  } catch {
    // Without a runtime nothing new can be loaded; what runs is listed all the same.
    return false;
  }
}
