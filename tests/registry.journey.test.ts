import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { digestFromHex, silentLog, systemClock, type Digest } from '#core';
import {
  createCredentials,
  createHttpClient,
  createOciRegistry,
  createTransfer,
  parseReference,
  type Descriptor,
} from '#registry';
import { dockerRegistryMissing, startDockerRegistry } from '#testing';
import type { TransferChildOptions } from './children/transfer-child.ts';

const missing = dockerRegistryMissing();
const signal = new AbortController().signal;
const http = createHttpClient({ env: {}, clock: systemClock });
afterAll(() => http.close());

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (bytes: Uint8Array): Digest => digestFromHex(createHash('sha256').update(bytes).digest('hex'));
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'gantry-journey-'));

async function client(dockerConfig?: unknown) {
  const dockerConfigDir = await folder();
  if (dockerConfig !== undefined) await writeFile(join(dockerConfigDir, 'config.json'), JSON.stringify(dockerConfig));
  const credentials = createCredentials({ dockerConfigDir, env: {} });
  return createOciRegistry({ http, credentials, mirrors: () => [], insecureRegistries: () => [], log: silentLog });
}

async function fileWith(bytes: Uint8Array): Promise<{ path: string; descriptor: Descriptor }> {
  const path = join(await folder(), 'blob');
  await writeFile(path, bytes);
  return {
    path,
    descriptor: { mediaType: 'application/vnd.docker.ai.gguf.v3', digest: digestOf(bytes), size: bytes.length },
  };
}

