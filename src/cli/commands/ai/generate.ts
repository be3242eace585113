import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError, writeFileAtomic } from '#core';
import { detectLanguage, generateFor, readProject, unifiedDiff, type ProjectLanguage } from '#dockerfile';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { usageError } from '../../usage-error.ts';

export interface GenerateCommandOptions {
  readonly write?: boolean;
  readonly force?: boolean;
  readonly language?: ProjectLanguage;
  readonly json?: boolean;
}

/** Makes Dockerfile, `.dockerignore` and Compose file for a project; nothing that exists is replaced unasked. */
export async function generate(context: CliContext, folder: string, options: GenerateCommandOptions): Promise<number> {
  const { t, print, printJson, notice } = context;
  const root = resolve(folder);
  const files = await readProject(root);
  const language = options.language ?? detectLanguage(files);
  if (language === undefined)
    throw usageError(t('ai.generate.unknown', { path: folder }), { hint: t('ai.generate.unknownHint') });
  const made = generateFor(language, files);
  const wanted: readonly (readonly [name: string, text: string])[] = [
    ['Dockerfile', made.dockerfile],
    ['.dockerignore', made.dockerignore],
    ['compose.yaml', made.compose],
  ];
  const existing = await Promise.all(
    wanted.map(async ([name]) => ((await stat(join(root, name)).catch(() => undefined)) ? name : undefined)),
  );
  const present = existing.filter((name) => name !== undefined);
  if (options.write) {
    if (present.length > 0 && !options.force) {
      throw new AppError('install.conflict', t('ai.generate.exists', { files: present.join(', ') }), {
        hint: t('ai.generate.existsHint'),
      });
    }
    for (const [name, text] of wanted) await writeFileAtomic(join(root, name), text);
  }
  if (options.json) {
    printJson({
      language,
      score: made.rating.score,
      grade: made.rating.grade,
      files: Object.fromEntries(wanted),
      written: options.write === true,
    });
    return exitCodes.ok;
  }
  if (!options.write) for (const [name, text] of wanted) print(unifiedDiff(name, '', text));
  notice(t('ai.generate.made', { language, score: made.rating.score, grade: made.rating.grade }));
  notice(
    options.write
      ? t('ai.generate.written', { files: wanted.map(([name]) => name).join(', ') })
      : t('ai.fix.howToWrite'),
  );
  return exitCodes.ok;
}
