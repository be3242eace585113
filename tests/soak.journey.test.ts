import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { daemonStatusBody, effectiveBody, psBody } from '#contract';
import {
  boundSockets,
  createRandom,
  inspect,
  processFacts,
  slopeOf,
  type Inspected,
  type Random,
  gantryProgram,
} from '#testing';
import { temporaryDirectory } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';
import { createClient, type Client, type Leaving } from './soak/client.ts';
import { everyQuestion, type Question } from './soak/questions.ts';
import { makeTrouble, mayHappen, type Trouble } from './soak/troubles.ts';

const requests = Number(process.env['GANTRY_SOAK_REQUESTS'] ?? 2000);
const seed = Number(process.env['GANTRY_SOAK_SEED'] ?? Date.now() % 2 ** 31);
const clientsAtOnce = 8;
/** The run rests so often, so that memory is compared when nobody asks. */
const rests = 10;

/**
 * How much the heap after its collection, and the memory of the process, may grow for each request. A leak of 20 KB breaks both; in
 * a short run the noise (1 MB, 6 MB) counts for more.
 */
const measured = requests / 2;
const heapSlopeLimit = Math.max(2048, 1e6 / measured);
const rssSlopeLimit = Math.max(16_384, 6e6 / measured);

type Step =
  | { readonly trouble: Trouble; readonly random: Random }
  | { readonly leave: Leaving | undefined; readonly question: Question };

const troubles: readonly Trouble[] = ['kill', 'configure', 'unload', 'alias', 'variant'];
/** How often each of them happens between two rests. */
const timesEach = Math.max(1, Math.round(requests / 1000));

/** With one thread each, runners that compute at the same time do not wait for each other at every layer. */
const settings = 'inference:\n  threads: 1\n  batchThreads: 1\n  parallel: 4\n';

