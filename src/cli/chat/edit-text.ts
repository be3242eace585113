import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type Env } from '#core';

/**
 * Lets the user's editor change a text, on this terminal, and returns what it saved. VISUAL and EDITOR may carry arguments, as everywhere.
 * @throws AppError `request.invalid` when the editor cannot be started or fails
 */
export async function editText(text: string, { env }: { env: Env }): Promise<string> {
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  // Only this user may read the folder, so nobody else may read the message.
  const folder = await mkdtemp(join(env['TMPDIR'] || tmpdir(), 'gantry-chat-'));
  try {
    const file = join(folder, 'message.md');
    await writeFile(file, text, { mode: 0o600 });
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, editor, file], { env, stdio: 'inherit' });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code !== 0) throw failed(editor, signal ?? String(code));
    return (await readFile(file, 'utf8')).replaceAll('\r\n', '\n').replace(/\n$/, '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function failed(editor: string, outcome: string): AppError {
  return new AppError('request.invalid', `The editor ${editor} ended with ${outcome}.`, {
    hint: 'Set EDITOR to an editor that is installed.',
    params: { reason: 'editor_failed', editor, outcome },
  });
}
