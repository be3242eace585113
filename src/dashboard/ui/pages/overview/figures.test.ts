import { describe, expect, it } from 'vitest';
import { callsOf, containersOf, imageBytesOf, largestOf, rateOf, speedOf, troublesOf } from './figures.ts';

const record = { id: '1', model: 'm', method: 'POST', url: '/v1/chat/completions', timestamp: 1, status_code: 200 };
const server = {
  name: 'time',
  type: 'server',
  origin: 'x',
  state: 'known' as const,
  tools: 1,
  prompts: 0,
  resources: 0,
  templates: 0,
  calls: 5,
  failures: 1,
};

describe('figures of the overview', () => {
  it('say what went wrong last, of models and of servers', () => {
    const requests = [
      {
        count: 3,
        model: 'm',
        records: [
          record,
          { ...record, timestamp: 5, status_code: 503 },
          { ...record, timestamp: 3, error: 'no memory' },
        ],
      },
    ];
    const failed = { ...server, state: 'failed' as const, lastCallAt: 4000, error: { code: 'x', message: 'gone' } };
    const status = { gateways: [{ profile: 'default', servers: [failed], warnings: [] }] };
    expect(troublesOf(requests, status).map(({ where, text }) => `${where}: ${text}`)).toEqual([
      'm: HTTP 503',
      'time: gone',
      'm: no memory',
    ]);
  });

  it('find what belongs to a server, and nothing of its neighbours', () => {
    const container = (id: string, name: string, state = 'running') =>
      ({ id, name, state }) as Parameters<typeof containersOf>[1][number];
    const all = [
      container('a', 'gantry-mcp-time-0123456789ab'),
      container('b', 'gantry-mcp-time-zone-0123456789ab'),
      container('c', 'gantry-mcp-time-0123456789ac', 'exited'),
      container('d', 'time'),
    ];
    expect(containersOf('time', all)).toEqual(['a']);
    expect(containersOf('time zone', all)).toEqual(['b']);
    const images = [{ id: 'sha256:1', tags: ['mcp/time:latest'], digests: [], createdAt: 0, sizeBytes: 7, usedBy: [] }];
    expect(
      ['mcp/time', 'mcp/time:latest', 'sha256:1', 'mcp/other', undefined].map((one) => imageBytesOf(one, images)),
    ).toEqual([7, 7, 7, undefined, undefined]);
  });

  it('name the largest models', () => {
    const model = (name: string, size?: string) => ({
      id: name,
      tags: [name],
      created: 0,
      config: size === undefined ? {} : { size },
    });
    const models = [
      model('a', '98.36MB'),
      model('b', '1.2 GiB'),
      model('c'),
      model('d', '900kB'),
      model('e', '5GB'),
      model('f', '1B'),
    ];
    const { shown, left } = largestOf(models);
    expect(shown.map(({ name }) => name).join('')).toBe('ebadf');
    expect(left).toBe(1);
  });

  it('give the mean speed of what said one', () => {
    const speed = (perSecond: number): string => JSON.stringify({ timings: { predicted_per_second: perSecond } });
    const records = [record, { ...record, response: speed(10) }, { ...record, response: speed(30) }];
    expect(speedOf([{ count: 3, model: 'm', records }])).toEqual({ tokensPerSecond: 20, answers: 2 });
    expect(speedOf([])).toBe(undefined);
  });

  it('count calls, and how many there are in a second', () => {
    const gateways = [{ profile: 'default', servers: [server, server], warnings: [] }];
    expect(callsOf({ gateways })).toEqual({ calls: 10, failures: 2 });
    const samples = [2, 4, 8].map((count, at) => ({ count, atMs: at * 1500 }));
    expect(rateOf(samples)).toBe(2);
    expect(
      rateOf([
        { count: 9, atMs: 0 },
        { count: 1, atMs: 1000 },
      ]),
    ).toBe(0);
    expect(rateOf([])).toBe(0);
  });
});
