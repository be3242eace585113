import { posix } from 'node:path';
import { z } from 'zod';
import { AppError, type Env } from '#core';
import { shellLine } from '#diagnosis';
import type { Docker } from '#docker';
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
import { imageName, objectName } from './ask-engine.ts';

export interface ProgramToolDeps {
  readonly docker: Docker;
  readonly folder: WorkingFolder;
  readonly env: Env;
  readonly runProcess: RunProcess;
  readonly title: Title;
}

const longMs = 30 * 60_000;
const maxOutput = 100_000;

interface Run {
  readonly argv: readonly string[];
  readonly assessment: Assessment;
  readonly targets: readonly string[];
  readonly title: string;
}

/** What the `docker` program does better than its API: builds with BuildKit, pushes with the person's login, Compose. */
function planProgram({ docker, folder, env, runProcess }: ProgramToolDeps, { argv, ...facts }: Run): Plan {
  const [program = '', ...args] = argv;
  return {
    ...facts,
    preview: shellLine({ argv }),
    async run({ signal, onOutput }): Promise<ToolOutput> {
      const result = await runProcess(program, {
        args,
        cwd: folder.root,
        env: { ...programEnv(env, folder.root), ...(await engineEnv(docker, signal)), ...plain },
        signal,
        onOutput: (text) => onOutput(withoutControls(text)),
        maxOutput,
      });
      const text = withoutControls(result.output).trimEnd();
      if (result.code === 0) return { text: text || '(It wrote nothing.)', untrusted: true };
      // Without the plugin, docker takes what belongs to compose for its own.
      if (args[0] === 'compose' && /^(?:docker: )?'?(?:unknown |compose' is not)/m.test(text)) {
        throw new AppError('docker.failed', 'The docker command here has no Compose plugin.', {
          hint: 'Install docker-compose-plugin, or start containers one by one.',
          params: { reason: 'no_compose' },
        });
      }
      return { text: `${text}\nIt ended with code ${result.code ?? '-'}.`, untrusted: true, isError: true };
    },
  };
}

const plain = { BUILDKIT_PROGRESS: 'plain', COMPOSE_ANSI: 'never' };

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
      async plan({ tag, context = '.', dockerfile, target, build_args: buildArgs = {}, no_cache: noCache = false }) {
        const place = await folder.locate(context);
        const file = dockerfile === undefined ? undefined : await folder.locate(dockerfile);
        const argv = ['docker', 'build', '--tag', tag];
        if (file) argv.push('--file', here(file.path));
        if (target !== undefined) argv.push('--target', target);
        if (noCache) argv.push('--no-cache');
        for (const [name, value] of Object.entries(buildArgs)) argv.push('--build-arg', `${name}=${value}`);
        return planProgram(deps, {
          argv: [...argv, here(place.path)],
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

const services = z.array(objectName).max(50).optional().describe('Services; all when left out');
const file = z.string().max(4096).optional().describe('Compose file; the usual ones when left out');

export function composeTools(deps: ProgramToolDeps): readonly GroupedTool[] {
  const { folder, title } = deps;
  const compose = async (asked: string | undefined): Promise<readonly string[]> => {
    if (asked === undefined) return ['docker', 'compose'];
    const place = await folder.locate(asked);
    if (!place.exists) {
      throw new AppError('request.not_found', `There is no file ${asked}.`, {
        params: { reason: 'file', path: asked },
      });
    }
    return ['docker', 'compose', '--file', here(place.path)];
  };
  return [
    defineTool({
      name: 'compose_ps',
      group: 'compose',
      description: 'Lists the containers of the Compose project in the working directory.',
      args: z.object({ file }),
      readsOnly: true,
      plan: async (args) =>
        planProgram(deps, {
          argv: [...(await compose(args.file)), 'ps', '--all'],
          assessment: assess('R0'),
          targets: [],
          title: title('compose.ps'),
        }),
    }),
    defineTool({
      name: 'compose_config',
      group: 'compose',
      description: 'Shows the Compose file as Compose understands it, with variables filled in.',
      args: z.object({ file }),
      readsOnly: true,
      plan: async (args) =>
        planProgram(deps, {
          argv: [...(await compose(args.file)), 'config'],
          // It fills in values from `.env`.
          assessment: assess('R2', 'sensitive'),
          targets: [],
          title: title('compose.config'),
        }),
    }),
    defineTool({
      name: 'compose_up',
      group: 'compose',
      description: 'Builds, creates and starts the services of the Compose project.',
      args: z.object({ file, services, build: z.boolean().optional() }),
      timeoutMs: longMs,
      plan: async (args) =>
        planProgram(deps, {
          argv: [
            ...(await compose(args.file)),
            'up',
            '--detach',
            ...(args.build === true ? ['--build'] : []),
            ...(args.services ?? []),
          ],
          // The file of the project may ask for anything, the host's files included.
          assessment: assess('R5', 'network', 'host-path'),
          targets: args.services ?? [],
          title: title('compose.up'),
        }),
    }),
    defineTool({
      name: 'compose_down',
      group: 'compose',
      description: 'Stops and removes the containers and networks of the Compose project; volumes stay.',
      args: z.object({ file }),
      timeoutMs: 300_000,
      plan: async (args) =>
        planProgram(deps, {
          argv: [...(await compose(args.file)), 'down'],
          assessment: assess('R5', 'deletes'),
          targets: [],
          title: title('compose.down'),
        }),
    }),
  ];
}

/** A path that no program takes for an option. */
function here(path: string): string {
  return path === '' ? '.' : `.${posix.sep}${path}`;
}
