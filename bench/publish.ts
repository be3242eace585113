import { spawn } from 'node:child_process';
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '#core';
import type { Models, PullEvent } from '#models';
import { createCredentials, createHttpClient, createOciRegistry, type Manifest } from '#registry';
import { createModelsWorld, dockerRegistryMissing, ggufBytes, startDockerRegistry } from '#testing';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const rounds = 7;
const packageTarget = 1.3;
const pushTarget = 0.8;
const signal = new AbortController().signal;

function runProgram(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}`))));
  });
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}

async function drain(events: AsyncIterable<PullEvent>): Promise<void> {
  for await (const _ of events);
}

/** Packaging 250 MB against `sha256sum` of them, and pushing them to a registry on this machine against `skopeo copy`. */
export async function benchPublish(): Promise<BenchRow[]> {
  const missing = dockerRegistryMissing();
  if (missing !== undefined) throw new Error(`The push cannot be measured: ${missing}.`);
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-'));
  const world = await createModelsWorld();
  await using http = createHttpClient({ env: {}, clock: systemClock });
  try {
    const registry = createOciRegistry({
      http,
      credentials: createCredentials({ dockerConfigDir: folder, env: {} }),
      mirrors: () => [],
      insecureRegistries: () => [],
      log: silentLog,
    });
    const models = await world.open({ registry });
    const file = join(folder, 'model.gguf');
    await writeFile(file, ggufBytes({ tensors: [{ name: 'weights', shape: [1_000_000, 62] }] }));
    const packaging = await comparePackaging(models, file);
    const layout = join(folder, 'layout');
    await writeLayout(models, { layout, inStore: (...names) => world.inStore(...names) });
    return [packaging, await comparePush(models, layout)];
  } finally {
    await world.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function comparePackaging(models: Models, file: string): Promise<BenchRow> {
  const samples = { ours: [] as number[], theirs: [] as number[] };
  const source = { kind: 'gguf', path: file } as const;
  for (let round = 0; round < rounds; round += 1) {
    await models.purge();
    samples.ours.push(await timed(() => drain(models.package({ source, target: 'bench/model' }, { signal }))));
    samples.theirs.push(await timed(() => runProgram('sha256sum', [file])));
  }
  const [our, their] = [percentiles(samples.ours), percentiles(samples.theirs)];
  const ratio = our.p50 / their.p50;
  return {
    name: 'packaging a 250 MB GGUF ÷ sha256sum of it',
    ours: formatPercentiles(our, 'ms'),
    reference: formatPercentiles(their, 'ms'),
    ratio,
    target: `≤ ${packageTarget.toFixed(2)}`,
    met: ratio <= packageTarget,
  };
}

// A registry of its own for each push: skopeo remembers where a blob is, and would have it mounted.
async function comparePush(models: Models, layout: string): Promise<BenchRow> {
  const samples = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    samples.ours.push(
      await withRegistry(async (host) => {
        const name = `${host}/bench/model:v1`;
        await models.tag('bench/model', name);
        const spent = await timed(() => drain(models.push(name, { signal })));
        await models.remove(name, { force: false });
        return spent;
      }),
    );
    samples.theirs.push(
      await withRegistry((host) =>
        timed(() =>
          runProgram('skopeo', [
            'copy',
            '--quiet',
            '--dest-tls-verify=false',
            `oci:${layout}:v1`,
            `docker://${host}/bench/model:v1`,
          ]),
        ),
      ),
    );
  }
  const [our, their] = [percentiles(samples.ours), percentiles(samples.theirs)];
  const ratio = their.p50 / our.p50;
  return {
    name: 'speed of a 250 MB push ÷ skopeo copy of the same artifact',
    ours: formatPercentiles(our, 'ms'),
    reference: formatPercentiles(their, 'ms'),
    ratio,
    target: `≥ ${pushTarget.toFixed(2)}`,
    met: ratio >= pushTarget,
  };
}

async function withRegistry<T>(use: (host: string) => Promise<T>): Promise<T> {
  await using server = await startDockerRegistry();
  return await use(server.host);
}

/** The packaged model as an OCI image layout, its blobs shared with the store. */
async function writeLayout(
  models: Models,
  { layout, inStore }: { layout: string; inStore: (...names: string[]) => string },
): Promise<void> {
  const { id } = await models.get('bench/model');
  const manifest = await readFile(inStore('manifests', 'sha256', id.slice(7)));
  const { layers, config } = JSON.parse(manifest.toString()) as Manifest;
  const blobs = join(layout, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const { digest } of [...layers, config]) {
    await link(inStore('blobs', 'sha256', digest.slice(7)), join(blobs, digest.slice(7)));
  }
  await writeFile(join(blobs, id.slice(7)), manifest);
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const descriptor = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: id,
    size: manifest.length,
    annotations: { 'org.opencontainers.image.ref.name': 'v1' },
  };
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
}
