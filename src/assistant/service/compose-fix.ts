import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#core';
import { shellLine, type Fix } from '#diagnosis';
import type { Docker } from '#docker';
import { askEngine } from '../tools/docker/ask-engine.ts';
import type { ChangeRecorder } from '../tools/files/changes.ts';
import { asText, readContent, type FileContent } from '../tools/files/read-file.ts';
import { openWorkingFolder, type Place, type WorkingFolder } from '../tools/files/working-folder.ts';
import { diffOf } from '../tools/files/write-tools.ts';
import { mergeCompose } from './merge-compose.ts';

const maxBytes = 1024 * 1024;

/** A change of a project's Compose file, and of its `.env` where the fix needs a new secret. */
export interface ComposeFix {
  readonly paths: readonly string[];
  readonly preview: string;
  /** Writes the files so that they can be taken back. @throws AppError when one was changed meanwhile */
  write(changes: ChangeRecorder): Promise<void>;
}

interface FileEdit {
  readonly place: Place;
  readonly before: FileContent | undefined;
  readonly after: string;
}

/** @throws AppError `request.invalid` where the Compose file is not one of the working directory's, or cannot be changed */
export async function planComposeFix(
  fix: Fix,
  { docker, container, workingDirectory, signal }: PlanComposeFix,
): Promise<ComposeFix> {
  const folder = await openWorkingFolder(workingDirectory);
  const file = await composeFileOf(docker, container, signal);
  const place = await folder.locate(file);
  const edit = await editOf(folder, place, (text) => mergeCompose(text, fix.compose ?? ''));
  const wanted = [...(fix.compose ?? '').matchAll(/\$\{(\w+):\?\}/g)].map((match) => match[1] ?? '');
  const beside = place.path.includes('/') ? place.path.slice(0, place.path.lastIndexOf('/') + 1) : '';
  const secrets = wanted.length === 0 ? undefined : await secretEdit(folder, `${beside}.env`, [...new Set(wanted)]);
  const edits = [edit, ...(secrets ? [secrets] : [])];
  const diff = diffOf(place.path, edit.before?.bytes.toString('utf8') ?? '', edit.after);
  return {
    paths: edits.map((one) => one.place.path),
    preview: [diff, ...(secrets ? [secrets.shown] : []), ...fix.commands.map(shellLine)].join('\n'),
    async write(changes) {
      for (const { place: at, before, after } of edits) {
        const now = await readContent(folder, at, { maxBytes });
        if ((now === undefined) !== (before === undefined) || (now && before && !now.bytes.equals(before.bytes)))
          throw refused(`${at.path} was changed meanwhile`);
        await changes.change(at, { bytes: Buffer.from(after), mode: before?.mode ?? (at === place ? 0o644 : 0o600) });
      }
    },
  };
}

export interface PlanComposeFix {
  readonly docker: Docker;
  readonly container: string;
  readonly workingDirectory: string;
  readonly signal: AbortSignal;
}

async function editOf(folder: WorkingFolder, place: Place, next: (text: string) => string): Promise<FileEdit> {
  const before = await readContent(folder, place, { maxBytes });
  if (!before) throw refused(`${place.path} is not there`);
  return { place, before, after: next(asText(before.bytes, place.path)) };
}

/** Undefined where `.env` has them all. */
async function secretEdit(
  folder: WorkingFolder,
  path: string,
  names: readonly string[],
): Promise<(FileEdit & { readonly shown: string }) | undefined> {
  const place = await folder.locate(path);
  const before = await readContent(folder, place, { maxBytes });
  const text = before?.bytes.toString('utf8') ?? '';
  const missing = names.filter((name) => !new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`, 'm').test(text));
  if (missing.length === 0) return undefined;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const lines = missing.map((name) => `${name}=${randomBytes(18).toString('base64url')}9a\n`);
  // Only the new names are shown: what stands there is secret.
  const shown = [`+++ b/${place.path}`, ...missing.map((name) => `+${name}=(made at random)`)].join('\n');
  return { place, before, after: `${start}${lines.join('')}`, shown };
}

const labels = z.object({ Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }) });

async function composeFileOf(docker: Docker, container: string, signal: AbortSignal): Promise<string> {
  const path = `/containers/${encodeURIComponent(container)}/json`;
  const { Config } = await askEngine(docker, { method: 'GET', path, signal }, labels);
  const files = (Config.Labels?.['com.docker.compose.project.config_files'] ?? '').split(',').filter(Boolean);
  const [file] = files;
  if (file === undefined) throw refused('the container does not say which Compose file it is from');
  // Which of several has the last word depends on their order.
  if (files.length > 1) throw refused(`it is from several Compose files: ${files.join(', ')}`);
  return file;
}

function refused(reason: string): AppError {
  return new AppError('request.invalid', `The fix cannot be applied from here: ${reason}.`, {
    hint: 'Change the Compose file by hand as the diagnosis shows.',
    params: { reason: 'compose_file', detail: reason },
  });
}
