import { posix } from 'node:path';
import { z } from 'zod';
import { AppError, type Env } from '#core';
import { shellLine } from '#diagnosis';
import { findBuilder, type Docker } from '#docker';
import {
  assess,
  defineTool,
  withoutControls,
  type Assessment,
  type GroupedTool,
  type Plan,
  type ToolOutput,
} from '../define-tool.ts';
import type { WorkingFolder } from '../files/working-folder.ts';
import { programEnv } from '../shell/program-env.ts';
import type { RunProcess } from '../shell/run-process.ts';
import type { Title } from '../titles.ts';
import { imageName } from './ask-engine.ts';

export interface ProgramToolDeps {
  readonly docker: Docker;
  readonly folder: WorkingFolder;
  readonly env: Env;
  readonly runProcess: RunProcess;
  readonly title: Title;
}

const longMs = 30 * 60_000;
const maxOutput = 100_000;
const questionMs = 20_000;

interface Run {
  readonly argv: readonly string[];
  readonly assessment: Assessment;
  readonly targets: readonly string[];
  readonly title: string;
  readonly env?: Env;
}

/** What the `docker` program does better than its API: builds with BuildKit, pushes with the person's login, Compose. */
export function planProgram(deps: ProgramToolDeps, { argv, env: more, ...facts }: Run): Plan {
  const { folder, runProcess } = deps;
  const [program = '', ...args] = argv;
  return {
    ...facts,
    preview: shellLine({ argv }),
    async run({ signal, onOutput }): Promise<ToolOutput> {
      const result = await runProcess(program, {
        args,
        cwd: folder.root,
        env: { ...(await programEnvFor(deps, signal)), ...more },
        signal,
        onOutput: (text) => onOutput(withoutControls(text)),
        maxOutput,
      });
      const text = withoutControls(result.output).trimEnd();
      if (result.code === 0) return { text: text || '(It wrote nothing.)', untrusted: true };
      return { text: `${text}\nIt ended with code ${result.code ?? '-'}.`, untrusted: true, isError: true };
    },
  };
}

const plain = { BUILDKIT_PROGRESS: 'plain', COMPOSE_ANSI: 'never' };

/** What programs get to see, with the Engine that all other tools use. */
async function programEnvFor({ docker, env, folder }: ProgramToolDeps, signal: AbortSignal): Promise<Env> {
  return { ...programEnv(env, folder.root), ...(await engineEnv(docker, signal)), ...plain };
}

/** A short question to a program before anything happens; its code alone when it cannot start. */
export async function askProgram(
  deps: ProgramToolDeps,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly stdout: string }> {
  const [program = '', ...args] = argv;
  const late = AbortSignal.any([signal, AbortSignal.timeout(questionMs)]);
  try {
    const { code = 1, output } = await deps.runProcess(program, {
      args,
      cwd: deps.folder.root,
      env: await programEnvFor(deps, late),
      signal: late,
      onOutput: () => undefined,
      maxOutput: 10_000,
    });
    return { code, stdout: output };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError && error.code === 'request.invalid') return { code: 127, stdout: '' };
    throw error;
  }
}

/** The program looks for the Engine in fewer places than we do: it gets the one that all other tools use. */
export async function engineEnv(docker: Docker, signal: AbortSignal): Promise<Env> {
  const { origin, route } = await docker.address({ signal });
  return route.kind === 'unix' && origin !== 'context' ? { DOCKER_HOST: `unix://${route.path}` } : {};
}

export function programImages(deps: ProgramToolDeps): readonly GroupedTool[] {
  const { folder, title } = deps;
  return [
    defineTool({
      name: 'build_image',
      group: 'images',
      description: 'Builds an image from a Dockerfile of the working directory.',
      args: z.object({
        tag: imageName,
        context: z.string().max(4096).optional().describe('Folder; the working directory when left out'),
        dockerfile: z.string().max(4096).optional(),
        target: z
          .string()
          .regex(/^[\w.-]{1,128}$/)
          .optional(),
        build_args: z.record(z.string().regex(/^[A-Za-z_]\w{0,127}$/), z.string().max(1000)).optional(),
        no_cache: z.boolean().optional(),
      }),
      timeoutMs: longMs,
      async plan(
        { tag, context = '.', dockerfile, target, build_args: buildArgs = {}, no_cache: noCache = false },
        { signal },
      ) {
        const place = await folder.locate(context);
        const file = dockerfile === undefined ? undefined : await folder.locate(dockerfile);
        const argv = ['docker', 'build', '--tag', tag];
        if (file) argv.push('--file', here(file.path));
        if (target !== undefined) argv.push('--target', target);
        if (noCache) argv.push('--no-cache');
        for (const [name, value] of Object.entries(buildArgs)) argv.push('--build-arg', `${name}=${value}`);
        const builder = await findBuilder((args) => askProgram(deps, ['docker', ...args], signal), deps.env);
        return planProgram(deps, {
          argv: [...argv, here(place.path)],
          env: { DOCKER_BUILDKIT: builder === 'BuildKit' ? '1' : '0' },
          // What it runs comes from the network and the project; it runs inside containers.
          assessment: assess('R4', 'network'),
          targets: [tag, place.path],
          title: title('images.build', { name: tag, path: file?.path ?? context }),
        });
      },
    }),
    defineTool({
      name: 'push_image',
      group: 'images',
      description: 'Pushes an image to its registry, where others may see it.',
      args: z.object({ name: imageName }),
      timeoutMs: longMs,
      plan: ({ name }) =>
        planProgram(deps, {
          argv: ['docker', 'push', name],
          assessment: assess('R5', 'network'),
          targets: [name],
          title: title('images.push', { name }),
        }),
    }),
  ];
}

/** A path that no program takes for an option. */
export function here(path: string): string {
  return path === '' ? '.' : `.${posix.sep}${path}`;
}
