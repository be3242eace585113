import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestFromHex, silentLog, systemClock } from '#core';
import {
  createCredentials,
  createHttpClient,
  createOciRegistry,
  createTransfer,
  parseReference,
  type Descriptor,
} from '#registry';
import { dockerRegistryMissing, startDockerRegistry } from '#testing';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const blobBytes = 250_000_000;
const rounds = 9;
const target = 0.8;

async function writeRandomFile(path: string): Promise<Descriptor> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    for (let written = 0; written < blobBytes;) {
      const part = randomBytes(Math.min(1 << 20, blobBytes - written));
      hash.update(part);
      await file.write(part);
      written += part.byteLength;
    }
  } finally {
    await file.close();
  }
  return { mediaType: 'application/octet-stream', digest: digestFromHex(hash.digest('hex')), size: blobBytes };
}

function runProgram(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))));
  });
}

/** A verified pull of 250 MB from a registry on this machine, against `curl` to a file and `sha256sum` of it afterwards. */
export async function benchPull(): Promise<BenchRow[]> {
  const missing = dockerRegistryMissing();
  if (missing !== undefined) throw new Error(`The pull cannot be measured: ${missing}.`);
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  await using server = await startDockerRegistry();
  await using http = createHttpClient({ env: {}, clock: systemClock });
  const registry = createOciRegistry({
    http,
    credentials: createCredentials({ dockerConfigDir: folder, env: {} }),
    mirrors: () => [],
    insecureRegistries: () => [],
    log: silentLog,
  });
  const transfer = createTransfer({ clock: systemClock, log: silentLog });
  const reference = parseReference(`${server.host}/bench/blob:v1`);
  const signal = new AbortController().signal;
  try {
    const source = join(folder, 'source');
    const descriptor = await writeRandomFile(source);
    await registry.pushBlob(reference, { signal, descriptor, path: source });
    const destination = join(folder, 'ours');
    const copy = join(folder, 'theirs');
    const url = `http://${server.host}/v2/${reference.repository}/blobs/${descriptor.digest}`;
    const expected = { digest: descriptor.digest, sizeBytes: descriptor.size };
    const pull = (): Promise<unknown> =>
      transfer(registry.blob(reference, descriptor), {
        destination,
        partial: `${destination}.incomplete`,
        expected,
        signal,
      });
    const curl = async (): Promise<void> => {
      await runProgram('curl', ['--silent', '--fail', '--output', copy, url]);
      await runProgram('sha256sum', [copy]);
    };
    const samples = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      samples.ours.push(await timed(pull));
      samples.theirs.push(await timed(curl));
      await rm(destination);
      await rm(copy);
    }
    return [toRow(samples)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

function toRow({ ours, theirs }: { ours: readonly number[]; theirs: readonly number[] }): BenchRow {
  const [our, their] = [percentiles(ours), percentiles(theirs)];
  const ratio = their.p50 / our.p50;
  return {
    name: 'speed of a verified 250 MB pull ÷ curl to a file, then sha256sum',
    ours: formatPercentiles(our, 'ms'),
    reference: formatPercentiles(their, 'ms'),
    ratio,
    target: `≥ ${target.toFixed(2)}`,
    met: ratio >= target,
    note: 'Ours is synced to disk before it counts as done; the reference is not.',
  };
}
