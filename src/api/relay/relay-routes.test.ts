import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayBody } from '#contract';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';

describe('/gantry/relay', () => {
  let world: ApiUnderTest;
  beforeAll(async () => {
    world = await startApi();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const put = (body: string): ReturnType<ApiUnderTest['ask']> => world.ask('/gantry/relay', { method: 'PUT', body });
  const state = async (): Promise<unknown> =>
    relayBody.parse(JSON.parse((await world.ask('/gantry/relay')).text)).state;

  it('is off, is put in place, and is taken away', async () => {
    expect(await state()).toBe('off');
    const enabled = await put('{"networks":["app_default"]}');
    expect(relayBody.parse(JSON.parse(enabled.text))).toMatchObject({ state: 'running', networks: ['app_default'] });
    expect((await put('{"networks":"all"}')).status).toBe(200);
    expect((await world.ask('/gantry/relay', { method: 'DELETE' })).status).toBe(204);
    expect(await state()).toBe('off');
  });

  it.each([
    '{}',
    '{"networks":[]}',
    '{"networks":"some"}',
    '{"networks":[1]}',
    '{"networks":"all","x":1}',
    '[]',
    'x',
    '',
    // A length that is compared becomes text, level by level.
    `{"networks":[{"length":${'['.repeat(5_000)}${']'.repeat(5_000)}}]}`,
  ])('refuses %j with a sentence', async (body) => {
    const { status, text } = await put(body);
    expect(status).toBe(400);
    expect(text).toMatch(/\.\s*/);
    expect(await state()).toBe('off');
  });

  it('has no other methods', async () => {
    expect((await world.ask('/gantry/relay', { method: 'POST' })).status).toBe(404);
  });
});
