import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
let folder: string;

beforeEach(async () => {
  daemon = await createFakeDaemon({ start: false });
  folder = await mkdtemp(join(tmpdir(), 'gantry-ai-dockerfile-'));
});

afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const poor = 'FROM node\nMAINTAINER joe\nADD app /app\nCMD npm start\n';

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

describe('ai rate', () => {
  it('prints a score, a grade, bars for the dimensions and the findings', async () => {
    const path = await put('Dockerfile', poor);
    const { code, stdout } = await runForTest(daemon, ['ai', 'rate', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d+\/100 {2}F/);
    expect(stdout).toContain('█');
    expect(stdout).toContain('BP04');
  });

  it('speaks Chinese', async () => {
    const path = await put('Dockerfile', poor);
    const { stdout } = await runForTest(daemon, ['ai', 'rate', path], { env: { GANTRY_LANG: 'zh' } });
    expect(stdout).toContain('最佳实践');
    expect(stdout).toContain('MAINTAINER 已被弃用。');
  });

  it('gives the same JSON each time, with what scripts read', async () => {
    const path = await put('Dockerfile', poor);
    const first = await runForTest(daemon, ['ai', 'rate', '--json', path]);
    const second = await runForTest(daemon, ['ai', 'rate', '--json', path]);
    expect(second.stdout).toBe(first.stdout);
    const report = JSON.parse(first.stdout);
    expect(report).toMatchObject({ grade: 'F', dimensions: { security: { score: expect.any(Number) } } });
    expect(report.findings[0]).toMatchObject({
      id: expect.any(String),
      dimension: expect.any(String),
      severity: expect.any(String),
      line: 1,
      fix: expect.any(String),
    });
  });

  it('reads standard input', async () => {
    const { code, stdout } = await runForTest(daemon, ['ai', 'rate', '--json', '-'], { stdin: poor });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ path: '-', grade: 'F' });
  });

  it('finds the Dockerfiles of a folder, and not those of other people', async () => {
    await put('a/Dockerfile', poor);
    await put('b/api.Dockerfile', poor);
    await put('node_modules/x/Dockerfile', poor);
    await put('b/Dockerfile.md', '# not one');
    const { stdout } = await runForTest(daemon, ['ai', 'rate', '--json', folder]);
    const { files } = JSON.parse(stdout);
    expect(files.map(({ path }: { path: string }) => path.slice(folder.length + 1))).toEqual([
      'a/Dockerfile',
      'b/api.Dockerfile',
    ]);
  });

  it('ends with 1 when a file has too few points or too bad a finding', async () => {
    const path = await put('Dockerfile', poor);
    expect((await runForTest(daemon, ['ai', 'rate', '--fail-under', '90', path])).code).toBe(1);
    expect((await runForTest(daemon, ['ai', 'rate', '--fail-under', '0', path])).code).toBe(0);
    expect((await runForTest(daemon, ['ai', 'rate', '--fail-on', 'error', path])).code).toBe(1);
  });

  it('keeps to the settings file, and refuses what it does not know in it', async () => {
    const path = await put('Dockerfile', poor);
    await put('.gantry-dockerfile.yaml', 'ignore: [DL4000]\n');
    expect((await runForTest(daemon, ['ai', 'rate', path])).stdout).not.toContain('BP04');
    await put('.gantry-dockerfile.yaml', 'ignroe: [DL4000]\n');
    const refused = await runForTest(daemon, ['ai', 'rate', path]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('ignroe');
  });

  it('says which file is missing, and which folder has none', async () => {
    expect(await runForTest(daemon, ['ai', 'rate', join(folder, 'nothing')])).toMatchObject({ code: 3 });
    expect(await runForTest(daemon, ['ai', 'rate', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no Dockerfile'),
    });
  });

  it('shows nothing that moves the cursor', async () => {
    const path = await put('Dockerfile', 'FROM node\nADD \u001b[2J\u001b]0;x\u0007 /app\n');
    expect((await runForTest(daemon, ['ai', 'rate', path])).stdout).not.toContain('\u001b');
  });
});

describe('ai fix', () => {
  it('shows a diff and writes nothing', async () => {
    const path = await put('Dockerfile', poor);
    const { code, stdout, stderr } = await runForTest(daemon, ['ai', 'fix', path]);
    expect(code).toBe(0);
    expect(stdout).toContain('+COPY app /app');
    expect(stderr).toContain('Nothing was written.');
    expect(await readFile(path, 'utf8')).toBe(poor);
  });

  it('writes on request, and keeps the old text', async () => {
    const path = await put('Dockerfile', poor);
    const { stderr } = await runForTest(daemon, ['ai', 'fix', '--write', path]);
    expect(await readFile(path, 'utf8')).toContain('COPY app /app');
    expect(await readFile(`${path}.orig`, 'utf8')).toBe(poor);
    expect(stderr).toContain(`${path}.orig`);
    expect((await runForTest(daemon, ['ai', 'fix', '--write', path])).stderr).toContain('nothing can be fixed');
  });
});

describe('ai generate', () => {
  it('makes the three files, and does not replace what is there', async () => {
    await put('go.mod', 'module example.com/shop\n\ngo 1.26\n');
    const first = await runForTest(daemon, ['ai', 'generate', '--write', folder]);
    expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining(', A.') });
    expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toContain('golang:1.26');
    expect(await readFile(join(folder, 'compose.yaml'), 'utf8')).toContain('services:');
    expect(await runForTest(daemon, ['ai', 'generate', '--write', folder])).toMatchObject({ code: 4 });
    expect(await runForTest(daemon, ['ai', 'generate', '--write', '--force', folder])).toMatchObject({ code: 0 });
  });

  it('says when it cannot tell the language', async () => {
    expect(await runForTest(daemon, ['ai', 'generate', folder])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--language'),
    });
  });
});
