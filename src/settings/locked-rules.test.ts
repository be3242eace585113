import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLockedRules } from './locked-rules.ts';

async function read(text: string) {
  const path = join(await mkdtemp(join(tmpdir(), 'gantry-locked-')), 'settings.yaml');
  await writeFile(path, text);
  return await readLockedRules(path);
}

describe('the rules of an administrator', () => {
  it('are none without a file', async () => {
    expect(await readLockedRules('/nowhere/settings.yaml')).toEqual({ deny: [], ask: [], allow: [] });
  });

  it('are read', async () => {
    expect(await read('assistant:\n  permissions:\n    deny: [delete_file, "shell(docker push *)"]\n')).toEqual({
      deny: ['delete_file', 'shell(docker push *)'],
      ask: [],
      allow: [],
    });
  });

  it.each([
    ['assistant: [', /YAML/],
    ['assistant:\n  permissions:\n    denied: [shell]\n', /denied/],
    ['assistant:\n  permissions:\n    deny: ["not a rule!"]\n', /rule/],
    ['server:\n  port: 1\n', /not valid/],
    ['', /not valid/],
  ])('are never taken for none where they cannot be understood: %j', async (text, reason) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'settings.invalid',
      message: expect.stringMatching(reason) as string,
    });
  });
});
