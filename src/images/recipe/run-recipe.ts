import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { AppError, delay, type Clock } from '#core';
import type { Docker } from '#docker';
import { createBody } from './forms.ts';
import type { Recipe } from './types.ts';

export type RecipeOutcome =
  | { readonly state: 'healthy' | 'running'; readonly id: string }
  /** It ended, or is unhealthy: its diagnosis says why. */
  | { readonly state: 'failed'; readonly id: string };

const created = z.looseObject({ Id: z.string() });
const state = z.looseObject({
  State: z.looseObject({
    Status: z.string(),
    Running: z.boolean(),
    Health: z.looseObject({ Status: z.string() }).nullish(),
  }),
});

const healthMs = 60_000;
/** Long enough for programs that miss something to say so. */
const settleMs = 3000;
const stepMs = 250;

/**
 * Makes and starts the container, and looks until it is healthy, or, where nothing tells, whether it stays up.
 * @throws AppError `docker.*` with the Engine's own words; a container that could not start is left, so that it can be diagnosed
 */
export async function runRecipe(
  { docker, clock, newSecret }: { docker: Docker; clock: Clock; newSecret: () => string },
  recipe: Recipe,
  { signal }: { signal: AbortSignal },
): Promise<RecipeOutcome> {
  const values = Object.fromEntries(recipe.secrets.map((name) => [name, newSecret()]));
  const response = await docker.request({
    method: 'POST',
    path: '/containers/create',
    query: { name: recipe.name },
    // Until it is seen to stay up, so that one that fails is not started over and over.
    json: createBody({ ...recipe, restart: 'no' }, values),
    signal,
  });
  const body = await text(response.stream);
  if (response.status >= 400) throw refused(body);
  const { Id: id } = created.parse(JSON.parse(body));
  try {
    await docker.containers.start(id, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError && error.code === 'docker.unavailable') throw error;
    return { state: 'failed', id };
  }
  const outcome = await settled({ docker, clock }, id, { signal });
  if (outcome.state !== 'failed' && recipe.restart !== 'no') {
    const restart = { RestartPolicy: { Name: recipe.restart } };
    const path = `/containers/${id}/update`;
    const updated = await docker.request({ method: 'POST', path, json: restart, signal });
    const answer = await text(updated.stream);
    if (updated.status >= 400) throw refused(answer);
  }
  return outcome;
}

async function settled(
  { docker, clock }: { docker: Docker; clock: Clock },
  id: string,
  { signal }: { signal: AbortSignal },
): Promise<RecipeOutcome> {
  const began = clock.monotonic();
  for (;;) {
    await delay(stepMs, { clock, signal });
    const { stream } = await docker.request({ method: 'GET', path: `/containers/${id}/json`, signal });
    const { State: now } = state.parse(JSON.parse(await text(stream)));
    const passed = clock.monotonic() - began;
    if (!now.Running) return { state: 'failed', id };
    if (now.Health?.Status === 'healthy') return { state: 'healthy', id };
    if (now.Health?.Status === 'unhealthy') return { state: 'failed', id };
    if (!now.Health && passed >= settleMs) return { state: 'running', id };
    if (passed >= healthMs) return { state: 'running', id };
  }
}

function refused(body: string): AppError {
  let reason = body.trim();
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && 'message' in value) reason = String(value.message);
  } catch {
    // The Engine's text as it is.
  }
  return new AppError('docker.failed', `The Docker Engine refused: ${reason.slice(0, 500)}.`, {
    params: { reason: reason.slice(0, 500) },
  });
}
