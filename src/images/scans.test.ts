import { expect, it } from 'vitest';
import { Readable } from 'node:stream';
import tar from 'tar-stream';
import { answeringEngine } from '#testing';
import { createScans, type ScanNews } from './scans.ts';

const facts = {
  id: 'sha256:1',
  tags: [],
  labels: {},
  os: 'linux',
  architecture: 'amd64',
  entrypoint: [],
  command: [],
  env: [],
  digests: [],
  sizeBytes: 100,
};

/** What `docker save` gives for an image of one layer with one file. */
async function savedImage(): Promise<Buffer> {
  const pack = async (files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> => {
    const archive = tar.pack();
    for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  return await pack({
    'c.json': JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: {},
      rootfs: { diff_ids: ['x'] },
      history: [{ created_by: 'COPY' }],
    }),
    'l/layer.tar': await pack({ 'etc/a': 'hello' }),
    'manifest.json': JSON.stringify([{ Config: 'c.json', Layers: ['l/layer.tar'] }]),
  });
}

async function world() {
  const bytes = await savedImage();
  const gates: (() => void)[] = [];
  const [signals, reads]: [AbortSignal[], number[]] = [[], []];
  const engine = answeringEngine({});
  const docker = {
    ...engine,
    images: { ...engine.images, inspect: async () => facts },
    request: async ({ signal }: { signal?: AbortSignal | undefined }) => {
      reads.push(1);
      if (signal) signals.push(signal);
      await new Promise<void>((resolve, reject) => {
        gates.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      });
      return { status: 200, stream: Readable.from([bytes]) };
    },
  };
  const missing = () => Promise.reject(new Error('not there'));
  return { scans: createScans({ docker, fetchIndex: missing, run: missing, now: () => 7 }), gates, signals, reads };
}
const last = async (news: AsyncIterable<ScanNews>): Promise<ScanNews | undefined> => {
  let one: ScanNews | undefined;
  for await (const next of news) one = next;
  return one;
};
const signal = new AbortController().signal;

it('reads an image once for all who follow its scan, and not again afterwards', async () => {
  const { scans, gates, reads } = await world();
  const both = [last(scans.follow('app', { signal })), last(scans.follow('app:1', { signal }))];
  while (gates.length === 0) await new Promise(setImmediate);
  gates[0]?.();
  for (const news of await Promise.all(both)) {
    expect(news).toMatchObject({
      type: 'done',
      report: {
        digest: 'sha256:1',
        scannedAtMs: 7,
        inventory: { layers: [{ files: 1 }] },
        vulnerabilities: { state: 'none' },
      },
    });
  }
  expect(await last(scans.follow('app', { signal }))).toMatchObject({ type: 'done' });
  expect(reads).toHaveLength(1);
  const fresh = last(scans.follow('app', { signal, fresh: true }));
  while (gates.length === 1) await new Promise(setImmediate);
  gates[1]?.();
  await fresh;
  expect(reads).toHaveLength(2);
});

it('ends the reading when the last of them leaves, not before', async () => {
  const { scans, gates, signals } = await world();
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [one, other].map(
    async ({ signal: leaving }) => await last(scans.follow('app', { signal: leaving })).catch(() => 'left'),
  );
  while (gates.length === 0) await new Promise(setImmediate);
  one.abort();
  await both[0];
  expect(signals[0]?.aborted).toBe(false);
  other.abort();
  await both[1];
  expect(signals[0]?.aborted).toBe(true);
});
