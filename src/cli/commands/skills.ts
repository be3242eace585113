import { access, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError, writeFileAtomic } from '#core';
import type { CliContext } from '../context.ts';
import { skillFiles } from '../launch/skill-text.ts';
import { usageError } from '../usage-error.ts';

export interface SkillsOptions {
  readonly codex?: boolean;
  readonly claude?: boolean;
  readonly opencode?: boolean;
  readonly dest?: string;
  readonly force?: boolean;
}

const folders = {
  codex: ['.codex', 'skills'],
  claude: ['.claude', 'skills'],
  opencode: ['.config', 'opencode', 'skills'],
} as const;

/** Writes what an assistant should know about local models into its folder of skills. */
export async function skills(context: CliContext, options: SkillsOptions): Promise<number> {
  const { t, env } = context;
  const home = env['HOME'] ?? '';
  const targets = (['codex', 'claude', 'opencode'] as const)
    .filter((name) => options[name])
    .map((name) => join(home, ...folders[name]));
  if (options.dest !== undefined) targets.push(resolve(options.dest));
  if (targets.length === 0) throw usageError(t('skills.noTarget'));
  const files = targets.flatMap((target) =>
    Object.entries(skillFiles).map(([name, text]) => ({ path: join(target, 'docker-model-runner', name), text })),
  );
  if (!options.force) await refuseExisting(files, t);
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, text);
  }
  for (const target of targets) context.print(`${t('skills.installed', { folder: target })}\n`);
  return 0;
}

async function refuseExisting(files: readonly { readonly path: string }[], t: CliContext['t']): Promise<void> {
  for (const { path } of files) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) throw new AppError('install.conflict', t('skills.exists', { path }), { params: { path } });
  }
}
