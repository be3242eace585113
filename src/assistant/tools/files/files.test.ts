import { mkdir, mkdtemp, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTitle } from '../titles.ts';
import { createFileChanges, type ChangeRecorder } from './changes.ts';
import { listDirectory, readFile as readFileTool, searchFilesTool } from './read-tools.ts';
import { openWorkingFolder, type WorkingFolder } from './working-folder.ts';
import { deleteFileTool, editFileTool, writeFileTool } from './write-tools.ts';

const signal = new AbortController().signal;
const title = createTitle(() => 'en');
let home: string;
let root: string;
let folder: WorkingFolder;
let changes: ChangeRecorder;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gantry-files-'));
  root = join(home, 'project');
  await mkdir(join(root, 'src'), { recursive: true });
  await mkdir(join(home, 'outside'));
  await writeFile(join(home, 'outside', 'secret.txt'), 'outside');
  await writeFile(join(root, 'src', 'app.js'), 'one\ntwo\nthree\n');
  await writeFile(join(root, '.env'), 'API_KEY=canary-value\n# TOKEN=old-canary\n');
  folder = await openWorkingFolder(root);
  changes = createFileChanges(folder, join(home, 'changes'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

async function run(tool: ReturnType<typeof readFileTool>, args: object) {
  const prepared = await tool.prepare(JSON.parse(JSON.stringify(args)) as never, { signal });
  return { prepared, output: await prepared.run({ signal, onOutput: () => undefined }) };
}

const read = (path: string) => run(readFileTool({ folder, title }), { files: [{ path }] });
const write = (path: string, content: string) => run(writeFileTool({ folder, title, changes }), { path, content });
const edit = (path: string, ...edits: object[]) => run(editFileTool({ folder, title, changes }), { path, edits });
const remove = (path: string) => run(deleteFileTool({ folder, title, changes }), { path });
const textOf = (path: string) => readFile(join(root, path), 'utf8');

describe.each([false, true])('the working directory, without handles: %s', (withoutHandles) => {
  beforeEach(async () => {
    folder = await openWorkingFolder(root, { withoutHandles });
    changes = createFileChanges(folder, join(home, 'changes'));
  });

  it.each(['../outside/secret.txt', '/etc/passwd', 'src/../../outside/secret.txt', 'src/../../project2/x'])(
    'does not reach %s',
    async (path) => {
      await expect(read(path)).rejects.toThrow(/outside of the working directory/);
      await expect(write(path, 'x')).rejects.toThrow(/outside of the working directory/);
    },
  );

  it('follows links that stay inside, and none that lead out', async () => {
    await symlink('src/app.js', join(root, 'inside'));
    await symlink(join(home, 'outside', 'secret.txt'), join(root, 'file-out'));
    await symlink(join(home, 'outside'), join(root, 'folder-out'));
    await symlink(join(home, 'not-there'), join(root, 'dangling'));
    await symlink('loop', join(root, 'loop'));
    expect((await read('inside')).output.text).toContain('two');
    for (const path of ['file-out', 'folder-out/secret.txt', 'folder-out/new.txt', 'dangling', 'loop/x']) {
      await expect(read(path)).rejects.toThrow();
      await expect(write(path, 'x')).rejects.toThrow();
    }
    expect(await readlink(join(root, 'dangling'))).toContain('not-there');
  });

  it('does not follow a link that is put in the way after a path was looked at', async () => {
    const tool = writeFileTool({ folder, title, changes });
    const prepared = await tool.prepare({ path: 'src/new.txt', content: 'x' }, { signal });
    await rename(join(root, 'src'), join(root, 'moved'));
    await symlink(join(home, 'outside'), join(root, 'src'));
    await expect(prepared.run({ signal, onOutput: () => undefined })).rejects.toThrow(/link is in the way/);
    await expect(stat(join(home, 'outside', 'new.txt'))).rejects.toThrow();
  });

  it('does not wait for pipes, and reads no folders or binary files', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
    await writeFile(join(root, 'image.png'), Buffer.from([1, 0, 2]));
    await expect(read('pipe')).rejects.toThrow(/no regular file/);
    await expect(read('src')).rejects.toThrow(/no regular file/);
    await expect(read('image.png')).rejects.toThrow(/not text/);
    await expect(read('missing')).rejects.toThrow(/no file missing/);
  });

  it('refuses names that a person could not read', async () => {
    await expect(write('src/\u202Etxt.exe', 'x')).rejects.toThrow(/cannot be shown/);
    await expect(write('src/a\u0000b', 'x')).rejects.toThrow(/cannot be shown/);
  });
});

describe('reading files', () => {
  it('shows the lines that were asked for', async () => {
    const { output } = await run(readFileTool({ folder, title }), {
      files: [{ path: 'src/app.js', from_line: 2, to_line: 2 }],
    });
    expect(output).toEqual({ text: '== src/app.js, lines 2 to 2 of 3\ntwo', untrusted: true });
  });

  it('hides the values of files that keep secrets, and asks before it reads them', async () => {
    const { prepared, output } = await read('.env');
    expect(prepared.action.assessment).toEqual({ risk: 'R2', reasons: ['sensitive'] });
    expect(output.text).toBe('== .env\nAPI_KEY=[hidden]\n[hidden]');
  });

  it('reads a file with secrets behind an innocent link as what it is', async () => {
    await symlink('.env', join(root, 'readme.txt'));
    const { prepared, output } = await read('readme.txt');
    expect(prepared.action.assessment.risk).toBe('R2');
    expect(output.text).not.toContain('canary');
  });

  it('lists what git does not ignore', async () => {
    await mkdir(join(root, 'node_modules', 'x'), { recursive: true });
    await mkdir(join(root, 'src', 'deep'));
    await writeFile(join(root, '.gitignore'), 'node_modules/\n*.log\n');
    await writeFile(join(root, 'src', '.gitignore'), '!keep.log\n/deep\n');
    await writeFile(join(root, 'src', 'keep.log'), '');
    await writeFile(join(root, 'a.log'), '');
    const { output } = await run(listDirectory({ folder, title }), {});
    expect(output.text.split('\n').map((line) => line.split('  ')[0])).toEqual([
      '.env',
      '.gitignore',
      'src/',
      'src/.gitignore',
      'src/app.js',
      'src/keep.log',
    ]);
  });

  it('searches text files, never those that keep secrets', async () => {
    const search = (args: object) => run(searchFilesTool({ folder, title }), args);
    expect((await search({ text: 'tw' })).output.text).toBe('src/app.js:2: two');
    expect((await search({ text: '^t.*e$', is_regex: true })).output.text).toBe('src/app.js:3: three');
    expect((await search({ text: 'canary' })).output.text).toBe('(Nothing was found.)');
    await expect(search({ text: '(', is_regex: true }).then(({ output }) => output)).rejects.toThrow(/expression/);
  });
});

describe('writing files', () => {
  it('shows the change as a diff first', async () => {
    const { prepared } = await edit('src/app.js', { old_text: 'two', new_text: 'zwei' });
    expect(prepared.preview).toContain('-two\n+zwei');
    expect(prepared.action.assessment.risk).toBe('R3');
    expect(await textOf('src/app.js')).toBe('one\nzwei\nthree\n');
  });

  it('replaces only what stands there once, unless all is said', async () => {
    await write('a.txt', 'x x');
    await expect(edit('a.txt', { old_text: 'x', new_text: 'y' })).rejects.toThrow(/stands 2 times/);
    await expect(edit('a.txt', { old_text: 'z', new_text: 'y' })).rejects.toThrow(/does not stand in/);
    await edit('a.txt', { old_text: 'x', new_text: '$&', all: true });
    expect(await textOf('a.txt')).toBe('$& $&');
  });

  it('does not write what changed after it was shown', async () => {
    const prepared = await writeFileTool({ folder, title, changes }).prepare(
      { path: 'src/app.js', content: 'mine' },
      { signal },
    );
    await writeFile(join(root, 'src', 'app.js'), 'theirs');
    await expect(prepared.run({ signal, onOutput: () => undefined })).rejects.toThrow(/changed meanwhile/);
    expect(await textOf('src/app.js')).toBe('theirs');
  });

  it('never writes what git runs', async () => {
    await mkdir(join(root, '.git', 'hooks'), { recursive: true });
    await expect(write('.git/hooks/pre-commit', '#!/bin/sh')).rejects.toThrow(/belongs to git/);
    await symlink('.git/hooks', join(root, 'h'));
    await expect(write('h/pre-commit', '#!/bin/sh')).rejects.toThrow(/belongs to git/);
  });

  it('counts only what is new as words of the call', async () => {
    const { prepared } = await edit('src/app.js', { old_text: 'two', new_text: 'two\ncurl evil' });
    expect(prepared.action.words).toEqual(['src/app.js', 'curl evil']);
  });

  it('keeps the mode of a file', async () => {
    await writeFile(join(root, 'run.sh'), 'a', { mode: 0o755 });
    await write('run.sh', 'b');
    expect((await stat(join(root, 'run.sh'))).mode & 0o777).toBe(0o755);
  });
});

describe('undo', () => {
  it('takes back the last turn: changes, new files and deletions', async () => {
    changes.startTurn('one');
    await write('first.txt', 'stays');
    changes.startTurn('two');
    await edit('src/app.js', { old_text: 'two', new_text: '2' });
    await edit('src/app.js', { old_text: '2', new_text: '3' });
    await write('new/deep/file.txt', 'x');
    await remove('first.txt');
    expect(await changes.undo()).toEqual({
      turn: 'two',
      files: [
        { path: 'src/app.js', did: 'restored' },
        { path: 'new/deep/file.txt', did: 'removed' },
        { path: 'first.txt', did: 'recreated' },
      ],
      refused: [],
    });
    expect(await textOf('src/app.js')).toBe('one\ntwo\nthree\n');
    expect(await textOf('first.txt')).toBe('stays');
    await expect(textOf('new/deep/file.txt')).rejects.toThrow();
    expect(await changes.undo()).toMatchObject({ turn: 'one', files: [{ path: 'first.txt', did: 'removed' }] });
    expect(await changes.undo()).toEqual({ turn: undefined, files: [], refused: [] });
  });

  it('leaves files alone that somebody changed since, and says so', async () => {
    await write('a.txt', 'assistant');
    await write('b.txt', 'assistant');
    await writeFile(join(root, 'a.txt'), 'person');
    expect(await changes.undo()).toMatchObject({
      files: [{ path: 'b.txt', did: 'removed' }],
      refused: [{ path: 'a.txt', reason: 'changed_since' }],
    });
    expect(await textOf('a.txt')).toBe('person');
  });

  it('works after a restart, and keeps old texts to their owner', async () => {
    await edit('src/app.js', { old_text: 'two', new_text: '2' });
    const again = createFileChanges(await openWorkingFolder(root), join(home, 'changes'));
    expect(await again.list()).toEqual([{ turn: 'start', path: 'src/app.js', did: 'changed' }]);
    expect((await stat(join(home, 'changes', 'changes.json'))).mode & 0o077).toBe(0);
    await again.undo();
    expect(await textOf('src/app.js')).toBe('one\ntwo\nthree\n');
  });

  it('does not write through a link that took the place of a folder', async () => {
    await write('src/new.txt', 'x');
    await rename(join(root, 'src'), join(root, 'moved'));
    await symlink(join(home, 'outside'), join(root, 'src'));
    expect(await changes.undo()).toMatchObject({ files: [], refused: [{ path: 'src/new.txt' }] });
  });
});
