import { describe, expect, it } from 'vitest';
import { callsOf, rateOf, speedOf, troublesOf } from './figures.ts';

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
