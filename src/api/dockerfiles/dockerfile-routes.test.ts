import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appliedDockerfileBody,
  buildDockerfileLine,
  dockerfileListBody,
  dockerfileStateBody,
  errorBody,
  fixedDockerfileBody,
  folderBody,
  gantryMediaType,
  generatedDockerfileBody,
  ratedDockerfileBody,
} from '#contract';
import { systemClock } from '#core';
import { answeringEngine } from '#testing';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { fakeViews } from '../testing/fake-views.ts';
import type { DockerViews } from '../types.ts';

const headers = { accept: gantryMediaType, 'content-type': 'application/json' };
const zeros = `sha256:${'0'.repeat(64)}`;
const digestOf = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const text = 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\nCMD curl example.com\n';
let home: string;
let api: ApiUnderTest;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'gantry-dockerfiles-')));
  await mkdir(join(home, 'shop'));
  await writeFile(join(home, 'shop/Dockerfile'), text);
  await symlink('/etc', join(home, 'shop/etc'));
  const docker = answeringEngine({});
  const measureBuild: DockerViews['measureBuild'] = async (_text, { folder, onLine }) => {
    onLine(`built in ${folder}`);
    return { sizeBytes: 1, layers: 1, durationMs: 1, builder: 'classic' };
  };
  api = await startApi({ views: fakeViews({ docker, clock: systemClock, userHome: home, measureBuild }) });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});
const post = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
  const given = typeof body === 'string' ? body : JSON.stringify(body);
  const { status, text: said } = await api.ask(`/gantry/dockerfiles/${path}`, { method: 'POST', headers, body: given });
  return { status, body: said === '' ? undefined : JSON.parse(said) };
};

