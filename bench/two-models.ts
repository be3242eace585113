import { appendFile, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llamaServerOnPath, smolLmWeights, startTestDaemon } from '#testing';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const bundle = fileURLToPath(new URL('../dist/gantry.js', import.meta.url));
const first = 'bench/first:135m';
const second = 'bench/second:135m';
const pairs = 20;
const rounds = 3;
const streamTokens = 120;
const tokensBeforeLoad = 24;

/** What a second model costs the first: nothing when both are loaded, and its share of the cores while it loads. */
export async function benchTwoModels(): Promise<BenchRow[]> {
  const [weights, runtime] = [await smolLmWeights(), await llamaServerOnPath()];
  if ('skip' in weights || 'skip' in runtime) {
    console.error(`  skipped: ${'skip' in weights ? weights.skip : 'skip' in runtime ? runtime.skip : ''}`);
    return [];
  }
  const folder = await mkdtemp(join(tmpdir(), 'gantry-two-'));
  const daemon = await startTestDaemon({ program: [bundle], discardLog: true });
  try {
    // Bytes after the last tensor make it another model with the same weights.
    const copy = join(folder, 'second.gguf');
    await copyFile(weights.path, copy);
    await appendFile(copy, Buffer.alloc(32));
    await store(daemon.url, first, weights.path);
    await store(daemon.url, second, copy);
    return [await switching(daemon.url), await loadingBeside(daemon.url)];
  } finally {
    await daemon.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Both models answer one token; in turns, and each twice in a row. */
async function switching(url: string): Promise<BenchRow> {
  for (const model of [first, second, first, second]) await answerMs(url, model);
  const times = { same: [] as number[], switched: [] as number[] };
  let last = second;
  for (let pair = 0; pair < pairs * 2; pair += 1) {
    const next = last === first ? second : first;
    times.switched.push(await answerMs(url, next));
    times.same.push(await answerMs(url, next));
    last = next;
  }
  const [ours, reference] = [percentiles(times.switched), percentiles(times.same)];
  const ratio = ours.p50 / reference.p50;
  return {
    name: 'answer after switching between two loaded models',
    ours: formatPercentiles(ours, 'ms'),
    reference: formatPercentiles(reference, 'ms'),
    ratio,
    target: '≤ 1.10',
    met: ratio <= 1.1,
    note: `One token, ${pairs * 2} pairs: the first request after another model's, and the same again.`,
  };
}

/** The rate of a stream while another model loads, against its rate just before. */
async function loadingBeside(url: string): Promise<BenchRow> {
  const [during, before]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    await post(url, '/engines/unload', { models: [second] });
    const load = { from: Number.NaN, to: Number.NaN };
    let loading: Promise<void> | undefined;
    const arrivals = await stream(url, (count) => {
      if (count !== tokensBeforeLoad) return;
      load.from = performance.now();
      loading = post(url, '/v1/chat/completions', { model: second }).then(() => {
        load.to = performance.now();
      });
    });
    await loading;
    // A load that outlasts the stream is counted as far as both ran.
    const to = Math.min(load.to, arrivals.at(-1) ?? load.to);
    during.push(rateBetween(arrivals, load.from, to));
    before.push(rateBetween(arrivals, arrivals[1] ?? 0, load.from));
  }
  const ratio = percentiles(during.map((rate, round) => rate / (before[round] ?? Number.NaN))).p50;
  return {
    name: 'tokens per second while a second model loads',
    ours: formatPercentiles(percentiles(during), 'tok/s'),
    reference: formatPercentiles(percentiles(before), 'tok/s'),
    ratio,
    target: '≥ 0.50 (half of the cores)',
    met: ratio >= 0.5,
    note: `Median ratio of ${rounds} rounds, one stream, the model loaded anew in each.`,
  };
}

function rateBetween(arrivals: readonly number[], from: number, to: number): number {
  return (arrivals.filter((at) => at >= from && at <= to).length * 1000) / (to - from);
}

async function answerMs(url: string, model: string): Promise<number> {
  const startedAt = performance.now();
  await post(url, '/v1/chat/completions', chat(model, { max_tokens: 1 }));
  return performance.now() - startedAt;
}

/** When each token of a long answer of the first model came. */
async function stream(url: string, onToken: (count: number) => void): Promise<readonly number[]> {
  const body = chat(first, { max_tokens: streamTokens, stream: true, ignore_eos: true });
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) });
  const arrivals: number[] = [];
  for await (const chunk of answer.body ?? []) {
    const events = Buffer.from(chunk as Uint8Array)
      .toString('latin1')
      .split('data: {').length;
    for (let event = 1; event < events; event += 1) {
      arrivals.push(performance.now());
      onToken(arrivals.length);
    }
  }
  return arrivals;
}

function chat(model: string, extra: object): object {
  return { model, messages: [{ role: 'user', content: 'Tell me about ships.' }], temperature: 0, seed: 1, ...extra };
}

async function store(url: string, model: string, gguf: string): Promise<void> {
  await post(url, '/models/create', { from: model, gguf });
}

async function post(url: string, path: string, body: object): Promise<void> {
  // Of the routes used here only a chat without messages is one that loads and asks nothing.
  const headers = { 'x-preload-only': String(path.endsWith('completions') && !('messages' in body)) };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
}
