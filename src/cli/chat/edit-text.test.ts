import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editText } from './edit-text.ts';

describe('editing a message in an editor', () => {
  it('starts EDITOR with its arguments and takes what it saved, leaving no file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-editor-'));
    const script = join(folder, 'editor.sh');
    await writeFile(script, 'printf " and %s\\n" "$1" >> "$2"\n');
    const env = { PATH: process.env['PATH'], TMPDIR: folder, EDITOR: `sh ${script} 'two words'` };
    expect(await editText('first\nsecond', { env })).toBe('first\nsecond and two words');
    expect(await readdir(folder)).toEqual(['editor.sh']);
  });

  it.each([
    ['true', 'false'],
    ['an editor that is not there', '/no/such/editor'],
  ])('prefers VISUAL, and says when the editor fails: %s', async (_name, editor) => {
    const env = { PATH: process.env['PATH'], VISUAL: editor, EDITOR: 'true' };
    await expect(editText('text', { env })).rejects.toMatchObject({
      code: 'request.invalid',
      params: { reason: 'editor_failed', editor },
    });
  });
});
