import { expect, it } from 'vitest';
import { startApi } from '../testing/api-under-test.ts';
import { runnerWishes } from './runner-wishes.ts';

it.each([
  [{}, {}, {}],
  [{}, { keep_alive: '10m', context_size: 8192 }, { keepAliveMs: 600_000, contextSize: 8192 }],
  [{}, { keep_alive: 30, num_ctx: 4096 }, { keepAliveMs: 30_000, contextSize: 4096 }],
  [{}, { keep_alive: -1 }, { keepAliveMs: -1 }],
  [{}, { keep_alive: '-5m' }, { keepAliveMs: -1 }],
  [{}, { keep_alive: 0 }, { keepAliveMs: 0 }],
  [{}, { keep_alive: null, context_size: null, num_ctx: null }, {}],
  [{ 'x-gantry-keep-alive': '1h' }, { keep_alive: '10m' }, { keepAliveMs: 3_600_000 }],
  [{ 'x-gantry-context-size': '2048' }, { context_size: 512, num_ctx: 1024 }, { contextSize: 2048 }],
])('reads what headers %j and body %j want', (headers, fields, wishes) => {
  expect(runnerWishes(headers, fields)).toEqual(wishes);
});

it.each([
  [{ 'x-gantry-keep-alive': 'soon' }, {}, 'x-gantry-keep-alive'],
  [{}, { keep_alive: true }, 'keep_alive'],
  [{}, { keep_alive: '' }, 'keep_alive'],
  [{ 'x-gantry-context-size': '8k' }, {}, 'x-gantry-context-size'],
  [{}, { context_size: 0 }, 'context_size'],
  [{}, { num_ctx: 1.5 }, 'num_ctx'],
  [{}, { num_ctx: '-1' }, 'num_ctx'],
])('refuses headers %j and body %j by name', (headers, fields, param) => {
  expect(() => runnerWishes(headers, fields)).toThrow(`"${param}" must be`);
});

it('hands them to whoever gives out places, also for a request that only loads', async () => {
  await using api = await startApi();
  await api.ask('/v1/chat/completions', {
    method: 'POST',
    headers: { 'x-preload-only': 'true', 'x-gantry-keep-alive': '10m' },
    body: JSON.stringify({ model: 'ai/smollm2', context_size: 2048 }),
  });
  await api.runner((_request, response) => void response.end('{}'));
  const answer = await api.ask('/v1/embeddings', {
    method: 'POST',
    headers: { 'x-gantry-context-size': '1024' },
    body: JSON.stringify({ model: 'ai/smollm2', input: 'x', keep_alive: -1 }),
  });
  expect(answer.headers['x-gantry-ignored']).toBeUndefined();
  expect(api.inference.acquired).toMatchObject([
    { contextSize: 2048, keepAliveMs: 600_000 },
    { contextSize: 1024, keepAliveMs: -1 },
  ]);
});
