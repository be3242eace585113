import { createTwoFilesPatch } from 'diff';
import { z } from 'zod';
import { AppError } from '#core';
import { assess, defineTool, ownWords, type Assessment, type GroupedTool, type Plan } from '../define-tool.ts';
import { isSensitive } from '../../permissions/path-risk.ts';
import type { ChangeRecorder } from './changes.ts';
import { asText, readContent, type FileContent } from './read-file.ts';
import type { FileToolDeps } from './read-tools.ts';
import { notThere, type Place } from './working-folder.ts';

export interface WriteToolDeps extends FileToolDeps {
  readonly changes: ChangeRecorder;
}

const path = z.string().min(1).max(4096).describe('From the working directory');
const mostBytes = 1024 * 1024;

export function writeFileTool(deps: WriteToolDeps): GroupedTool {
  return defineTool({
    name: 'write_file',
    group: 'files',
    description: 'Writes a whole text file in the working directory. To change a part, use edit_file.',
    args: z.object({ path, content: z.string().max(mostBytes) }),
    plan: ({ path: asked, content }) => planWrite(deps, asked, () => content),
  });
}

const edit = z.object({
  old_text: z.string().min(1).max(100_000).describe('Exactly as it stands in the file'),
  new_text: z.string().max(100_000),
  all: z.boolean().optional().describe('Replace every place where it stands'),
});

export function editFileTool(deps: WriteToolDeps): GroupedTool {
  return defineTool({
    name: 'edit_file',
    group: 'files',
    description: 'Replaces exact texts in a file of the working directory. Each old text must stand there once.',
    args: z.object({ path, edits: z.array(edit).min(1).max(50) }),
    plan: ({ path: asked, edits }) =>
      planWrite(deps, asked, (before, shown) => {
        if (before === undefined) throw notThere(shown);
        return edits.reduce((text, one, index) => replaced(text, one, { index, path: shown }), before);
      }),
  });
}

function replaced(
  text: string,
  { old_text: old, new_text: fresh, all = false }: z.output<typeof edit>,
  { index, path: shown }: { readonly index: number; readonly path: string },
): string {
  const parts = text.split(old);
  const times = parts.length - 1;
  if (times === 1 || (all && times > 1)) return parts.join(fresh);
  const problem =
    times === 0
      ? `does not stand in ${shown}. Read the file and copy the text exactly`
      : `stands ${times} times in ${shown}. Add the lines around it, or set all`;
  throw new AppError('request.invalid', `The old text of edit ${index + 1} ${problem}.`, {
    params: { reason: 'edit', path: shown, times },
  });
}

export function deleteFileTool({ folder, title, changes }: WriteToolDeps): GroupedTool {
  return defineTool({
    name: 'delete_file',
    group: 'files',
    description: 'Deletes a file of the working directory. It can be undone.',
    args: z.object({ path }),
    async plan({ path: asked }) {
      const place = await folder.locate(asked);
      refuseGit(place);
      const old = await readContent(folder, place, { maxBytes: mostBytes });
      if (!old) throw notThere(asked);
      return {
        assessment: assess('R5', 'deletes'),
        targets: [place.path],
        title: title('files.delete', { path: place.path }),
        preview: diffOf(place.path, previewText(old), ''),
        async run() {
          await changes.change(place, undefined);
          return ownWords(`${place.path} was deleted.`);
        },
      };
    },
  });
}

/** A change of a file that is shown as a diff; it is written only while the file is as it was when the diff was made. */
export async function planWrite(
  { folder, title, changes }: WriteToolDeps,
  asked: string,
  next: (before: string | undefined, path: string) => string,
): Promise<Plan> {
  const place = await folder.locate(asked);
  refuseGit(place);
  const old = await readContent(folder, place, { maxBytes: mostBytes });
  const before = old === undefined ? undefined : asText(old.bytes, place.path);
  const after = next(before, place.path);
  const bytes = Buffer.from(after);
  const preview = diffOf(place.path, before ?? '', after);
  return {
    assessment: writeRisk(asked, place),
    targets: [place.path],
    // What stood there already is not what this call brings in.
    words: [asked, addedText(before ?? '', after)],
    title: title(old ? 'files.change' : 'files.create', { path: place.path }),
    preview,
    async run() {
      if (before === after) return ownWords(`${place.path} is like that already.`);
      const now = await readContent(folder, place, { maxBytes: mostBytes });
      if (!sameContent(old, now)) {
        throw new AppError('request.invalid', `${place.path} was changed meanwhile, so it was not written.`, {
          hint: 'Read it again.',
          params: { reason: 'changed', path: place.path },
        });
      }
      await changes.change(place, { bytes, mode: old?.mode ?? 0o644 });
      return ownWords(`${place.path} was ${old ? 'changed' : 'created'}.`);
    },
  };
}

function sameContent(one: FileContent | undefined, other: FileContent | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.bytes.equals(other.bytes);
}

function writeRisk(asked: string, { path: real }: Place): Assessment {
  return isSensitive(asked) || isSensitive(real) ? assess('R5', 'writes', 'sensitive') : assess('R3', 'writes');
}

/** Hooks and settings in there make git run programs. */
function refuseGit({ path: real }: Place): void {
  if (!real.split('/').some((part) => part.toLowerCase() === '.git')) return;
  throw new AppError('request.forbidden', `${real} belongs to git itself and is not written.`, {
    params: { reason: 'git', path: real },
  });
}

export function diffOf(name: string, before: string, after: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, '', '', { context: 3 }).replace(/^=+\n/, '');
}

function addedText(before: string, after: string): string {
  const had = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !had.has(line))
    .join('\n');
}

function previewText({ bytes }: FileContent): string {
  return bytes.subarray(0, 8192).includes(0) ? `(${bytes.length} bytes that are no text)\n` : bytes.toString('utf8');
}
