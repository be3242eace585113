import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf, writeFileAtomic, type Env, type Paths } from '#core';

const longest = 500;

/** What was typed in earlier chats, newest first as the line editor wants it. Several lines are one entry. */
export interface ChatHistory {
  readonly entries: readonly string[];
  save(entries: readonly string[]): Promise<void>;
}

/** `$GANTRY_HOME/history`, one JSON text a line; nothing is read or written when DOCKER_MODEL_NOHISTORY is set. */
export async function openHistory({ paths, env }: { paths: Paths; env: Env }): Promise<ChatHistory> {
  if (env['DOCKER_MODEL_NOHISTORY'] || env['GANTRY_NOHISTORY']) return { entries: [], save: async () => {} };
  const path = join(paths.home, 'history');
  return {
    entries: await read(path),
    async save(entries) {
      const lines = entries.slice(0, longest).toReversed();
      await writeFileAtomic(path, lines.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
      await chmod(path, 0o600);
    },
  };
}

async function read(path: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const entries = text.split('\n').flatMap((line): string[] => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'string' ? [value] : [];
    } catch {
      // Half a line of a disk that was full, or a file of somebody else: not worth failing a chat.
      return [];
    }
  });
  return entries.toReversed().slice(0, longest);
}
