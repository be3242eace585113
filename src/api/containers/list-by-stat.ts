import type { ContainerFilesBody } from '#contract';
import { AppError } from '#core';
import type { Docker } from '#docker';
import { mostEntries } from './list-folder.ts';

type Entry = Omit<ContainerFilesBody['entries'][number], 'change'>;

const mostBytes = 4 * 1024 * 1024;
const longestMs = 15_000;

// One program for the whole folder; both coreutils and busybox know these letters.
const script = 'cd -- "$1" && stat -c "%F|%s|%N" -- .* * 2>/dev/null';

/**
 * What stands in a folder, asked of the container's own programs: unlike a tar, it costs nothing for what stands below. Undefined for a
 * container that does not run or has no such programs.
 */
export async function listByStat(
  docker: Docker,
  { container, path, signal }: { container: string; path: string; signal: AbortSignal },
): Promise<{ readonly entries: readonly Entry[]; readonly isCut: boolean } | undefined> {
  try {
    const both = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
    const exec = await docker.containers.exec(container, { command: ['sh', '-c', script, 'sh', path], signal: both });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const one of exec.output) {
      if (one.stream === 'stderr') continue;
      parts.push(one.bytes);
      bytes += one.bytes.length;
      if (bytes > mostBytes) break;
    }
    exec.close();
    return readStat(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    signal.throwIfAborted();
    // The Engine refuses programs in a container that does not run, or is paused.
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Undefined when it is not what `stat` writes: every folder has at least itself. */
export function readStat(text: string): { entries: readonly Entry[]; isCut: boolean } | undefined {
  const entries: Entry[] = [];
  let isFolder = false;
  for (const line of text.split('\n')) {
    const match = /^([a-z ]{4,40})\|(\d{1,16})\|(.+)$/.exec(line);
    if (!match) continue;
    const [, type = '', size = '', shown = ''] = match;
    const [name, target] = namesIn(shown, type === 'symbolic link');
    if (name === '.') isFolder = true;
    if (name === '.' || name === '..' || name.includes('/')) continue;
    if (entries.length >= mostEntries) return { entries, isCut: true };
    const kind =
      type === 'directory'
        ? 'folder'
        : type === 'symbolic link'
          ? 'link'
          : type.startsWith('regular')
            ? 'file'
            : 'other';
    entries.push({ name, kind, sizeBytes: kind === 'file' ? Number(size) : null, target });
  }
  return isFolder ? { entries, isCut: false } : undefined;
}

/** `NAME`, `'NAME'`, and with ` -> TARGET` for links. */
function namesIn(shown: string, isLink: boolean): readonly [name: string, target: string | null] {
  const arrow = isLink ? shown.indexOf(' -> ') : -1;
  if (arrow < 0) return [unquoted(shown), null];
  return [unquoted(shown.slice(0, arrow)), unquoted(shown.slice(arrow + 4))];
}

function unquoted(text: string): string {
  const quote = text[0];
  return text.length > 1 && (quote === "'" || quote === '"') && text.endsWith(quote) ? text.slice(1, -1) : text;
}
