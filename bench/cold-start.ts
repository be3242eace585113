import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '#core';
import { createLlamaCppBackend, type RunnerPlan, type Runtime } from '#inference';
import { installedXllamacpp, llamaServerOnPath, smolLmBundle, smolLmWeights } from '#testing';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const runs = 15;
const warmUps = 2;
const contextSize = 2048;
const parallel = 4;
const threads = 2;

/** From nothing to the first token of a chat: the backend against the same runtime started by hand and polled every 5 ms. */
export async function benchColdStart(): Promise<BenchRow[]> {
  const weights = await smolLmWeights();
  const runtimes = [await llamaServerOnPath(), await installedXllamacpp()];
  const rows: BenchRow[] = [];
  for (const found of runtimes) {
    const reason = 'skip' in found ? found.skip : 'skip' in weights ? weights.skip : undefined;
    if (reason !== undefined) console.error(`  skipped: ${reason}`);
    else if ('runtime' in found && 'path' in weights) rows.push(await measure(found.runtime, weights.path));
  }
  return rows;
}

async function measure(runtime: Runtime, weights: string): Promise<BenchRow> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  const socket = join(folder, 'r.sock');
  const plan: RunnerPlan = {
    runtime,
    bundle: smolLmBundle(weights),
    alias: 'ai/smollm2:135M-Q4_1',
    estimatedBytes: smolLmBundle(weights).weightBytes,
    socket,
    config: { mode: 'completion', contextSize, parallel, threads, batchThreads: threads, runtimeFlags: [] },
  };
  const backend = createLlamaCppBackend({ env: process.env, clock: systemClock, log: silentLog });
  const ours: number[] = [];
  const byHand: number[] = [];
  try {
    for (let run = 0; run < runs + warmUps; run++) {
      // Whoever goes first after the other's exit finds another machine; they take turns.
      const order = run % 2 === 0 ? [throughBackend, startedByHand] : [startedByHand, throughBackend];
      for (const start of order) {
        const ms = await start();
        if (run >= warmUps) (start === throughBackend ? ours : byHand).push(ms);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const [mine, reference] = [percentiles(ours), percentiles(byHand)];
  const ratio = mine.p50 / reference.p50;
  return {
    name: `cold load to first token, ${runtime.name}`,
    ours: formatPercentiles(mine, 'ms'),
    reference: formatPercentiles(reference, 'ms'),
    ratio,
    target: '<= 1.10',
    met: ratio <= 1.1,
    note: `${runs} runs each; the reference is the same runtime started by hand and polled every 5 ms.`,
  };

  async function throughBackend(): Promise<number> {
    const startedAt = performance.now();
    const runner = await backend.start(plan, { signal: AbortSignal.timeout(60_000) });
    const ms = (await firstToken(socket)) - startedAt;
    await runner.stop({ graceMs: 2000 });
    return ms;
  }

  async function startedByHand(): Promise<number> {
    const [command, args] = commandByHand(plan);
    const startedAt = performance.now();
    const child = spawn(command, args, { stdio: 'ignore' });
    const gone = once(child, 'exit');
    while (!(await isHealthy(socket))) {
      if (child.exitCode !== null) throw new Error(`${command} ended with code ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const ms = (await firstToken(socket)) - startedAt;
    child.kill('SIGKILL');
    await gone;
    await rm(socket, { force: true });
    return ms;
  }
}

/** What a user would type; for xllamacpp, the shortest script that serves on a socket. */
function commandByHand({ runtime, bundle, socket, config }: RunnerPlan): [string, string[]] {
  const context = contextSize * parallel;
  if (runtime.name === 'llama-server') {
    const size = ['--ctx-size', String(context), '--parallel', String(parallel), '--threads', String(config.threads)];
    return [runtime.path, ['--model', bundle.modelPath, '--host', socket, ...size]];
  }
  const script = [
    'import signal, sys',
    `sys.path.insert(0, ${JSON.stringify(runtime.path)})`,
    'import xllamacpp',
    'p = xllamacpp.CommonParams()',
    `p.model.path = ${JSON.stringify(bundle.modelPath)}`,
    `p.hostnames = [${JSON.stringify(socket)}]`,
    `p.n_ctx, p.n_parallel, p.cpuparams.n_threads = ${context}, ${parallel}, ${config.threads}`,
    'server = xllamacpp.Server(p)',
    'signal.pause()',
  ];
  return [runtime.interpreter ?? 'python3', ['-c', script.join('\n')]];
}

function isHealthy(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath: socket, path: '/health', agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200));
    });
    call.once('error', () => resolve(false));
    call.end();
  });
}

/** When the first streamed piece with text is here. */
function firstToken(socket: string): Promise<number> {
  const body = JSON.stringify({
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 4,
    stream: true,
    temperature: 0,
  });
  return new Promise((resolve, reject) => {
    const options = { socketPath: socket, path: '/v1/chat/completions', method: 'POST', agent: false };
    const call = request({ ...options, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      let at = 0;
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        if (at === 0 && /"content":"[^"]/.test(text)) at = performance.now();
      });
      response.once('end', () => (at > 0 ? resolve(at) : reject(new Error(`no token came: ${text.slice(0, 200)}`))));
      response.once('error', reject);
    });
    call.once('error', reject);
    call.end(body);
  });
}
