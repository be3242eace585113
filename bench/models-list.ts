import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ggufBytes, startTestDaemon, tinyModelMetadata } from '#testing';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const bundle = fileURLToPath(new URL('../dist/gantry.js', import.meta.url));
const path = '/engines/v1/models';
const models = 200;
const connections = 8;
const roundMs = 2000;
const rounds = 3;
const wantedPerSecond = 5000;
const longestMs = 10;

interface Load {
  readonly latencies: readonly number[];
  readonly perSecond: number;
}

/** The model list of a full store, asked over 8 connections, beside node:http sending the same bytes; both share the cores with the client. */
export async function benchModelsList(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-list-'));
  const daemon = await startTestDaemon({ program: [bundle], discardLog: true });
  try {
    await fill(daemon.url, folder);
    const answer = join(folder, 'answer.json');
    const listed = await (await fetch(`${daemon.url}${path}`)).text();
    const { data } = JSON.parse(listed) as { data: unknown[] };
    if (data.length !== models) throw new Error(`The store has ${data.length} models, not ${models}.`);
    await writeFile(answer, listed);
    const plain = spawn(process.execPath, ['--import', 'tsx', scriptOf('./fixed-answer.ts'), answer], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(plain.stdout, 'data')) as [Buffer];
    const ports = { ours: new URL(daemon.url).port, reference: text.toString().trim() };
    const loads = { ours: [] as Load[], reference: [] as Load[] };
    for (let round = 0; round < rounds; round += 1) {
      for (const side of round % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const)) {
        loads[side].push(await load(ports[side]));
      }
    }
    plain.kill('SIGTERM');
    await once(plain, 'exit');
    return rowsOf(loads);
  } finally {
    await daemon.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function rowsOf({ ours, reference }: { ours: readonly Load[]; reference: readonly Load[] }): BenchRow[] {
  const [mine, theirs] = [ours, reference].map((side) => ({
    perSecond: percentiles(side.map(({ perSecond }) => perSecond)),
    latency: percentiles(side.flatMap(({ latencies }) => latencies)),
  }));
  if (mine === undefined || theirs === undefined) throw new Error('There are two sides.');
  const ratio = mine.perSecond.p50 / theirs.perSecond.p50;
  const note = `${models} models, ${connections} connections, ${rounds} rounds of ${roundMs / 1000} s; the reference is node:http with the same bytes, ${(ratio * 100).toFixed(0)} % of whose rate this is.`;
  return [
    {
      name: 'model list, requests per second',
      ours: formatPercentiles(mine.perSecond, 'req/s'),
      reference: formatPercentiles(theirs.perSecond, 'req/s'),
      ratio: mine.perSecond.p50 / wantedPerSecond,
      target: `≥ 1.00 (of ${wantedPerSecond} req/s)`,
      met: mine.perSecond.p50 >= wantedPerSecond,
      note,
    },
    {
      name: 'model list, latency p99',
      ours: formatPercentiles(mine.latency, 'ms'),
      reference: formatPercentiles(theirs.latency, 'ms'),
      ratio: mine.latency.p99 / longestMs,
      target: `≤ 1.00 (of ${longestMs} ms)`,
      met: mine.latency.p99 <= longestMs,
    },
  ];
}

/** Puts different models into the store; of each only the header matters. */
async function fill(url: string, folder: string): Promise<void> {
  for (let index = 0; index < models; index += 1) {
    const gguf = join(folder, `m${index}.gguf`);
    await writeFile(gguf, ggufBytes({ metadata: { ...tinyModelMetadata, 'general.name': `Tiny ${index}` } }));
    const body = JSON.stringify({ from: `bench/model-${index}:1b-Q4_K_M`, gguf });
    const answer = await fetch(`${url}/models/create`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`Model ${index} was not stored: ${await answer.text()}`);
    await answer.text();
  }
}

async function load(port: string): Promise<Load> {
  const args = [port, path, connections, roundMs].map(String);
  const child = spawn(process.execPath, ['--import', 'tsx', scriptOf('./request-load.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  const { latencies, seconds } = JSON.parse(text) as { latencies: number[]; seconds: number };
  return { latencies, perSecond: latencies.length / seconds };
}

function scriptOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
