import { z } from 'zod';
import { AppError } from '#core';
import { assess, defineTool, type GroupedTool } from '../define-tool.ts';
import { objectName } from './ask-engine.ts';
import { askProgram, here, planProgram, type ProgramToolDeps } from './docker-program.ts';

const longMs = 30 * 60_000;

/** As a plugin of docker, or the program of its own that it was and that some machines have. @throws AppError `docker.failed` */
async function findCompose(deps: ProgramToolDeps, signal: AbortSignal): Promise<readonly string[]> {
  for (const argv of [['docker', 'compose'], ['docker-compose']]) {
    // Without the plugin, docker takes what belongs to compose for its own, and some versions end well.
    const { code, stdout } = await askProgram(deps, [...argv, 'version', '--short'], signal);
    if (code === 0 && /^v?\d+\./m.test(stdout)) return argv;
  }
  throw new AppError('docker.failed', 'The docker command here has no Compose plugin.', {
    hint: 'Install docker-compose-plugin, or start containers one by one.',
    params: { reason: 'no_compose' },
  });
}

const services = z.array(objectName).max(50).optional().describe('Services; all when left out');
const file = z.string().max(4096).optional().describe('Compose file; the usual ones when left out');

export function composeTools(deps: ProgramToolDeps): readonly GroupedTool[] {
  const { folder, title } = deps;
  let program: Promise<readonly string[]> | undefined;
  const compose = async (asked: string | undefined, signal: AbortSignal): Promise<readonly string[]> => {
    program ??= findCompose(deps, signal);
    program.catch(() => {
      program = undefined;
    });
    const argv = await program;
    if (asked === undefined) return argv;
    const place = await folder.locate(asked);
    if (!place.exists) {
      throw new AppError('request.not_found', `There is no file ${asked}.`, {
        params: { reason: 'file', path: asked },
      });
    }
    return [...argv, '--file', here(place.path)];
  };
  return [
    defineTool({
      name: 'compose_ps',
      group: 'compose',
      description: 'Lists the containers of the Compose project in the working directory.',
      args: z.object({ file }),
      readsOnly: true,
      plan: async (args, { signal }) =>
        planProgram(deps, {
          argv: [...(await compose(args.file, signal)), 'ps', '--all'],
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
      plan: async (args, { signal }) =>
        planProgram(deps, {
          argv: [...(await compose(args.file, signal)), 'config'],
          // It fills in values from `.env`.
          assessment: assess('R2', 'sensitive'),
          targets: [],
          title: title('compose.config'),
        }),
    }),
    defineTool({
      name: 'compose_logs',
      group: 'compose',
      description: 'Reads the last lines that the services of the Compose project wrote.',
      args: z.object({
        file,
        services,
        tail: z.int().min(1).max(2000).optional().describe('Lines of each service; 200 when left out'),
      }),
      readsOnly: true,
      plan: async (args, { signal }) =>
        planProgram(deps, {
          argv: [
            ...(await compose(args.file, signal)),
            'logs',
            '--no-color',
            '--tail',
            String(args.tail ?? 200),
            ...(args.services ?? []),
          ],
          assessment: assess('R1'),
          targets: args.services ?? [],
          title: title('compose.logs'),
        }),
    }),
    defineTool({
      name: 'compose_up',
      group: 'compose',
      description: 'Builds, creates and starts the services of the Compose project.',
      args: z.object({ file, services, build: z.boolean().optional() }),
      timeoutMs: longMs,
      plan: async (args, { signal }) =>
        planProgram(deps, {
          argv: [
            ...(await compose(args.file, signal)),
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
      plan: async (args, { signal }) =>
        planProgram(deps, {
          argv: [...(await compose(args.file, signal)), 'down'],
          assessment: assess('R5', 'deletes'),
          targets: [],
          title: title('compose.down'),
        }),
    }),
  ];
}
