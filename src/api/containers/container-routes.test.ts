import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  containerBody,
  containerListBody,
  diagnosisBody,
  engineBody,
  errorBody,
  fixOutcomeBody,
  gantryMediaType,
  inspectBody,
  networkListBody,
  volumeListBody,
} from '#contract';
import { AppError, systemClock } from '#core';
import { answeringEngine, Refusal, type AnsweringEngine } from '#testing';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { fakeViews } from '../testing/fake-views.ts';

const headers = { accept: gantryMediaType, 'content-type': 'application/json' };
const inspect = {
  Id: 'a1',
  Name: '/db',
  Image: 'sha256:1',
  State: { Status: 'exited', ExitCode: 137, OOMKilled: true, FinishedAt: '2026-11-25T10:00:00Z' },
  Config: { Image: 'app', Env: ['API_TOKEN=hunter2', 'MODE=fast'] },
  HostConfig: { Memory: 33_554_432 },
};

const bridge = { id: 'n', name: 'bridge', driver: '', scope: '', labels: {}, subnets: [], containers: [] };

let api: ApiUnderTest;
let engine: AnsweringEngine;
let ran: string[];
beforeEach(async () => {
  ran = [];
  engine = answeringEngine({
    'GET /info': { MemTotal: 1, NCPU: 2, DockerRootDir: '/d', RegistryConfig: { Mirrors: ['https://m.example/'] } },
    'GET /containers/json': [
      {
        Id: 'a1',
        Names: ['/db'],
        State: 'exited',
        Status: 'Exited (137) now',
        Labels: {
          'com.docker.compose.project': 'shop',
          'com.docker.compose.depends_on': 'cache:service_started:true, queue:service_healthy:false,',
        },
      },
    ],
    'GET /containers/db/json': inspect,
    'GET /containers/a1/json': inspect,
    'GET /volumes': { Volumes: [{ Name: 'data' }] },
    'GET /volumes/data': { Name: 'data' },
    'DELETE /volumes/data': null,
    'GET /networks': [],
    'POST /containers/db/start': null,
    'POST /containers/db/rename': null,
    'POST /containers/db/pause': () => new Refusal(409, 'Container db is not running'),
    'DELETE /containers/db': null,
  });
  const views = fakeViews({
    docker: { ...engine, networks: { ...engine.networks, list: async () => [bridge] } },
    clock: systemClock,
    userHome: '/nowhere',
    run: async (argv) => {
      ran.push(argv.join(' '));
      return { code: 0, stdout: '', stderr: '' };
    },
  });
  api = await startApi({ views });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

const json = async (path: string): Promise<unknown> => JSON.parse((await api.ask(path, { headers })).text);

describe('the routes of containers', () => {
  it('answer what the contract says', async () => {
    const { containers } = containerListBody.parse(await json('/gantry/containers'));
    expect(containers[0]).toMatchObject({ name: 'db', exitCode: 137, project: 'shop', badge: { state: 'pending' } });
    expect(containers[0]?.dependsOn).toEqual(['cache', 'queue']);
    const shown = containerBody.parse(await json('/gantry/containers/db'));
    expect(shown).toMatchObject({
      secretsHidden: 1,
      inspect: { Config: { Env: ['API_TOKEN=[hidden]', 'MODE=fast'] } },
    });
    expect(shown.run).toContain('docker run -d --name db -e API_TOKEN -e MODE=fast');
    expect(JSON.stringify(await json('/gantry/containers/db?secrets=true'))).toContain('hunter2');
    expect(engineBody.parse(await json('/gantry/docker/engine'))).toMatchObject({
      disk: null,
      registryMirrors: { engine: ['https://m.example/'], file: ['https://mirror.example'], ours: [] },
    });
    expect(volumeListBody.parse(await json('/gantry/volumes')).volumes).toHaveLength(1);
    expect(inspectBody.parse(await json('/gantry/volumes/data')).inspect).toEqual({ Name: 'data' });
    expect(networkListBody.parse(await json('/gantry/networks')).networks[0]?.builtIn).toBe(true);
  });

  it('carry out the fix that was shown, and no other', async () => {
    const diagnosis = diagnosisBody.parse(await json('/gantry/containers/db/diagnosis'));
    const [cause] = diagnosis.causes;
    const { commands = [] } = cause?.fixes[0] ?? {};
    expect(cause).toMatchObject({ id: 'C11', fixes: [{ obstacle: null }] });
    const fix = (lines: readonly string[]) =>
      api.ask('/gantry/containers/db/fix', {
        method: 'POST',
        headers,
        body: JSON.stringify({ cause: 'C11', fix: 0, commands: lines }),
      });
    const other = await fix(commands.map((line) => `${line} --privileged`));
    expect([other.status, errorBody.parse(JSON.parse(other.text)).error.params]).toEqual([
      409,
      { reason: 'fix_changed' },
    ]);
    expect(ran).toEqual([]);
    const done = await fix(commands);
    expect(fixOutcomeBody.parse(JSON.parse(done.text)).state).toBe('done');
    expect(ran[0]).toMatch(/^docker rename db db-before-/);
    expect(ran.some((line) => line.startsWith('docker run -d --name db'))).toBe(true);
  });

  it('start, and say in the Engine’s words why they do not', async () => {
    expect((await api.ask('/gantry/containers/db/start', { method: 'POST' })).status).toBe(204);
    const refused = await api.ask('/gantry/containers/db/pause', { method: 'POST', headers });
    expect(errorBody.parse(JSON.parse(refused.text)).error).toMatchObject({
      code: 'docker.failed',
      params: { reason: 'Container db is not running' },
    });
  });

  it.each([
    ['{"name":"web-2"}', 204],
    ['{"name":"w"}', 400],
    ['{"name":"-web"}', 400],
    ['{"name":"a b"}', 400],
    ['{"name":["web"]}', 400],
    [`{"name":"${'x'.repeat(256)}"}`, 400],
    ['{}', 400],
  ])('rename to %s with %i', async (body, status) => {
    const answer = await api.ask('/gantry/containers/db/rename', { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect(engine.asked.some((line) => line.includes('/rename'))).toBe(status === 204);
  });

  it('remove only what is named twice', async () => {
    for (const path of ['/gantry/containers/db', '/gantry/volumes/data']) {
      const name = path.split('/').at(-1) ?? '';
      for (const query of ['', '?confirm=', '?confirm=other'])
        expect((await api.ask(`${path}${query}`, { method: 'DELETE' })).status).toBe(400);
      expect((await api.ask(`${path}?confirm=${name}`, { method: 'DELETE' })).status).toBe(204);
    }
    expect(engine.asked.filter((line) => line.startsWith('DELETE'))).toHaveLength(2);
  });

  it.each([
    ['GET', '/gantry/containers/none', 404],
    ['GET', '/gantry/containers/none/logs', 404],
    ['GET', '/gantry/containers/db/logs?tail=0', 400],
    ['GET', '/gantry/containers/db/logs?tail=100001', 400],
    ['GET', '/gantry/containers/db/logs?tail=1e3', 400],
    ['GET', '/gantry/containers/db/logs?since=x', 400],
    ['GET', '/gantry/containers/db/logs?follow=perhaps', 400],
    ['GET', '/gantry/containers/%2e%2e', 400],
    ['GET', `/gantry/containers/${'x'.repeat(600)}`, 400],
    ['GET', '/gantry/containers/a%00b', 400],
    ['GET', '/gantry/containers/%zz', 400],
    ['POST', '/gantry/containers/db/fix', 400],
    ['POST', '/gantry/containers/db/explode', 404],
    ['PUT', '/gantry/containers/db', 404],
    ['GET', '/gantry/containers/db/logs/x', 404],
  ])('answer %s %s with %i', async (method, path, status) => {
    expect((await api.ask(path, { method, headers })).status).toBe(status);
  });

  it.each([
    '',
    '[]',
    '{"cause":1,"fix":0,"commands":["x"]}',
    '{"cause":"C1","fix":-1,"commands":["x"]}',
    '{"cause":"C1","fix":0.5,"commands":["x"]}',
    '{"cause":"C1","fix":0,"commands":[]}',
    '{"cause":"C1","fix":0,"commands":[["x"]]}',
  ])('refuse the fix %s', async (body) => {
    const { status } = await api.ask('/gantry/containers/db/fix', { method: 'POST', headers, body });
    expect([status, ran]).toEqual([400, []]);
  });
});

it('says in one sentence that no Engine answers', async () => {
  const down = (): Promise<never> =>
    Promise.reject(new AppError('docker.unavailable', 'No Docker Engine answers.', { hint: 'Start it.' }));
  await using without = await startApi({
    views: fakeViews({
      docker: { ...engine, request: down, address: down },
      clock: systemClock,
      userHome: '/nowhere',
    }),
  });
  for (const path of ['containers', 'images', 'volumes', 'networks', 'docker/engine', 'containers/db/diagnosis']) {
    const { status, text } = await without.ask(`/gantry/${path}`, { headers });
    expect([path, status, errorBody.parse(JSON.parse(text)).error.code]).toEqual([path, 503, 'docker.unavailable']);
  }
});

it('has none of these routes where there are no views', async () => {
  await using without = await startApi();
  expect((await without.ask('/gantry/containers')).status).toBe(404);
});
