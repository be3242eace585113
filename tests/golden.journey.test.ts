import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerRegistryMissing, smolLmWeights, startDockerRegistry, type DockerRegistry } from '#testing';
import { gantry } from './harness.ts';
import { differences, type Answer, type GoldenCase } from './golden/compare.ts';
import { deviations } from './golden/deviations.ts';
import { scenario, type Action } from './golden/scenario.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

const recorded = JSON.parse(readFileSync(new URL('golden/model-runner.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly GoldenCase[];
};
const caseOf = new Map(recorded.cases.map((one) => [one.name, one]));
const page = readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8');

describe('the golden set', () => {
  it('is replayed whole', () => {
    const replayed = scenario.flatMap((step) => ('golden' in step ? [step.golden] : []));
    expect(replayed.toSorted()).toEqual([...caseOf.keys()].toSorted());
  });

  it.each(Object.keys(deviations))('has a reason in docs/compatibility.md for %s', (name) => {
    expect(caseOf.has(name)).toBe(true);
    expect(page).toContain(`\`${name}\``);
  });
});

describe('recorded answers of docker/model-runner, asked again here', () => {
  let daemon: ModelDaemon;
  let registry: DockerRegistry | undefined;
  let skip = dockerRegistryMissing();
  let values: Readonly<Record<string, string>> = {};
  let exported: Buffer | undefined;
  let underWay: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined;

  beforeAll(async () => {
    daemon = await startModelDaemon();
    skip ??= daemon.skip;
    const weights = await smolLmWeights();
    if (skip !== undefined || !('path' in weights)) return;
    registry = await startDockerRegistry();
    const target = `${registry.host}/ai/smollm2:135M-Q4_1`;
    const packed = await gantry(daemon.home, ['package', '--gguf', weights.path, '--push', target]);
    if (packed.code !== 0) throw new Error(`The model could not be published: ${packed.stderr}`);
    const id = await idOf(target);
    const hex = id.slice('sha256:'.length);
    values = { REGISTRY: registry.host, ID: id, HEX: hex, SHORT: hex.slice(0, 12), WORDS: 'word '.repeat(20_000) };
    await send({ method: 'DELETE', path: '/models/purge', headers: {} });
  });
  afterAll(async () => {
    underWay?.stop.abort();
    await daemon.stop();
    await registry?.[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const fill = (text: string): string =>
    text.replaceAll(/\{([A-Z]+)\}/g, (whole, name: string) => values[name] ?? whole);

  async function send(request: {
    method: string;
    path: string;
    headers: Readonly<Record<string, string>>;
    body?: string | Buffer;
    signal?: AbortSignal;
  }): Promise<Answer> {
    const { method, path, headers, body, signal } = request;
    const answer = await fetch(`${daemon.url}${path}`, {
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  const post = (path: string, body: unknown, signal?: AbortSignal): Promise<Answer> =>
    send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });

  async function idOf(name: string): Promise<string> {
    const answer = await fetch(`${daemon.url}/models/${name}?remote=true`);
    return ((await answer.json()) as { id: string }).id;
  }

  async function untilRunner(field: 'loading' | 'in_use'): Promise<void> {
    for (;;) {
      const { text } = await send({ method: 'GET', path: '/engines/ps', headers: {} });
      if ((JSON.parse(text) as Record<string, unknown>[]).some((row) => row[field] === true)) return;
    }
  }

  async function answerUnderWay(field: 'loading' | 'in_use'): Promise<void> {
    const stop = new AbortController();
    const body = {
      model: 'ai/smollm2',
      messages: [{ role: 'user', content: 'Count to a thousand.' }],
      max_tokens: 2000,
      ignore_eos: true,
      stream: true,
    };
    const ended = post('/engines/v1/chat/completions', body, stop.signal).catch(() => undefined);
    underWay = { stop, ended };
    await untilRunner(field);
  }

  const actions: Readonly<Record<Action, () => Promise<unknown>>> = {
    pull: () => post('/models/create', { from: fill('{REGISTRY}/ai/smollm2:135M-Q4_1') }),
    'tag latest': () => post(fill('/models/{ID}/tag?repo=ai/smollm2&tag=latest'), {}),
    'tag for push': () => post(fill('/models/{ID}/tag?repo={REGISTRY}/ai/smollm2-copy&tag=v1'), {}),
    'begin a long answer': () => answerUnderWay('in_use'),
    'begin a load': () => answerUnderWay('loading'),
    async 'break it off'() {
      underWay?.stop.abort();
      await underWay?.ended;
      underWay = undefined;
      for (;;) {
        const { text } = await send({ method: 'GET', path: '/engines/ps', headers: {} });
        if (!text.includes('"in_use":true') && !text.includes('"loading":true')) return;
      }
    },
    unload: () => post('/engines/unload', { all: true }),
    'clear the configuration': () =>
      post('/engines/_configure', { model: 'ai/smollm2', 'context-size': null, 'runtime-flags': null }),
    async export() {
      const answer = await fetch(`${daemon.url}${fill('/models/{ID}/export')}`);
      exported = Buffer.from(await answer.arrayBuffer());
    },
  };

  function bodyOf({ name, body }: GoldenCase): string | Buffer | undefined {
    if (name === 'models-load') return exported;
    if (name === 'models-load-bad') return exported?.subarray(0, 100_000);
    return body === undefined ? undefined : fill(body);
  }

  for (const [index, step] of scenario.entries()) {
    if ('action' in step) {
      it(`(step ${index}: ${step.action})`, async () => {
        await actions[step.action]();
      });
      continue;
    }
    it(step.golden, async () => {
      const one = caseOf.get(step.golden);
      if (one === undefined) throw new Error(`There is no recorded case ${step.golden}.`);
      const body = bodyOf(one);
      const answer = await send({
        method: one.method,
        path: fill(one.path),
        headers: one.headers,
        ...(body === undefined ? {} : { body }),
      });
      const found = differences(answer, one.expected, fill);
      const deviation = deviations[step.golden];
      if (deviation === undefined) {
        expect(found, answer.text.slice(0, 500)).toEqual([]);
        return;
      }
      expect(found, 'no longer differs: take it off the list').not.toEqual([]);
      expect(answer.status, answer.text).toBe(deviation.status);
      expect(answer.text).toMatch(deviation.like);
    });
  }
});
