import { z } from 'zod';
import { formatSize } from '#core';
import { assess, combine, defineTool, failure, untrusted, type GroupedTool } from '../define-tool.ts';
import { createPathRisk, isSensitive } from '../../permissions/path-risk.ts';
import type { Title } from '../titles.ts';
import { listFiles } from './list-files.ts';
import { readText } from './read-file.ts';
import { searchFiles } from './search-files.ts';
import { showable } from './show-file.ts';
import type { Place, WorkingFolder } from './working-folder.ts';

export interface FileToolDeps {
  readonly folder: WorkingFolder;
  readonly title: Title;
}

const path = z.string().min(1).max(4096).describe('From the working directory');
const mostReadBytes = 2 * 1024 * 1024;
const mostShown = 60_000;

export function listDirectory({ folder, title }: FileToolDeps): GroupedTool {
  return defineTool({
    name: 'list_directory',
    group: 'files',
    description: 'Lists files of the working directory or a folder in it; what .gitignore names is left out.',
    args: z.object({
      path: path.optional(),
      depth: z.int().min(1).max(8).optional().describe('Levels; 2 when left out'),
      with_ignored: z.boolean().optional(),
    }),
    readsOnly: true,
    async plan({ path: asked = '.', depth = 2, with_ignored: withIgnored }) {
      const place = await folder.locate(asked);
      return {
        assessment: assess('R1'),
        targets: [place.path],
        title: title('files.list', { path: asked }),
        async run({ signal }) {
          const { files, isCut } = await listFiles(folder, place, { signal, depth, maxEntries: 1000, withIgnored });
          const lines = files.map(({ path: one, kind, sizeBytes }) =>
            kind === 'file' ? `${one}  ${formatSize(sizeBytes)}` : kind === 'folder' ? one : `${one}  (${kind})`,
          );
          const end = isCut ? ['(more files are not shown)'] : [];
          return untrusted([...lines, ...end].join('\n') || '(The folder is empty.)');
        },
      };
    },
  });
}

const range = z.object({
  path,
  from_line: z.int().min(1).optional(),
  to_line: z.int().min(1).optional(),
});

export function readFile({ folder, title }: FileToolDeps): GroupedTool {
  const pathRisk = pathRiskOf(folder);
  return defineTool({
    name: 'read_file',
    group: 'files',
    description:
      'Reads text files of the working directory, whole or some lines. Of files with secrets, values are hidden.',
    args: z.object({ files: z.array(range).min(1).max(20) }),
    readsOnly: true,
    async plan({ files }) {
      const places = await Promise.all(files.map(async (one) => ({ ...one, place: await folder.locate(one.path) })));
      return {
        assessment: combine(places.map(({ path: one, place }) => pathRisk(one, place))),
        targets: places.map(({ place }) => place.path),
        title: title('files.read', { path: files.map((one) => one.path).join(', ') }),
        async run({ signal }) {
          const parts: string[] = [];
          for (const { place, from_line: from = 1, to_line: to } of places) {
            signal.throwIfAborted();
            const text = showable(place.path, await readText(folder, place, { maxBytes: mostReadBytes }));
            parts.push(linesText(place.path, text, { from, to }));
          }
          const all = parts.join('\n\n');
          if (all.length <= mostShown) return untrusted(all);
          return failure(
            `This is ${all.length} characters, more than ${mostShown}. Read fewer files or lines at once, with from_line and to_line.`,
          );
        },
      };
    },
  });
}

function linesText(
  name: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number | undefined },
) {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const chosen = lines.slice(from - 1, to);
  const isWhole = chosen.length === lines.length;
  const head = isWhole ? `== ${name}` : `== ${name}, lines ${from} to ${from + chosen.length - 1} of ${lines.length}`;
  return `${head}\n${chosen.join('\n')}`;
}

export function searchFilesTool({ folder, title }: FileToolDeps): GroupedTool {
  return defineTool({
    name: 'search_files',
    group: 'files',
    description: 'Finds lines that hold a text, in the text files of the working directory.',
    args: z.object({
      text: z.string().min(1).max(500),
      path: path.optional(),
      is_regex: z.boolean().optional().describe('The text is a regular expression (RE2)'),
      ignore_case: z.boolean().optional(),
    }),
    timeoutMs: 30_000,
    readsOnly: true,
    async plan({ text, path: asked = '.', is_regex: isRegex = false, ignore_case: ignoreCase = false }) {
      const place = await folder.locate(asked);
      return {
        assessment: assess('R1'),
        targets: [place.path],
        title: title('files.search', { text }),
        async run({ signal }) {
          const found = await searchFiles(folder, place, { text, isRegex, ignoreCase, signal });
          const lines = found.hits.map(({ path: one, line, text: shown }) => `${one}:${line}: ${shown}`);
          const end = found.isCut ? ['(more is not shown)'] : [];
          return untrusted([...lines, ...end].join('\n') || '(Nothing was found.)');
        },
      };
    },
  });
}

/** How risky reading a place is; links were followed before. */
export function pathRiskOf(folder: WorkingFolder) {
  const risk = createPathRisk({ root: folder.root, followLinks: (absolute) => absolute });
  return (asked: string, place: Place) =>
    isSensitive(asked) ? assess('R2', 'sensitive') : risk(place.path.replaceAll(/[*?[\]]/g, '_') || '.');
}
