import { access } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { AppError } from '#core';
import type { CliContext } from '../context.ts';
import {
  backUp,
  placeLauncher,
  readInstalled,
  stateOf,
  writeInstalled,
  type FileState,
  type InstalledFile,
} from '../plugin/installed-files.ts';
import { launcherText, type Launch } from '../plugin/launcher.ts';
import { plugins } from '../plugin/plugins.ts';
import type { ProgramFiles } from '../types.ts';

export interface InstallOptions {
  readonly binDir?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface Target {
  readonly path: string;
  readonly text: string;
}

interface Done {
  readonly path: string;
  readonly action: 'installed' | 'updated' | 'unchanged' | 'replaced';
  readonly backup?: string;
}

/** Puts `gantry` on PATH and the plugins where Docker looks for them: all, or, when somebody else's file is there, none. */
export async function install(context: CliContext, program: ProgramFiles, options: InstallOptions): Promise<number> {
  const { env, paths, t } = context;
  const binDir = resolve(options.binDir ?? join(paths.userHome, '.local', 'bin'));
  const launch = await launchOf(program);
  const programs = [program.script, program.clone];
  const targets = [
    { path: join(binDir, 'gantry'), text: launcherText({ name: 'gantry', launch, words: [] }) },
    ...(await wantedPlugins(context)).map((file) => ({
      path: join(paths.dockerConfig, 'cli-plugins', file),
      text: launcherText({ name: file, launch, words: ['as-plugin', file] }),
    })),
  ];
  const found = await Promise.all(
    targets.map(async (target) => ({ ...target, state: await stateOf(target.path, { ...target, programs }) })),
  );
  const foreign = found.filter(({ state }) => state === 'foreign').map(({ path }) => path);
  if (foreign.length > 0 && !options.force) throw conflict(foreign);

  const done: Done[] = [];
  for (const target of found) done.push(await place(target, context));
  const onPath = (env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && resolve(folder) === binDir);
  if (options.json) context.printJson({ files: done, binDir, onPath });
  else for (const one of done) context.print(`${doneText(one, context)}\n`);
  if (!onPath) context.notice(t('install.notOnPath', { folder: binDir }));
  return 0;
}

async function place({ path, text, state }: Target & { state: FileState }, context: CliContext): Promise<Done> {
  const { paths, clock } = context;
  if (state === 'same') return { path, action: 'unchanged' };
  const backup = state === 'foreign' ? await backUp(path, { paths, stamp: String(clock.now()) }) : undefined;
  // Recorded before it is done: what is recorded and not there does no harm, the other way round it would stay for ever.
  const before = await readInstalled(paths);
  const known = before.find((file) => file.path === path);
  const file: InstalledFile = { path, backup: backup ?? known?.backup };
  await writeInstalled(paths, [...before.filter((other) => other.path !== path), file]);
  await placeLauncher(path, text);
  if (backup !== undefined) return { path, action: 'replaced', backup };
  return { path, action: state === 'absent' ? 'installed' : 'updated' };
}

/** Where Docker Desktop is, its own `docker desktop` is better. */
async function wantedPlugins({ paths }: CliContext): Promise<readonly string[]> {
  const signs = [
    '/Applications/Docker.app',
    '/opt/docker-desktop',
    join(paths.userHome, '.docker', 'desktop'),
    ...['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map((folder) =>
      join(folder, 'docker', 'cli-plugins', 'docker-desktop'),
    ),
  ];
  const found = await Promise.all(signs.map(exists));
  const desktop = found.includes(true);
  return plugins.map(({ file }) => file).filter((file) => file !== 'docker-desktop' || !desktop);
}

async function launchOf({ node, script, clone }: ProgramFiles): Promise<Launch> {
  return (await exists(clone)) ? { kind: 'clone', program: clone, node } : { kind: 'bundle', bundle: script, node };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function doneText({ path, action, backup }: Done, { t }: CliContext): string {
  switch (action) {
    case 'installed':
      return t('install.installed', { path });
    case 'updated':
      return t('install.updated', { path });
    case 'unchanged':
      return t('install.unchanged', { path });
    case 'replaced':
      return t('install.replaced', { path, backup: backup ?? '' });
  }
}

function conflict(foreign: readonly string[]): AppError {
  const path = foreign.join(', ');
  return new AppError('install.conflict', `There is another program at ${path}.`, {
    hint: 'To use Gantry instead: gantry install --force. The other one is kept, and gantry uninstall brings it back.',
    params: { path },
  });
}