describe.skipIf(missing !== undefined)(`a real registry${missing === undefined ? '' : ` (${missing})`}`, () => {
  it('takes a model and gives back the same bytes', async () => {
    await using server = await startDockerRegistry();
    const registry = await client();
    const reference = parseReference(`${server.host}/ai/model:v1`);
    const bytes = randomBytes(40_000_000);
    const { path, descriptor } = await fileWith(bytes);
    const manifest = { schemaVersion: 2, mediaType: manifestType, config: descriptor, layers: [descriptor] };
    const manifestBytes = Buffer.from(JSON.stringify(manifest));
    await registry.pushBlob(reference, { signal, descriptor, path });
    await registry.pushBlob(reference, { signal, descriptor, path });
    const id = await registry.pushManifest(reference, { signal, bytes: manifestBytes, mediaType: manifestType });

    const resolved = await registry.resolveManifest(reference, { signal });
    expect(resolved).toMatchObject({ digest: id, manifest: { layers: [descriptor] } });
    const byDigest = parseReference(`${server.host}/ai/model@${id}`);
    expect((await registry.resolveManifest(byDigest, { signal })).digest).toBe(id);
    const target = await folder();
    const result = await createTransfer({ clock: systemClock, log: silentLog })(registry.blob(reference, descriptor), {
      destination: join(target, 'blob'),
      partial: join(target, 'blob.incomplete'),
      expected: { digest: descriptor.digest, sizeBytes: descriptor.size },
      signal,
    });
    expect(result.fetchedBytes).toBe(bytes.length);
    expect(digestOf(await readFile(join(target, 'blob')))).toBe(descriptor.digest);
    await expect(registry.resolveManifest(parseReference(`${server.host}/ai/other`), { signal })).rejects.toMatchObject(
      {
        code: 'source.not_found',
      },
    );
  });

  // This registry forgets a stream that broke; what goes on from the middle is tested beside the code.
  it('has the whole of an upload whose way broke in the middle', async () => {
    await using server = await startDockerRegistry();
    await using way = await startBreakingWay(server.host, { breakAfterBytes: 20_000_000 });
    const registry = await client();
    const reference = parseReference(`${way.host}/ai/model:v1`);
    const bytes = randomBytes(60_000_000);
    const { path, descriptor } = await fileWith(bytes);
    await registry.pushBlob(reference, { signal, descriptor, path });
    expect(way.broken()).toBe(1);
    const direct = parseReference(`${server.host}/ai/model:v1`);
    const stored = await registry.readBlob(direct, { signal, descriptor, maxBytes: bytes.length });
    expect(digestOf(stored)).toBe(descriptor.digest);
  });

  it('with logins takes only whom it knows', async () => {
    await using server = await startDockerRegistry({ withLogin: true });
    const reference = parseReference(`${server.host}/ai/model:v1`);
    const { path, descriptor } = await fileWith(randomBytes(1000));
    const login = (password: string) => ({
      auths: { [server.host]: { auth: Buffer.from(`test:${password}`).toString('base64') } },
    });
    const known = await client(login('test'));
    await known.pushBlob(reference, { signal, descriptor, path });
    expect(digestOf(await known.readBlob(reference, { signal, descriptor, maxBytes: 1000 }))).toBe(descriptor.digest);
    for (const stranger of [await client(), await client(login('wrong'))]) {
      await expect(stranger.pushBlob(reference, { signal, descriptor, path })).rejects.toMatchObject({
        code: 'source.unauthorized',
      });
      await expect(stranger.readBlob(reference, { signal, descriptor, maxBytes: 1000 })).rejects.toMatchObject({
        code: 'source.unauthorized',
      });
    }
  });

  it('serves a pull that is killed ten times at random points: it resumes, ends with the right digest, and leaves nothing behind', async () => {
    await using server = await startDockerRegistry();
    const bytes = randomBytes(192 << 20);
    const { path, descriptor } = await fileWith(bytes);
    const name = `${server.host}/ai/large:v1`;
    await (await client()).pushBlob(parseReference(name), { signal, descriptor, path });
    const target = await folder();
    const partial = join(target, 'blob.incomplete');
    const pull: TransferChildOptions = {
      reference: name,
      digest: descriptor.digest,
      sizeBytes: descriptor.size,
      destination: join(target, 'blob'),
      partial,
    };
    const kept: number[] = [0];
    for (let kill = 1; kill <= 10; kill += 1) {
      // Together less than the whole, so that every run dies.
      const killAfterBytes = randomInt(1, Math.floor(bytes.length / 12));
      expect((await runChild({ ...pull, killAfterBytes })).signal).toBe('SIGKILL');
      kept.push(await checkJournal(partial, bytes));
    }
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect(kept.at(-1)).toBeGreaterThan(0);

    const { output } = await runChild(pull);
    expect(JSON.parse(output)).toEqual({
      digest: descriptor.digest,
      sizeBytes: bytes.length,
      fetchedBytes: bytes.length - (kept.at(-1) ?? 0),
    });
    expect(await readdir(target)).toEqual(['blob']);
    expect(digestOf(await readFile(join(target, 'blob')))).toBe(descriptor.digest);
  });
});

async function runChild(options: TransferChildOptions): Promise<{ signal: NodeJS.Signals | null; output: string }> {
  const script = fileURLToPath(new URL('./children/transfer-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = child.stdout.setEncoding('utf8').toArray();
  const killedBy = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, by) => resolve(by)),
  );
  return { signal: killedBy, output: (await output).join('') };
}

/** Everything the journal claims must be on disk and right. Returns how much that is. */
async function checkJournal(partial: string, content: Uint8Array): Promise<number> {
  const text = await readFile(`${partial}.json`, 'utf8').catch(() => undefined);
  if (text === undefined) return 0;
  const { done } = JSON.parse(text) as { done: [number, number][] };
  const file = await open(partial);
  try {
    for (const [start, end] of done) {
      const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      expect(buffer.equals(content.subarray(start, end))).toBe(true);
    }
  } finally {
    await file.close();
  }
  return done.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** A way to a server that breaks once, after so many bytes. */
async function startBreakingWay(host: string, { breakAfterBytes }: { breakAfterBytes: number }) {
  const [name, port] = host.split(':');
  let [sent, broken] = [0, 0];
  const server = createServer((near) => {
    const far = connect(Number(port), name);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.on('data', (part) => {
      sent += part.length;
      if (broken > 0 || sent < breakAfterBytes) return;
      broken += 1;
      near.destroy();
    });
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    broken: () => broken,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
