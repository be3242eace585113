import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appliedDockerfileBody,
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

const headers = { accept: gantryMediaType, 'content-type': 'application/json' };
const text = 'FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\nCMD curl example.com\n';
let home: string;
let api: ApiUnderTest;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'gantry-dockerfiles-')));
  await mkdir(join(home, 'shop'));
  await writeFile(join(home, 'shop/Dockerfile'), text);
  await symlink('/etc', join(home, 'shop/etc'));
  const docker = answeringEngine({});
  api = await startApi({ views: fakeViews({ docker, clock: systemClock, userHome: home }) });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});
const post = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
  const given = typeof body === 'string' ? body : JSON.stringify(body);
  const { status, text: said } = await api.ask(`/gantry/dockerfiles/${path}`, { method: 'POST', headers, body: given });
  return { status, body: JSON.parse(said) };
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
    expect(await readFile(applied.backup, 'utf8')).toBe(text);
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

  it('make a Dockerfile for a project, and replace nothing that is there', async () => {
    await mkdir(join(home, 'site'));
    await writeFile(join(home, 'site/package.json'), '{"name":"site","scripts":{"start":"node server.js"}}');
    const made = generatedDockerfileBody.parse((await post('generate', { path: 'site', write: true })).body);
    expect(made).toMatchObject({ language: 'node', written: true });
    expect(await readFile(join(home, 'site/Dockerfile'), 'utf8')).toBe(made.files[0]?.text);
    expect((await post('generate', { path: 'site', write: true })).status).toBe(409);
    expect((await post('generate', { path: 'site' })).status).toBe(200);
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