describe('the routes of Dockerfiles', () => {
  it('find a Dockerfile, rate it, show its fix and write it', async () => {
    const listing = folderBody.parse(JSON.parse((await api.ask('/gantry/dockerfiles/folder?path=shop')).text));
    expect(listing).toMatchObject({ root: home, parent: home, entries: [{ name: 'Dockerfile', kind: 'dockerfile' }] });
    const rated = ratedDockerfileBody.parse((await post('rate', { path: 'shop/Dockerfile' })).body);
    expect(rated.findings.map(({ id }) => id)).toContain('CAC02');
    expect(rated.dimensions).toHaveLength(8);
    const fixed = fixedDockerfileBody.parse((await post('fix', { path: 'shop/Dockerfile' })).body);
    expect(fixed.after.score).toBeGreaterThanOrEqual(fixed.before.score);
    expect(fixed.applied.map(({ id }) => id)).toContain('BP01');
    expect(fixed.diff).toContain('-CMD curl example.com');
    const asked = { path: 'shop/Dockerfile', digest: fixed.digest, text: fixed.text };
    const applied = appliedDockerfileBody.parse((await post('apply', asked)).body);
    expect(await readFile(applied.path, 'utf8')).toBe(fixed.text);
    expect(applied.files).toMatchObject([{ path: applied.path, before: fixed.digest, digest: applied.digest }]);
    expect(await readFile(`${applied.path}.orig`, 'utf8')).toBe(text);
    const again = await post('apply', asked);
    expect([again.status, errorBody.parse(again.body).error.code]).toEqual([409, 'request.conflict']);
  });

  it('rate a text that is pasted, and one that is edited in the place of its file', async () => {
    const pasted = ratedDockerfileBody.parse((await post('rate', { text })).body);
    expect(pasted).toMatchObject({ path: null, digest: null, text });
    const edited = ratedDockerfileBody.parse(
      (await post('rate', { path: 'shop/Dockerfile', text: 'FROM scratch\n' })).body,
    );
    expect(edited).toMatchObject({ path: join(home, 'shop/Dockerfile'), text: 'FROM scratch\n' });
  });

  it('show what is missing in the ignore file, write it with the Dockerfile, and take both back', async () => {
    const whole = 'FROM debian:12\nWORKDIR /app\nCOPY . .\nCMD ["true"]\n';
    await writeFile(join(home, 'shop/Dockerfile'), whole);
    await mkdir(join(home, 'shop/.git'));
    const {
      digest,
      text: after,
      ignoreFile,
    } = fixedDockerfileBody.parse((await post('fix', { path: 'shop/Dockerfile' })).body);
    expect(ignoreFile).toMatchObject({ path: join(home, 'shop/.dockerignore'), digest: null });
    expect(ignoreFile?.diff).toContain('+.git');
    const asked = {
      path: 'shop/Dockerfile',
      digest,
      text: after,
      ignoreFile: { digest: null, text: ignoreFile?.text },
    };
    const { files } = appliedDockerfileBody.parse((await post('apply', asked)).body);
    expect(await readFile(join(home, 'shop/.dockerignore'), 'utf8')).toBe(ignoreFile?.text);
    expect((await post('undo', { files })).status).toBe(204);
    expect(await readFile(join(home, 'shop/Dockerfile'), 'utf8')).toBe(whole);
    expect((await readdir(join(home, 'shop'))).toSorted()).toEqual(['.git', 'Dockerfile', 'etc']);
    expect((await post('undo', { files })).status).toBe(404);
  });

  it('take back nothing that was not written here', async () => {
    await writeFile(join(home, 'shop/.bashrc'), 'x');
    await writeFile(join(home, 'shop/.netrc'), 'x');
    const digest = digestOf('x');
    const dockerfile = { path: 'shop/Dockerfile', digest: digestOf(text) };
    for (const file of [
      { path: 'shop/.bashrc', digest, before: null, backup: null },
      { ...dockerfile, before: digest, backup: join(home, 'shop/.netrc') },
      { ...dockerfile, before: digest, backup: join(home, 'shop/Dockerfile.orig/../.netrc') },
      { ...dockerfile, before: digest, backup: null },
      { ...dockerfile, before: null, backup: join(home, 'shop/Dockerfile.orig') },
    ]) {
      expect((await post('undo', { files: [file] })).status).toBe(403);
    }
    expect(await readFile(join(home, 'shop/Dockerfile'), 'utf8')).toBe(text);
    expect(await readFile(join(home, 'shop/.netrc'), 'utf8')).toBe('x');
  });

  it('list the Dockerfiles below a folder with what they are worth, and none that a link leads to elsewhere', async () => {
    await mkdir(join(home, 'shop/api'));
    await writeFile(join(home, 'shop/api/Dockerfile.dev'), 'FROM scratch\n');
    await writeFile(join(home, 'shop/api/Dockerfile.large'), 'x'.repeat(5 * 1024 * 1024));
    await symlink('/etc/hostname', join(home, 'shop/api/Dockerfile.link'));
    const { text: said } = await api.ask('/gantry/dockerfiles?path=shop');
    const { files, left, isCut } = dockerfileListBody.parse(JSON.parse(said));
    expect(files.map(({ name, rating }) => [name, rating?.grade])).toEqual([
      ['Dockerfile', expect.stringMatching(/[A-F]/)],
      ['api/Dockerfile.dev', expect.stringMatching(/[A-F]/)],
      ['api/Dockerfile.large', undefined],
    ]);
    expect([left, isCut]).toEqual([0, false]);
    expect((await api.ask('/gantry/dockerfiles?path=../..')).status).toBe(403);
    expect((await api.ask('/gantry/dockerfiles?path=none')).status).toBe(404);
    expect((await api.ask('/gantry/dockerfiles?root=here')).status).toBe(400);
  });

  it('tell a file that is another by now, and one that is gone', async () => {
    const state = async (): Promise<string | null> =>
      dockerfileStateBody.parse(JSON.parse((await api.ask('/gantry/dockerfiles/state?path=shop/Dockerfile')).text))
        .digest;
    expect(await state()).toBe(digestOf(text));
    await writeFile(join(home, 'shop/Dockerfile'), 'FROM scratch\n');
    expect(await state()).toBe(digestOf('FROM scratch\n'));
    await rm(join(home, 'shop/Dockerfile'));
    expect(await state()).toBeNull();
    expect((await api.ask('/gantry/dockerfiles/state?path=/etc/hostname')).status).toBe(403);
  });

  it('make a Dockerfile for a project, as it was shown and over nothing that was not', async () => {
    const site = join(home, 'site');
    await mkdir(site);
    await writeFile(join(site, 'package.json'), '{"name":"site","scripts":{"start":"node server.js"}}');
    const shown = generatedDockerfileBody.parse((await post('generate', { path: 'site' })).body);
    expect(shown).toMatchObject({ language: 'node', written: null, folder: site });
    expect(await readdir(site)).toEqual(['package.json']);
    const wish = (names: readonly string[], from = shown): unknown =>
      from.files.flatMap(({ name, digest, before }) => (names.includes(name) ? [{ name, digest, before }] : []));

    await writeFile(join(site, 'compose.yaml'), 'services: {}\n');
    const all = ['Dockerfile', '.dockerignore', 'compose.yaml'];
    expect((await post('generate', { path: 'site', write: wish(all) })).status).toBe(409);
    expect((await readdir(site)).toSorted()).toEqual(['compose.yaml', 'package.json']);
    const two = { path: 'site', write: wish(['Dockerfile', '.dockerignore']) };
    const { written } = generatedDockerfileBody.parse((await post('generate', two)).body);
    expect(await readFile(join(site, 'Dockerfile'), 'utf8')).toBe(shown.files[0]?.text);
    expect(await readFile(join(site, 'compose.yaml'), 'utf8')).toBe('services: {}\n');
    expect((await post('undo', { files: written })).status).toBe(204);

    const now = generatedDockerfileBody.parse((await post('generate', { path: 'site' })).body);
    expect(now.files[2]?.diff).toContain('-services: {}');
    const replaced = await post('generate', { path: 'site', write: wish(all, now) });
    expect(replaced.status).toBe(200);
    expect(await readFile(join(site, 'compose.yaml.orig'), 'utf8')).toBe('services: {}\n');

    await writeFile(
      join(site, 'package.json'),
      '{"name":"site","engines":{"node":"20"},"scripts":{"start":"node x.js"}}',
    );
    const other = await post('generate', { path: 'site', write: wish(['Dockerfile'], now) });
    expect([other.status, errorBody.parse(other.body).error.params?.['reason']]).toEqual([409, 'project_changed']);
  });

  it('build where the file is, and tell what is built line by line', async () => {
    const { text: said, status } = await api.ask('/gantry/dockerfiles/build', {
      method: 'POST',
      headers,
      body: JSON.stringify({ path: 'shop/Dockerfile', before: text }),
    });
    const lines = said
      .trim()
      .split('\n')
      .map((line) => buildDockerfileLine.parse(JSON.parse(line)));
    expect(status).toBe(200);
    expect(lines).toEqual([
      { type: 'building', which: 'before' },
      { type: 'log', which: 'before', text: `built in ${join(home, 'shop')}` },
      { type: 'built', which: 'before', sizeBytes: 1, layers: 1, durationMs: 1, builder: 'classic' },
    ]);
  });

  it.each<[string, unknown, number]>([
    ['rate', {}, 400],
    ['rate', { path: '../etc/passwd' }, 403],
    ['rate', { path: '/etc/passwd' }, 403],
    ['rate', { path: 'shop/etc/passwd' }, 403],
    ['rate', { path: 'shop/none' }, 404],
    ['rate', { path: 'shop' }, 400],
    ['rate', { root: 'relative', path: 'x' }, 400],
    ['rate', { text: 'x'.repeat(300_000) }, 400],
    ['rate', { text: 1 }, 400],
    ['fix', '[]', 400],
    ['apply', { path: 'shop/Dockerfile', text: '' }, 400],
    ['apply', { path: 'shop/Dockerfile', digest: 'sha256:x', text: '' }, 400],
    ['apply', { path: 'shop/etc/hostname', digest: `sha256:${'0'.repeat(64)}`, text: '' }, 403],
    ['generate', { path: 'shop', language: 'cobol' }, 400],
    ['generate', { path: 'shop' }, 400],
    ['generate', { path: 'none' }, 404],
    ['generate', { path: 'shop', language: 'node', write: [] }, 400],
    ['generate', { path: 'shop', language: 'node', write: [{ name: '.bashrc', digest: zeros, before: null }] }, 400],
    ['generate', { path: 'shop', language: 'node', write: [{ name: 'Dockerfile', digest: zeros, before: null }] }, 409],
    ['apply', { path: 'shop/Dockerfile', digest: zeros, text: '', ignoreFile: { text: '' } }, 400],
    ['apply', { path: 'shop/Dockerfile', digest: zeros, text: '' }, 409],
    ['undo', { files: [] }, 400],
    ['undo', { files: [{ path: '/etc/hostname', digest: zeros, before: null, backup: null }] }, 403],
    ['undo', { files: [{ path: 'shop/none', digest: zeros, before: null, backup: null }] }, 404],
    ['build', { path: 'shop/Dockerfile' }, 400],
    ['build', { path: 'shop/etc/passwd', before: '' }, 403],
    ['build', { path: 'shop/none', before: '' }, 404],
  ])('answer POST %s %j with %i', async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });

  it('write only what is a Dockerfile by its name', async () => {
    await writeFile(join(home, 'shop/.bashrc'), 'x');
    const digest = `sha256:${'0'.repeat(64)}`;
    const { status, body } = await post('apply', { path: 'shop/.bashrc', digest, text: 'evil' });
    expect([status, errorBody.parse(body).error.params?.['reason']]).toEqual([403, 'not_dockerfile']);
    expect(await readFile(join(home, 'shop/.bashrc'), 'utf8')).toBe('x');
  });
});
