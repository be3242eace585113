import { mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fix } from '#diagnosis';
import { fakeEngine } from '../testing/fake-engine.ts';
import { createFileChanges } from '../tools/files/changes.ts';
import { openWorkingFolder } from '../tools/files/working-folder.ts';
import { planComposeFix } from './compose-fix.ts';

const signal = new AbortController().signal;
const compose = 'services:\n  # the database\n  db:\n    image: postgres:16\n';
const fix: Fix = {
  risk: 'reversible',
  secrets: [],
  commands: [{ argv: ['docker', 'compose', '-p', 'shop', 'up', '-d', '--force-recreate', 'db'] }],
  compose: 'services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}\n',
};
let home: string;
let project: string;

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'gantry-compose-fix-')));
  project = await mkdtemp(join(home, 'project-'));
  await writeFile(join(project, 'compose.yaml'), compose);
});
afterEach(async () => await rm(home, { recursive: true, force: true }));

async function plan(files = join(project, 'compose.yaml')) {
  const { docker } = fakeEngine([{ name: 'db', labels: { 'com.docker.compose.project.config_files': files } }]);
  const planned = await planComposeFix(fix, { docker, container: 'db', workingDirectory: project, signal });
  const changes = createFileChanges(await openWorkingFolder(project), join(home, 'changes'));
  return { planned, changes };
}

describe('a fix of a Compose project', () => {
  it('is shown as a diff, without the secret, and can be taken back', async () => {
    await writeFile(join(project, '.env'), 'OTHER=kept-Secret-1');
    const { planned, changes } = await plan();
    expect(planned.preview).toContain('+    environment:\n+      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}');
    expect(planned.preview).toContain('+POSTGRES_PASSWORD=(made at random)\ndocker compose -p shop up -d');
    expect(planned.preview).not.toContain('kept-Secret-1');
    expect(planned.paths).toEqual(['compose.yaml', '.env']);
    expect(await readFile(join(project, 'compose.yaml'), 'utf8')).toBe(compose);

    changes.startTurn('one');
    await planned.write(changes);
    expect(await readFile(join(project, 'compose.yaml'), 'utf8')).toContain('# the database');
    expect(await readFile(join(project, '.env'), 'utf8')).toMatch(
      /^OTHER=kept-Secret-1\nPOSTGRES_PASSWORD=[\w-]{20,}\n$/,
    );
    await changes.undo();
    expect(await readFile(join(project, 'compose.yaml'), 'utf8')).toBe(compose);
    expect(await readFile(join(project, '.env'), 'utf8')).toBe('OTHER=kept-Secret-1');
  });

  it('makes a file for the secret that its owner alone reads, and none where the secret is there', async () => {
    const { planned, changes } = await plan();
    await planned.write(changes);
    expect((await stat(join(project, '.env'))).mode & 0o777).toBe(0o600);
    expect((await plan()).planned.paths).toEqual(['compose.yaml']);
  });

  it('is not written over what somebody changed meanwhile', async () => {
    const { planned, changes } = await plan();
    await writeFile(join(project, 'compose.yaml'), `${compose}# mine\n`);
    await expect(planned.write(changes)).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await readFile(join(project, 'compose.yaml'), 'utf8')).toBe(`${compose}# mine\n`);
  });

  it.each([
    ['of a file outside of the folder', () => join(home, 'compose.yaml'), 'request.forbidden'],
    ['of several files', () => `${project}/compose.yaml,${project}/more.yaml`, 'request.invalid'],
    ['of a container that names none', () => '', 'request.invalid'],
  ])('does nothing %s', async (_name, files, code) => {
    await expect(plan(files())).rejects.toMatchObject({ code });
  });
});