describe.runIf(process.platform === 'linux')('a long life in a short time', () => {
  let daemon: ModelDaemon;
  let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
  let client: Client;
  let inside: Inspected;
  let models: readonly string[] = [];
  let budgetBytes = 0;

  beforeAll(async () => {
    temporary = await temporaryDirectory('soak');
    await mkdir(join(temporary.path, 'tmp'));
    daemon = await startModelDaemon(
      { TMPDIR: join(temporary.path, 'tmp') },
      { program: ['--inspect=127.0.0.1:0', ...gantryProgram], settings },
    );
    if (daemon.skip !== undefined) return;
    inside = await inspect(daemon.output());
    client = createClient(daemon.url);
    models = [daemon.model, 'test/second:135m', 'test/third:135m'];
    await prepare();
  });
  afterAll(async () => {
    client?.rest();
    inside?.close();
    await daemon.stop();
    await temporary[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });

  async function json(path: string): Promise<unknown> {
    const heard = await client.ask({ method: 'GET', path });
    return heard === 'left' ? undefined : JSON.parse(heard.text);
  }

  async function done(method: string, path: string, body?: object): Promise<void> {
    const heard = await client.ask({ method, path, body });
    if (heard === 'left' || heard.status >= 300) throw new Error(`${path}: ${JSON.stringify(heard)}`);
  }

  /** Three models of the same weights, each with a runner of its own, and memory for two of them, embeddings and no more. */
  async function prepare(): Promise<void> {
    const [first, ...others] = models;
    for (const [index, target] of others.entries()) {
      await done('POST', `/models/${first}/repackage`, { target, context_size: 2048 + index });
    }
    for (const model of models) {
      await done('POST', '/engines/_configure', { model, 'context-size': 1024, keep_alive: '5m' });
    }
    const pooled = { model: first, mode: 'embedding', 'runtime-flags': ['--pooling', 'mean'] };
    await done('POST', '/engines/_configure', { ...pooled, 'context-size': 512 });
    const { estimatedBytes } = effectiveBody.parse(await json(`/gantry/effective?model=${first}`));
    await done('PATCH', '/gantry/settings', [{ path: 'inference.memory', value: Math.round(estimatedBytes * 3.2) }]);
    ({ budgetBytes } = daemonStatusBody.parse(await json('/gantry/status')).memory);
  }

  /** What is asked and done between two rests; the same for the same seed. Two models are asked, so that the third can go. */
  function plan(random: Random, rest: number): { steps: readonly Step[]; asked: readonly string[] } {
    const leavings: readonly Leaving[] = ['half sent', 'sent', 'sent', 'loading', 'head', 'streaming', 'streaming'];
    const asked = [daemon.model, models[1 + (rest % 2)] ?? daemon.model];
    const steps: Step[] = [];
    while (steps.length < requests / rests) {
      const model = random.pick(asked);
      for (const question of everyQuestion(random, { model, pooled: model === daemon.model })) {
        steps.push({ question, leave: random.chance(0.25) ? random.pick(leavings) : undefined });
      }
    }
    steps.length = Math.ceil(requests / rests);
    for (const trouble of Array.from({ length: timesEach }, () => troubles).flat()) {
      const own = createRandom(random.below(2 ** 31));
      steps.splice(random.below(steps.length), 0, { trouble, random: own });
    }
    return { steps, asked };
  }

  /** What must be as it was when nobody asks and nothing is loaded. */
  async function held(): Promise<object> {
    const runners = await json('/engines/ps');
    client.rest();
    const files = await readdir(daemon.home, { recursive: true });
    const { resources } = await inside.memory();
    const facts = processFacts(daemon.pid);
    return {
      files: facts.files,
      children: facts.children,
      resources,
      runners,
      sockets: boundSockets(daemon.home),
      home: files.filter((path) => !/^(logs|settings\.yaml|runtimes\/)/.test(path)).toSorted(),
      temporary: (await readdir(join(temporary.path, 'tmp'))).toSorted(),
    };
  }

  async function becomeIdle(): Promise<void> {
    const busy = async (): Promise<number> =>
      psBody
        .parse(await json('/engines/ps'))
        .reduce(
          (sum, { active_requests: active = 0, queued_requests: queued = 0, loading }) =>
            sum + active + queued + (loading ? 1 : 0),
          0,
        );
    await expect.poll(busy, { timeout: 60_000 }).toBe(0);
    client.rest();
  }

  it(
    `keeps nothing of ${requests} requests, most answered, some left, over runners that die, change and go`,
    { timeout: 600_000 },
    async () => {
      console.log(`soak: GANTRY_SOAK_SEED=${seed} GANTRY_SOAK_REQUESTS=${requests}`);
      const random = createRandom(seed);
      for (const model of models) {
        for (const question of everyQuestion(random, { model, pooled: model === daemon.model })) {
          const heard = await client.ask(question);
          expect(heard !== 'left' && question.isWhole(heard.text), `${question.api}: ${JSON.stringify(heard)}`).toBe(
            true,
          );
        }
      }
      await done('POST', '/engines/unload', { all: true });
      await becomeIdle();
      const before = await held();

      const wrong: string[] = [];
      const counts: Record<string, number> = {};
      const answered: Record<string, number> = {};
      const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
      let number = 0;

      async function take(step: Step, asked: readonly string[]): Promise<void> {
        if ('trouble' in step) {
          number += 1;
          const problem = await makeTrouble(step.trouble, { client, models: asked, random: step.random, number });
          if (problem !== undefined) wrong.push(problem);
          count(step.trouble);
          return;
        }
        const { question, leave } = step;
        const heard = await client.ask({ ...question, leave });
        if (heard === 'left') return count(`left ${leave}`);
        if (heard.status === 200 && question.isWhole(heard.text)) {
          answered[question.api] = (answered[question.api] ?? 0) + 1;
          return count('answered');
        }
        if (heard.status === 200 && question.stream && question.isFailed?.(heard.text))
          return count('failed in a stream');
        count(`status ${heard.status}`);
        const isClear = heard.status !== 200 && mayHappen.includes(heard.status) && heard.text.trim().length > 10;
        if (!isClear)
          wrong.push(`${question.api}, ${JSON.stringify(question.body)}: ${JSON.stringify(heard).slice(0, 500)}`);
      }

      async function watchMemory(): Promise<void> {
        const used = psBody.parse(await json('/engines/ps')).reduce((sum, row) => sum + (row.memory_bytes ?? 0), 0);
        if (used > budgetBytes) wrong.push(`Runners hold ${used} bytes of ${budgetBytes}.`);
      }

      const points: { asked: number; heapBytes: number; rssBytes: number }[] = [];
      for (let rest = 1; rest <= rests; rest += 1) {
        const { steps, asked } = plan(random, rest);
        const waiting = steps.values();
        await Promise.all(
          Array.from({ length: clientsAtOnce }, async () => {
            for (const step of waiting) {
              await take(step, asked).catch((error: unknown) => wrong.push(String(error)));
              await watchMemory();
            }
          }),
        );
        await becomeIdle();
        const { heapBytes } = await inside.memory();
        points.push({ asked: (requests * rest) / rests, heapBytes, rssBytes: processFacts(daemon.pid).rssBytes });
      }
      const late = points.slice(points.length / 2);
      const heapSlope = slopeOf(late.map(({ asked, heapBytes }) => ({ x: asked, y: heapBytes })));
      const rssSlope = slopeOf(late.map(({ asked, rssBytes }) => ({ x: asked, y: rssBytes })));
      console.log(`soak: ${JSON.stringify({ ...counts, heapSlope, rssSlope })}`);
      console.table(points);

      expect(wrong).toEqual([]);
      expect(counts['answered']).toBeGreaterThan(requests / 2);
      for (const trouble of troubles) expect(counts[trouble], trouble).toBe(rests * timesEach);
      for (const api of new Set(everyQuestion(random, { model: daemon.model, pooled: true }).map((one) => one.api))) {
        expect(answered, api).toHaveProperty([api]);
      }

      await done('POST', '/engines/unload', { all: true });
      await becomeIdle();
      await expect.poll(held, { timeout: 20_000, interval: 500 }).toEqual(before);
      expect(daemonStatusBody.parse(await json('/gantry/status')).memory.usedBytes).toBe(0);
      const logs = (await readdir(join(daemon.home, 'logs'))).filter((name) => name.startsWith('gantry'));
      const texts = await Promise.all(logs.map((name) => readFile(join(daemon.home, 'logs', name), 'utf8')));
      expect(
        texts
          .join('')
          .split('\n')
          .filter((line) => line.includes('"level":"error"')),
      ).toEqual([]);
      expect(heapSlope).toBeLessThan(heapSlopeLimit);
      expect(rssSlope).toBeLessThan(rssSlopeLimit);
    },
  );
});
