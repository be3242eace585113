import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, failure, streamed, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';
import { percentiles, summarize } from './statistics.ts';

const chatRoute = 'POST /engines/v1/chat/completions';

let daemon: FakeDaemon;
let nowMs: number;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  nowMs = 0;
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

/** Every request takes a second. */
const clock = { now: () => nowMs, monotonic: () => nowMs, schedule: () => () => {} };

describe('percentiles', () => {
  it('are values that were measured', () => {
    const values = Array.from({ length: 100 }, (_none, index) => index + 1);
    expect(percentiles(values)).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(percentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
    expect(percentiles([])).toBeNull();
  });

  it('go with counts of what failed', () => {
    const result = summarize({ samples: [], failures: ['a', 'b', 'a'] }, { concurrency: 2, elapsedMs: 0 });
    expect(result).toMatchObject({ Requests: 0, TPS: 0, FailedRequests: 3, Errors: { a: 2, b: 1 }, LatencyMs: null });
  });
});

describe('gantry bench', () => {
  it('warms up, measures each concurrency, and prints the JSON that docker model prints, and more', async () => {
    daemon.on(chatRoute, async (response, request) => {
      nowMs += 1000;
      await streamed('Whales ', 'swim.')(response, request);
    });
    const args = [
      'bench',
      'ai/x',
      '--duration',
      '3s',
      '--concurrency',
      '1',
      '--prompt',
      'Hi',
      '--max-tokens',
      '9',
      '--json',
    ];
    const { code, stdout } = await runForTest(daemon, args, { clock });
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        model: 'ai/x',
        prompt: 'Hi',
        results: [
          {
            Concurrency: 1,
            MeanRPS: 1,
            TotalTokens: 6,
            TPS: 2,
            TotalTime: 3e9,
            Requests: 3,
            TokenCounts: [2, 2, 2],
            FailedRequests: 0,
            Errors: {},
            LatencyMs: { p50: 1000, p95: 1000, p99: 1000 },
            TimeToFirstTokenMs: { p50: 1000, p95: 1000, p99: 1000 },
          },
        ],
      },
    ]);
    expect(daemon.requests).toHaveLength(1 + 3 + 1);
    expect(daemon.requests.at(-1)?.body).toMatchObject({ max_tokens: 9 });
  });

  it('counts what fails and says why, and fails when all did', async () => {
    let count = 0;
    daemon.on(chatRoute, async (response, request) => {
      count += 1;
      nowMs += 1000;
      await (count === 1 ? streamed('Yes.') : failure('inference.queue_full', 'Too many.'))(response, request);
    });
    const { code, stdout, stderr } = await runForTest(daemon, ['bench', 'ai/x', '--concurrency', '1'], { clock });
    expect(code).toBe(7);
    expect(stderr).toBe('Concurrency 1: 30 requests failed: Too many.\n');
    expect(stdout).toMatch(/CONCURRENCY +REQUESTS +FAILED[^\n]*\n1 +0 +30 /);
  });

  it.each([
    [['--concurrency', '1,x'], '--concurrency takes whole numbers from 1 to 256 between commas, not "1,x".'],
    [['--duration', 'soon'], '--duration takes a duration such as 30s or 5m, not "soon".'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await runForTest(daemon, ['bench', 'ai/x', ...args]);
    expect([code, stderr]).toEqual([2, `Error: ${sentence}\n`]);
  });
});
