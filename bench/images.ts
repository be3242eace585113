import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { pack, type Pack } from 'tar-stream';
import { percentiles, type BenchRow } from './rows.ts';

const child = fileURLToPath(new URL('scan-archive.ts', import.meta.url));
const rounds = 5;
const layerBytes = 250_000_000;
const smallFiles = 12_000;

/** The inventory of an image of 500 MB against reading its file, interleaved. */
export async function benchImages(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-images-'));
  try {
    const file = join(folder, 'image.tar');
    await writeArchive(file);
    const scans: { ms: number; peakBytes: number; bytes: number }[] = [];
    const reads: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now();
      for await (const _ of createReadStream(file, { highWaterMark: 1024 * 1024 }));
      reads.push(performance.now() - startedAt);
      scans.push(await scanOnce(file));
    }
    const bytes = scans[0]?.bytes ?? 0;
    const speed = (ms: number): number => bytes / 1e3 / ms;
    const took = percentiles(scans.map(({ ms }) => ms)).p50;
    const read = percentiles(reads).p50;
    const peak = Math.max(...scans.map(({ peakBytes }) => peakBytes));
    return [
      {
        name: 'inventory of a 500 MB image',
        ours: `${speed(took).toFixed(0)} MB/s`,
        reference: `${speed(read).toFixed(0)} MB/s (reading the file)`,
        ratio: took / read,
        target: '≥ 100 MB/s',
        met: speed(took) >= 100,
      },
      {
        name: 'memory of that process',
        ours: `${(peak / 1e6).toFixed(0)} MB`,
        reference: '200 MB',
        ratio: peak / 200e6,
        target: '≤ 200 MB',
        met: peak <= 200e6,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scanOnce(file: string): Promise<{ ms: number; peakBytes: number; bytes: number }> {
  const scan = spawn(process.execPath, ['--import', 'tsx', child, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(scan.stdout), once(scan, 'close')]);
  return JSON.parse(output) as { ms: number; peakBytes: number; bytes: number };
}

/** A docker-archive of two layers: many small files with packages among them, and few large ones. */
async function writeArchive(file: string): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  await addLayer(archive, 'a/layer.tar', fillSmall);
  await addLayer(archive, 'b/layer.tar', fillLarge);
  archive.entry({ name: 'c.json' }, JSON.stringify({ os: 'linux', architecture: 'amd64', config: {}, history: [] }));
  archive.entry(
    { name: 'manifest.json' },
    JSON.stringify([{ Config: 'c.json', Layers: ['a/layer.tar', 'b/layer.tar'] }]),
  );
  archive.finalize();
  await written;
}

async function addLayer(outer: Pack, name: string, fill: (layer: Pack) => Promise<void>): Promise<void> {
  const parts: Buffer[] = [];
  const layer = pack();
  const filling = fill(layer);
  for await (const chunk of layer) parts.push(chunk as Buffer);
  await filling;
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const entry = outer.entry({ name, size });
  for (const part of parts) if (!entry.write(part)) await once(entry, 'drain');
  (entry as NodeJS.WritableStream).end();
  await once(entry, 'finish');
}

async function fillSmall(layer: Pack): Promise<void> {
  const body = Buffer.alloc(Math.floor(layerBytes / smallFiles), 'const answer = 42; // nothing to see\n');
  for (let index = 0; index < smallFiles; index += 1) {
    const isPackage = index % 20 === 0;
    const path = isPackage ? `app/node_modules/p${index}/package.json` : `app/src/f${index}.js`;
    const content = isPackage ? JSON.stringify({ name: `p${index}`, version: '1.0.0' }) : body;
    if (!layer.entry({ name: path, mode: 0o644 }, content)) await once(layer, 'drain');
  }
  layer.finalize();
}

async function fillLarge(layer: Pack): Promise<void> {
  const body = Buffer.alloc(layerBytes / 10);
  for (let at = 0; at < body.length; at += 4) body.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  for (let index = 0; index < 10; index += 1) {
    if (!layer.entry({ name: `usr/lib/big${index}.so`, mode: 0o755 }, body)) await once(layer, 'drain');
  }
  layer.finalize();
}
