import type { RecipeBody, RecipeWishesBody, RunImageLine } from '#contract';
import { AppError, type Clock } from '#core';
import type { Recipe, RecipeWishes } from '#images';
import type { DockerViews } from '../types.ts';

export interface RecipeOptions {
  readonly wishes: RecipeWishesBody;
  readonly signal: AbortSignal;
}

/** How to run an image. @throws AppError `docker.*` */
export async function recipeFor(
  { docker }: DockerViews,
  image: string,
  { wishes, signal }: RecipeOptions,
): Promise<Recipe> {
  const { gatherFacts, makeRecipe } = await import('#images');
  return makeRecipe(image, await gatherFacts(docker, image, { signal }), wishesOf(wishes));
}

export async function recipeBodyOf(recipe: Recipe): Promise<RecipeBody> {
  const [{ composeText, runArgv }, { shellLine }] = await Promise.all([import('#images'), import('#diagnosis')]);
  const { image, name, env, secrets, ports, volumes, memory, interactive, connect, smoke, cleanUp, notes } = recipe;
  return {
    image,
    name,
    env: { ...env },
    secrets: [...secrets],
    ports: ports.map((port) => ({ ...port })),
    volumes: volumes.map((volume) => ({ ...volume })),
    memory: memory ?? null,
    interactive,
    connect: connect ?? null,
    smoke: smoke.map((argv) => shellLine({ argv })),
    cleanUp: cleanUp.map((argv) => shellLine({ argv })),
    notes: notes.map((note) => ({ ...note })),
    command: shellLine({ argv: runArgv(recipe) }),
    compose: composeText(recipe),
  };
}

/** Runs the recipe that was shown, when it is still the recipe. @throws AppError `request.conflict`, `docker.*` */
export async function* runShownRecipe(
  { views, clock }: { readonly views: DockerViews; readonly clock: Clock },
  recipe: Recipe,
  { command, signal }: { readonly command: string; readonly signal: AbortSignal },
): AsyncGenerator<RunImageLine> {
  const { command: current } = await recipeBodyOf(recipe);
  if (current !== command) {
    throw new AppError('request.conflict', 'The command that runs the image is another one by now.', {
      hint: 'Look at the new command; nothing was started.',
      params: { reason: 'recipe_changed' },
    });
  }
  if (recipe.interactive) {
    throw new AppError('request.invalid', `${recipe.image} is a shell: it ends at once without a terminal.`, {
      hint: `Run it in a terminal: ${command}`,
      params: { param: 'command', reason: 'interactive' },
    });
  }
  yield { type: 'starting', name: recipe.name };
  const { runRecipe } = await import('#images');
  const deps = { docker: views.docker, clock, newSecret: () => views.newSecret() };
  const { state, id } = await runRecipe(deps, recipe, { signal });
  yield { type: 'done', state, id };
}

function wishesOf({ name, env, ports, memory, isPublic }: RecipeWishesBody): RecipeWishes {
  return {
    name,
    env,
    ports: Object.fromEntries(Object.entries(ports ?? {}).map(([port, host]) => [Number(port), host])),
    memory,
    isPublic,
  };
}
