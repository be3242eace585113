import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#core';
import { collectEvidence, diagnose, readEvidence, shellLine, thisHost } from '#diagnosis';
import { bytesOf, gatherFacts, makeRecipe, runArgv, runRecipe, type Recipe, type RecipeWishes } from '#images';
import { diagnosisText } from '../analysis/diagnosis-text.ts';
import { assess, defineTool, failure, untrusted, type GroupedTool } from '../define-tool.ts';
import { imageName, objectName } from './ask-engine.ts';
import type { DockerToolDeps } from './list-containers.ts';

const port = z.int().min(1).max(65_535);

export const recipeArgs = z.object({
  image: imageName,
  name: objectName.optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][\w.]{0,127}$/), z.string().max(4000)).optional(),
  ports: z
    .array(z.object({ host: port, container: port }))
    .max(20)
    .optional(),
  memory: z
    .string()
    .regex(/^\d+(\.\d+)?[bkmg]?b?$/i)
    .refine((text) => !Number.isNaN(bytesOf(text)))
    .optional()
    .describe('Such as 512m'),
  on_all_addresses: z.boolean().optional().describe('Publish to the network instead of this machine alone'),
});

export function wishesOf(args: z.output<typeof recipeArgs>): RecipeWishes {
  return {
    name: args.name,
    env: args.env,
    ports: args.ports && Object.fromEntries(args.ports.map(({ host, container }) => [container, host])),
    memory: args.memory,
    isPublic: args.on_all_addresses,
  };
}

/** Runs an image as its recipe says: secrets made for it, ports on this machine, data in named volumes; no rights of the host. */
export function runContainer({ docker, clock, title }: DockerToolDeps): GroupedTool {
  return defineTool({
    name: 'run_container',
    group: 'containers',
    description:
      'Runs an image in the background with what it is known to need: passwords made for it, volumes, ports. The image must be here.',
    args: recipeArgs,
    timeoutMs: 180_000,
    async plan(args, { signal }) {
      const recipe = await recipeOf(docker, args, signal);
      const isPublic = recipe.ports.some(({ address }) => address !== '127.0.0.1');
      return {
        assessment: assess(isPublic || recipe.capAdd.length > 0 ? 'R5' : 'R4', 'network'),
        targets: [recipe.name, recipe.image],
        title: title('containers.run', { image: recipe.image }),
        preview: shellLine({ argv: runArgv(recipe) }),
        async run(options) {
          const newSecret = (): string => `${randomBytes(18).toString('base64url')}9a`;
          const outcome = await runRecipe({ docker, clock, newSecret }, recipe, options);
          if (outcome.state !== 'failed') {
            const at = recipe.ports.map(({ address, host, container }) => `${address}:${host} -> ${container}`);
            return untrusted(
              [`The container ${recipe.name} is ${outcome.state}.`, ...at, recipe.connect ?? ''].join('\n').trim(),
            );
          }
          const deps = { docker, host: thisHost, now: () => clock.now() };
          const evidence = readEvidence(await collectEvidence(deps, outcome.id, { signal: options.signal }));
          return failure(`The container ${recipe.name} did not stay up.\n\n${diagnosisText(diagnose(evidence), 'en')}`);
        },
      };
    },
  });
}

export async function recipeOf(
  docker: DockerToolDeps['docker'],
  args: z.output<typeof recipeArgs>,
  signal: AbortSignal,
): Promise<Recipe> {
  try {
    return makeRecipe(args.image, await gatherFacts(docker, args.image, { signal }), wishesOf(args));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'docker.not_found') throw error;
    throw new AppError('docker.not_found', `The Docker Engine does not have the image ${args.image}.`, {
      hint: 'Pull it first with pull_image.',
      params: { reason: 'no_image', name: args.image },
      cause: error,
    });
  }
}
