import { access, constants } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import type { GatewayProgram } from '#mcp';
import type { CliContext } from '../../context.ts';
import { readInstalled, stateOf } from '../../plugin/installed-files.ts';

/** How a client is to start the gateway here: by Docker when our plugin is in place, else by Gantry where it is. */
export async function gatewayProgram({
  env,
  paths,
  program,
}: Pick<CliContext, 'env' | 'paths' | 'program'>): Promise<GatewayProgram> {
  const installed = (await readInstalled(paths)).map(({ path }) => path);
  const plugin = join(paths.dockerConfig, 'cli-plugins', 'docker-mcp');
  if (installed.includes(plugin) && (await isOurs(plugin)) && (await hasDocker(env['PATH']))) return { kind: 'plugin' };
  const launcher = installed.find((path) => basename(path) === 'gantry');
  if (launcher !== undefined && (await isOurs(launcher))) return { kind: 'gantry', words: [launcher] };
  if (await isRunnable(program.clone)) return { kind: 'gantry', words: [program.clone] };
  return { kind: 'gantry', words: [program.node, program.script] };
}

/** A file that somebody put in its place since starts something else. */
async function isOurs(path: string): Promise<boolean> {
  const state = await stateOf(path, { text: '', programs: [] });
  return state === 'same' || state === 'older';
}

async function hasDocker(path = ''): Promise<boolean> {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return (await Promise.all(folders.map((folder) => isRunnable(join(folder, 'docker'))))).includes(true);
}

async function isRunnable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
