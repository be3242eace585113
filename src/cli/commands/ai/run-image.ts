import { randomBytes } from 'node:crypto';
import { AppError } from '#core';
import type { Docker } from '#docker';
import type { Recipe, RecipeOutcome, RecipeWishes } from '#images';
import { confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { printableLine } from '../../output/printable.ts';
import { startSpinner } from '../../output/spinner.ts';
import { usageError } from '../../usage-error.ts';
import { recipeText } from './recipe-text.ts';

export interface RecipeOptions {
  readonly name?: string;
  readonly env?: readonly string[];
  readonly publish?: readonly string[];
  readonly memory?: string;
  readonly public?: boolean;
  readonly compose?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Shows how to run an image, and runs it once that is approved. Ends with 10 when nobody can be asked. */
export async function runImage(context: CliContext, image: string, options: RecipeOptions): Promise<number> {
  const { composeText, makeRecipe } = await import('#images');
  const { t, signal } = context;
  const wishes = await wishesOf(options, context);
  const docker = await context.docker();
  const facts = await factsOrPull(context, { docker, image, approved: options.yes === true });
  if (!facts) return exitCodes.approval;
  const recipe = makeRecipe(image, facts, wishes);
  if (options.compose) {
    context.print(composeText(recipe));
    return exitCodes.ok;
  }
  const approved = options.yes === true;
  const asks = !approved && context.stdin.isTTY === true;
  if (options.json && !approved) {
    context.printJson(await recipeJson(recipe));
    return exitCodes.approval;
  }
  if (!options.json) context.print(await recipeText(recipe, context));
  if (recipe.interactive && approved)
    throw usageError(t('recipe.note.noServer', { command: recipe.command.join(' ') || image }));
  if (!approved) {
    if (!asks) {
      context.notice(t('recipe.needsApproval', { command: `gantry ai run ${printableLine(image)} --yes` }));
      return exitCodes.approval;
    }
    if (recipe.interactive) return exitCodes.ok;
    if (!(await confirm(context, t('recipe.question')))) {
      context.notice(t('recipe.declined'));
      return exitCodes.approval;
    }
  }
  const { runRecipe } = await import('#images');
  const spinner = startSpinner(() => t('recipe.starting', { name: recipe.name }), {
    output: context.stderr,
    clock: context.clock,
  });
  let outcome: RecipeOutcome;
  try {
    const newSecret = (): string => `${randomBytes(18).toString('base64url')}9a`;
    outcome = await runRecipe({ docker, clock: context.clock, newSecret }, recipe, { signal });
  } finally {
    spinner.stop();
  }
  return await tell(context, { docker, recipe, outcome, json: options.json === true });
}

export async function recipeJson(recipe: Recipe): Promise<object> {
  const { composeText, runArgv } = await import('#images');
  return { recipe, argv: runArgv(recipe), compose: composeText(recipe) };
}

async function tell(
  context: CliContext,
  { docker, recipe, outcome, json }: { docker: Docker; recipe: Recipe; outcome: RecipeOutcome; json: boolean },
): Promise<number> {
  const { t } = context;
  const { name } = recipe;
  if (outcome.state !== 'failed') {
    if (json) context.printJson({ ...(await recipeJson(recipe)), ...outcome });
    else {
      context.print(`${t(outcome.state === 'healthy' ? 'recipe.healthy' : 'recipe.running', { name })}\n`);
      const command = `docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' ${name}`;
      for (const variable of recipe.secrets) context.print(`${t('recipe.secret', { variable, command })}\n`);
    }
    return exitCodes.ok;
  }
  const { collectEvidence, diagnose, readEvidence, thisHost } = await import('#diagnosis');
  const { diagnosisJson, diagnosisText } = await import('./diagnosis-text.ts');
  const deps = { docker, host: thisHost, now: () => context.clock.now() };
  const diagnosis = diagnose(readEvidence(await collectEvidence(deps, outcome.id, { signal: context.signal })));
  if (json)
    context.printJson({
      ...(await recipeJson(recipe)),
      ...outcome,
      diagnosis: await diagnosisJson(diagnosis, context),
    });
  else context.print(`${t('recipe.failed', { name })}\n\n${await diagnosisText(diagnosis, { context, all: false })}`);
  return exitCodes.runtime;
}

async function factsOrPull(
  context: CliContext,
  { docker, image, approved }: { docker: Docker; image: string; approved: boolean },
): Promise<import('#images').RecipeFacts | undefined> {
  const { gatherFacts } = await import('#images');
  const { t, signal } = context;
  try {
    return await gatherFacts(docker, image, { signal });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'docker.not_found')) throw error;
  }
  if (!approved) {
    context.notice(t('recipe.pullFirst', { image: printableLine(image) }));
    const asked =
      context.stdin.isTTY === true &&
      (await confirm(context, t('recipe.pullQuestion', { image: printableLine(image) })));
    if (!asked) {
      context.notice(t('recipe.needsApproval', { command: `docker pull ${printableLine(image)}` }));
      return undefined;
    }
  }
  let status = '';
  const spinner = startSpinner(() => t('recipe.pulling', { image, status }), {
    output: context.stderr,
    clock: context.clock,
  });
  try {
    for await (const event of docker.images.pull(image, { signal })) {
      status = printableLine([event.id, event.status].filter((part) => part !== undefined).join(' '));
    }
  } finally {
    spinner.stop();
  }
  return await gatherFacts(docker, image, { signal });
}

async function wishesOf(options: RecipeOptions, { t }: CliContext): Promise<RecipeWishes> {
  const { bytesOf } = await import('#images');
  const env = (options.env ?? []).map((pair) => {
    const match = /^([A-Za-z_][\w.]*)=(.*)$/s.exec(pair);
    if (!match?.[1]) throw usageError(t('recipe.badEnv', { value: pair.split('=')[0] ?? '' }));
    return [match[1], match[2] ?? ''] as const;
  });
  const ports = (options.publish ?? []).map((pair) => {
    const match = /^(\d{1,5}):(\d{1,5})$/.exec(pair);
    const [host, container] = [Number(match?.[1]), Number(match?.[2])];
    if (!match || host > 65_535 || container > 65_535 || container === 0)
      throw usageError(t('recipe.badPort', { value: pair }));
    return [container, host] as const;
  });
  const { memory } = options;
  if (memory !== undefined && Number.isNaN(bytesOf(memory))) throw usageError(t('recipe.badMemory', { value: memory }));
  return {
    name: options.name,
    env: Object.fromEntries(env),
    ports: Object.fromEntries(ports),
    memory,
    isPublic: options.public === true,
  };
}
