import { appendFile, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llamaServerOnPath, smolLmWeights, startTestDaemon, type TestDaemon } from '#testing';
import { createChatClient } from './chat-client.ts';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const bundle = fileURLToPath(new URL('../dist/gantry.js', import.meta.url));
const first = 'bench/first:135m';
const second = 'bench/second:135m';
const pairs = 60;
const warmUps = 5;
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
    return [await switching(daemon), await loadingBeside(daemon.url)];
  } finally {
    await daemon.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Side = 'through' | 'direct';
type Series = Readonly<Record<Side, { readonly same: number[]; readonly switched: number[] }>>;

/**
 * Both models answer one token, each twice in a row: through the daemon, and from the same two runners asked directly. Another process than the
 * last one has cold caches whoever asks it, so what counts is what switching costs through the daemon over what it costs without.
 */
async function switching(daemon: TestDaemon): Promise<BenchRow> {
  const clients = [
    await clientsOf(daemon, { model: first, runners: [] }),
    await clientsOf(daemon, { model: second, runners: await runnersOf(daemon) }),
  ] as const;
  const series: Series = { through: { same: [], switched: [] }, direct: { same: [], switched: [] } };
  let last = 0;
  for (let pair = -warmUps; pair < pairs; pair += 1) {
    for (const side of pair % 2 === 0 ? (['through', 'direct'] as const) : (['direct', 'through'] as const)) {
      last = 1 - last;
      const { ask, body } = clients[last === 0 ? 0 : 1];
      for (const kind of ['switched', 'same'] as const) {
        const { totalMs } = await ask[side].chat(body);
        if (pair >= 0) series[side][kind].push(totalMs);
      }
    }
  }
  for (const { ask } of clients) for (const client of Object.values(ask)) client.close();
  return switchingRow(series);
}

function switchingRow({ through, direct }: Series): BenchRow {
  const cost = ({ same, switched }: Series[Side]): number => percentiles(switched).p50 / percentiles(same).p50;
  const ratio = cost(through) / cost(direct);
  return {
    name: 'answer after switching between two loaded models',
    ours: formatPercentiles(percentiles(through.switched), 'ms'),
    reference: formatPercentiles(percentiles(direct.switched), 'ms'),
    ratio,
    target: '≤ 1.10',
    met: ratio <= 1.1,
    note:
      `One token, ${pairs} pairs each way. p50 of the same model again: ${percentiles(through.same).p50.toFixed(2)} ms through the daemon, ` +
      `${percentiles(direct.same).p50.toFixed(2)} ms directly; so switching costs a factor of ${cost(through).toFixed(2)} and ${cost(direct).toFixed(2)}.`,
  };
}

interface Asked {
  readonly ask: Readonly<Record<Side, ReturnType<typeof createChatClient>>>;
  readonly body: string;
}

/** Loads a model and finds its runner, the one that was not there before. */
async function clientsOf(
  daemon: TestDaemon,
  { model, runners }: { model: string; runners: readonly string[] },
): Promise<Asked> {
  await post(daemon.url, '/v1/chat/completions', chat(model, { max_tokens: 1 }));
  const socket = (await runnersOf(daemon)).find((name) => !runners.includes(name));
  if (socket === undefined) throw new Error(`${model} has no runner.`);
  return {
    ask: {
      through: createChatClient({ socketPath: daemon.socket }, { keepOpen: true }),
      direct: createChatClient({ socketPath: join(daemon.home, 'run', socket) }, { keepOpen: false }),
    },
    body: JSON.stringify(chat(model, { max_tokens: 1 })),
  };
}

async function runnersOf(daemon: TestDaemon): Promise<readonly string[]> {
  return (await readdir(join(daemon.home, 'run'))).filter((name) => name.startsWith('runner-'));
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
