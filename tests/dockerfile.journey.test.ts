import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerMissing } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';

describe('gantry ai fix --verify, on the real Engine', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let missing: string | undefined;

  beforeAll(async () => {
    [folder, missing] = await Promise.all([temporaryDirectory('fix'), dockerMissing()]);
    await writeFile(join(folder.path, 'data.txt'), 'x'.repeat(50_000));
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });

  const images = async (): Promise<string> =>
    (await runCommand(['docker', 'image', 'ls', '--quiet', '--filter', 'reference=gantry-fix'])).stdout;

  it('measures size, layers and time of both, writes the file and leaves no image', async () => {
    const path = join(folder.path, 'Dockerfile');
    const before = 'FROM scratch\nMAINTAINER joe\nADD data.txt /data.txt\n';
    await writeFile(path, before);
    const { code, stdout, stderr } = await gantry(folder.path, ['ai', 'fix', '--verify', '--write', '--json', path]);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    for (const one of [report.measured.before, report.measured.after]) {
      expect(one).toMatchObject({ sizeBytes: 50_000, layers: 1 });
      expect(one.durationMs).toBeGreaterThan(0);
    }
    expect(await readFile(path, 'utf8')).toContain('COPY data.txt /data.txt');
    expect(await readFile(`${path}.orig`, 'utf8')).toBe(before);
    expect(await images()).toBe('');
  });

  it('writes nothing when a build fails, and says why', async () => {
    const path = join(folder.path, 'broken.Dockerfile');
    const text = 'FROM scratch\nMAINTAINER joe\nADD nothing.txt /data.txt\n';
    await writeFile(path, text);
    const { code, stderr } = await gantry(folder.path, ['ai', 'fix', '--verify', '--write', path]);
    expect(code).toBe(7);
    expect(stderr).toContain('nothing.txt');
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await images()).toBe('');
  });
});
