import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llamaServerOnPath, smolLmWeights, startTestDaemon } from '#testing';
import { createChatClient, type Target } from './chat-client.ts';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const bundle = fileURLToPath(new URL('../dist/gantry.js', import.meta.url));
const instantPairs = 1500;
const realPairs = 600;
const warmUps = 50;
const rounds = 10;
const tokens = 128;
const model = 'bench/smollm2:135m';

/** What the daemon adds to a request, over the same runner asked directly. Requests take turns. */
export async function benchProxy(): Promise<BenchRow[]> {
  return [...(await instant()), ...(await real())];
}

async function instant(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-proxy-'));
  const socketPath = join(folder, 'u.sock');
  const children: ChildProcess[] = [];
  const start = async (script: string, args: readonly string[]): Promise<string> => {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    return text.toString().trim();
  };
  try {
    await start('instant-upstream.ts', [socketPath]);
    const port = Number(await start('instant-api.ts', [socketPath, folder]));
    const body = JSON.stringify({ model: 'ai/smollm2', stream: true, messages: [{ role: 'user', content: 'Hello?' }] });
    return await firstByteRows('instant upstream', {
      runner: { socketPath },
      daemon: { port },
      body,
      pairs: instantPairs,
    });
  } finally {
    for (const child of children) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  }
}

interface Sides {
  readonly runner: Target;
  readonly daemon: Target;
  readonly body: string;
  readonly pairs: number;
}

async function firstByteRows(name: string, { runner, daemon, body, pairs }: Sides): Promise<BenchRow[]> {
  const [direct, through] = [
    createChatClient(runner, { keepOpen: false }),
    createChatClient(daemon, { keepOpen: true }),
  ];
  const samples = { direct: [] as number[], through: [] as number[] };
  for (let pair = -warmUps; pair < pairs; pair += 1) {
    const order = pair % 2 === 0 ? (['direct', 'through'] as const) : (['through', 'direct'] as const);
    for (const side of order) {
      const { firstByteMs } = await (side === 'direct' ? direct : through).chat(body);
      if (pair >= 0) samples[side].push(firstByteMs);
    }
  }
  direct.close();
  through.close();
  const [ours, reference] = [percentiles(samples.through), percentiles(samples.direct)];
  return (
    [
      ['p50', 1],
      ['p99', 5],
    ] as const
  ).map(([which, limitMs]) => {
    const addedMs = ours[which] - reference[which];
    return {
      name: `added time to first byte, ${name}, ${which}`,
      ours: formatPercentiles(ours, 'ms'),
      reference: formatPercentiles(reference, 'ms'),
      ratio: addedMs / limitMs,
      target: `≤ 1.00 (of ${limitMs} ms)`,
      met: addedMs <= limitMs,
      note: `${addedMs.toFixed(2)} ms added at ${which}; ${pairs} pairs; ${'port' in daemon ? 'TCP through the daemon, the runner over its unix socket' : 'unix sockets on both sides'}.`,
    };
  });
}

async function real(): Promise<BenchRow[]> {
  const [weights, runtime] = [await smolLmWeights(), await anyRuntime()];
  const missing = 'skip' in weights ? weights.skip : 'skip' in runtime ? runtime.skip : undefined;
  if (missing !== undefined || !('path' in weights) || !('env' in runtime)) {
    console.error(`  skipped: ${missing}`);
    return [];
  }
  const daemon = await startTestDaemon({ env: runtime.env, program: [bundle], discardLog: true });
  try {
    await post(daemon.socket, '/models/create', { from: model, gguf: weights.path });
    await post(daemon.socket, '/v1/chat/completions', chatBody({ max_tokens: 1 }));
    const run = join(daemon.home, 'run');
    const runner = (await readdir(run)).find((name) => name.startsWith('runner-'));
    if (runner === undefined) throw new Error('The daemon has no runner.');
    // A runner listens on a unix socket only, so the daemon is asked over its own: the same transport on both sides.
    const sides = { runner: { socketPath: join(run, runner) }, daemon: { socketPath: daemon.socket } };
    const short = JSON.stringify(chatBody({ max_tokens: 1, stream: true }));
    return [
      ...(await firstByteRows(runtime.name, { ...sides, body: short, pairs: realPairs })),
      await throughputRow(runtime.name, { ...sides, streams: 1 }),
      await throughputRow(runtime.name, { ...sides, streams: 4 }),
    ];
  } finally {
    await daemon.stop();
  }
}

async function throughputRow(
  name: string,
  { runner, daemon, streams }: Pick<Sides, 'runner' | 'daemon'> & { streams: number },
): Promise<BenchRow> {
  const [direct, through] = [
    createChatClient(runner, { keepOpen: false }),
    createChatClient(daemon, { keepOpen: true }),
  ];
  const body = JSON.stringify(chatBody({ max_tokens: tokens, stream: true, ignore_eos: true }));
  const rate = async (client: typeof direct): Promise<number> => {
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: streams }, () => client.chat(body)));
    return (streams * tokens * 1000) / (performance.now() - startedAt);
  };
  const [ours, reference]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round += 1) {
    for (const client of round % 2 === 0 ? [direct, through] : [through, direct]) {
      const perSecond = await rate(client);
      if (round >= 0) (client === through ? ours : reference).push(perSecond);
    }
  }
  direct.close();
  through.close();
  const [mine, theirs] = [percentiles(ours), percentiles(reference)];
  // Of each pair, since both sides of a round share what the machine does meanwhile.
  const ratio = percentiles(ours.map((rate, round) => rate / (reference[round] ?? Number.NaN))).p50;
  return {
    name: `tokens per second, ${name}, ${streams} stream${streams === 1 ? '' : 's'}`,
    ours: formatPercentiles(mine, 'tok/s'),
    reference: formatPercentiles(theirs, 'tok/s'),
    ratio,
    target: '≥ 0.97',
    met: ratio >= 0.97,
    note: `Median ratio of ${rounds} rounds of ${tokens} tokens each way, on the same runner process; unix sockets on both sides.`,
  };
}

function chatBody(extra: object): object {
  const messages = [{ role: 'user', content: 'Tell me about ships.' }];
  return { model, messages, temperature: 0, seed: 1, ...extra };
}

type Found = { readonly name: string; readonly env: Readonly<Record<string, string>> } | { readonly skip: string };

async function anyRuntime(): Promise<Found> {
  const found = await llamaServerOnPath();
  if ('runtime' in found) return { name: 'llama-server', env: {} };
  return { skip: `no runtime on PATH that a fresh daemon would find (${found.skip})` };
}

function post(socketPath: string, path: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method: 'POST', agent: false }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${path} answered ${response.statusCode}`)),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}
