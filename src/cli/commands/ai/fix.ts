import { access, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatSize } from '#core';
import type { MeasuredBuild } from '#docker';
import { findingText, fixDockerfile, replaceDockerfile, unifiedDiff, type FixedDockerfile } from '#dockerfile';
import type { CliContext } from '../../context.ts';
import { loadDockerfiles, shownPath, type LoadedDockerfile } from '../../dockerfile/load.ts';
import { exitCodes } from '../../exit-codes.ts';
import { printableLine } from '../../output/printable.ts';
import { usageError } from '../../usage-error.ts';

export interface FixCommandOptions {
  readonly write?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
  readonly context?: string;
  readonly config?: string;
}

interface Outcome {
  readonly path: string;
  /** Of `.dockerignore`, where something is missing in it. */
  readonly ignoreFile:
    | { readonly path: string; readonly diff: string; readonly backup?: string | undefined }
    | undefined;
  readonly fixed: FixedDockerfile;
  readonly diff: string;
  readonly backup?: string | undefined;
  readonly measured?: { readonly before: MeasuredBuild; readonly after: MeasuredBuild } | undefined;
}

/** Shows, or writes, what can be fixed without looking; nothing is written before the builds asked for have worked. */
export async function fix(context: CliContext, paths: readonly string[], options: FixCommandOptions): Promise<number> {
  const { t } = context;
  const outcomes: Outcome[] = [];
  for await (const loaded of loadDockerfiles(context, paths, options)) {
    if (loaded.file === undefined && (options.write || options.verify)) throw usageError(t('ai.fix.notStandardInput'));
    const fixed = fixDockerfile(loaded.source, { ...loaded.config.options, context: loaded.context });
    const diff = unifiedDiff(loaded.path, loaded.source, fixed.source);
    const measured =
      options.verify && diff !== '' ? await measure(context, { loaded, fixed, folder: options.context }) : undefined;
    const backup =
      options.write && diff !== '' && loaded.file !== undefined
        ? await replaceDockerfile(loaded.file, loaded.source, fixed.source)
        : undefined;
    const ignoreFile = await ignoreFileOf(
      { loaded, fixed, folder: options.context },
      { writes: options.write === true },
    );
    const outcome: Outcome = { path: loaded.path, ignoreFile, fixed, diff, backup, measured };
    outcomes.push(outcome);
    if (!options.json) tell(context, outcome, { written: options.write === true });
  }
  if (options.json) context.printJson(jsonOf(outcomes));
  return exitCodes.ok;
}

async function measure(context: CliContext, { loaded, fixed, folder }: Work): Promise<Outcome['measured']> {
  const { env, signal, notice, t } = context;
  const { createBuildMeter } = await import('#docker');
  const meter = createBuildMeter({ env, signal });
  const from = folder ?? dirname(loaded.file ?? '.');
  notice(t('ai.fix.buildingBefore', { path: printableLine(loaded.path) }));
  const before = await meter.measure(loaded.source, from);
  notice(t('ai.fix.buildingAfter', { path: printableLine(loaded.path) }));
  return { before, after: await meter.measure(fixed.source, from) };
}

interface Work {
  readonly loaded: LoadedDockerfile;
  readonly fixed: FixedDockerfile;
  readonly folder: string | undefined;
}

/** The file of this Dockerfile alone counts before the one of its folder. */
async function ignoreFileOf(
  { loaded: { file, context }, fixed, folder }: Work,
  { writes }: { writes: boolean },
): Promise<Outcome['ignoreFile']> {
  if (fixed.dockerignore === undefined || file === undefined) return undefined;
  const own = `${file}.dockerignore`;
  const path = (await exists(own)) ? own : join(folder ?? dirname(file), '.dockerignore');
  const shown = shownPath(path);
  const before = context?.dockerignore;
  const diff = unifiedDiff(shown, before, fixed.dockerignore);
  if (!writes) return { path: shown, diff };
  if (before !== undefined)
    return { path: shown, diff, backup: await replaceDockerfile(path, before, fixed.dockerignore) };
  await writeFile(path, fixed.dockerignore, { flag: 'wx' });
  return { path: shown, diff };
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function tell(context: CliContext, outcome: Outcome, { written }: { written: boolean }): void {
  const { path, ignoreFile, fixed, diff, backup, measured } = outcome;
  const { t, language, notice, print } = context;
  if (diff === '' && ignoreFile === undefined) {
    notice(t('ai.fix.nothing', { path: printableLine(path) }));
    return;
  }
  if (!written) print(`${diff}${ignoreFile?.diff ?? ''}`);
  for (const finding of fixed.applied)
    notice(`  ${finding.id} ${finding.line}: ${printableLine(findingText(finding, language).title)}`);
  notice(
    t('ai.fix.points', {
      path: printableLine(path),
      count: fixed.applied.length,
      before: `${fixed.before.score} ${fixed.before.grade}`,
      after: `${fixed.after.score} ${fixed.after.grade}`,
    }),
  );
  if (measured) {
    for (const [key, one] of Object.entries(measured)) {
      notice(
        t(key === 'before' ? 'ai.fix.measuredBefore' : 'ai.fix.measuredAfter', {
          size: formatSize(one.sizeBytes),
          layers: one.layers,
          seconds: (one.durationMs / 1_000).toFixed(1),
          builder: one.builder,
        }),
      );
    }
  }
  if (!written) return notice(t('ai.fix.howToWrite'));
  if (backup !== undefined) notice(t('ai.fix.written', { path: printableLine(path), backup }));
  if (ignoreFile?.backup !== undefined)
    notice(t('ai.fix.written', { path: printableLine(ignoreFile.path), backup: ignoreFile.backup }));
  else if (ignoreFile) notice(t('ai.fix.created', { path: printableLine(ignoreFile.path) }));
}

function jsonOf(outcomes: readonly Outcome[]): unknown {
  const all = outcomes.map(({ path, ignoreFile, fixed, diff, backup, measured }) => ({
    path,
    diff,
    ignoreFile,
    applied: fixed.applied.map(({ id, line }) => ({ id, line })),
    before: { score: fixed.before.score, grade: fixed.before.grade, dimensions: fixed.before.dimensions },
    after: { score: fixed.after.score, grade: fixed.after.grade, dimensions: fixed.after.dimensions },
    backup,
    measured,
  }));
  return all.length === 1 ? all[0] : { files: all };
}
