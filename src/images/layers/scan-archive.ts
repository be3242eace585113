import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Gap } from '../types.ts';
import { readFolder } from './read-folder.ts';
import { damaged, readTar, type TarEntry } from './read-tar.ts';
import { scanLayer, type LayerScan } from './scan-layer.ts';
import { unpackZstd } from './unpack-zstd.ts';

/** An image as it was read: its configuration and its layers from the bottom up. */
export interface ScannedImage {
  readonly config: unknown;
  readonly layers: readonly LayerScan[];
  readonly gaps: readonly Gap[];
}

const dockerManifest = z.array(z.looseObject({ Config: z.string(), Layers: z.array(z.string()).nullish() })).min(1);
const descriptor = z.looseObject({
  mediaType: z.string().optional(),
  digest: z.string(),
  platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional(),
});
const ociIndex = z.looseObject({ manifests: z.array(descriptor).min(1) });
const ociManifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) });

const mostJsonBytes = 16 * 1024 * 1024;
const mostLayers = 1000;

export interface ScanArchiveOptions {
  readonly platform?: { readonly os: string; readonly architecture: string } | undefined;
}

/** Reads what `docker save` writes, in its old form (docker-archive) and as an OCI layout, in whatever order it comes. */
export async function scanArchive(
  chunks: AsyncIterable<Uint8Array>,
  options: ScanArchiveOptions = {},
): Promise<ScannedImage> {
  return await scanFiles(readTar(chunks), options);
}

/** The same from an OCI layout, or what `docker save` wrote unpacked, in a folder. */
export async function scanFolder(folder: string, options: ScanArchiveOptions = {}): Promise<ScannedImage> {
  return await scanFiles(readFolder(folder), options);
}

async function scanFiles(files: AsyncIterable<TarEntry>, { platform }: ScanArchiveOptions): Promise<ScannedImage> {
  const layers = new Map<string, LayerScan>();
  const texts = new Map<string, unknown>();
  const links = new Map<string, string>();
  const gaps: Gap[] = [];
  let jsonBytes = 0;
  for await (const { path, kind, sizeBytes, content, linkTarget } of files) {
    if (kind === 'symlink' || kind === 'link') links.set(path, resolveLink(path, linkTarget, kind));
    if (kind !== 'file' || sizeBytes === 0) continue;
    const { first, all } = await peek(content);
    if (first[0] === 0x7b || first[0] === 0x5b) {
      jsonBytes += sizeBytes;
      if (jsonBytes > mostJsonBytes) throw damaged('its descriptions are too large');
      texts.set(path, await readJson(all));
      continue;
    }
    const isGzip = first[0] === 0x1f && first[1] === 0x8b;
    const isZstd = first.readUInt32BE(0) === 0x28b52ffd;
    const isTar = first.subarray(257, 262).toString('latin1') === 'ustar';
    if (!isGzip && !isZstd && !isTar && !path.endsWith('layer.tar')) continue;
    if (layers.size >= mostLayers) throw damaged('it has too many layers');
    layers.set(path, await scanLayer(isGzip ? unzipped(all) : isZstd ? unpackZstd(all) : all));
  }
  const { configPath, layerPaths } = placesOf(texts, platform);
  return {
    config: texts.get(configPath),
    layers: layerPaths.flatMap((path) => {
      const layer = layers.get(path) ?? layers.get(links.get(path) ?? '');
      if (!layer && !gaps.some((gap) => gap.path === path)) gaps.push({ what: 'layers', path });
      return layer ? [layer] : [];
    }),
    gaps,
  };
}

function resolveLink(path: string, target: string, kind: 'symlink' | 'link'): string {
  if (kind === 'link') return target.replace(/^(?:\.?\/)+/, '');
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function placesOf(
  texts: ReadonlyMap<string, unknown>,
  platform: { os: string; architecture: string } | undefined,
): { configPath: string; layerPaths: readonly string[] } {
  const old = dockerManifest.safeParse(texts.get('manifest.json')).data?.[0];
  if (old) return { configPath: plain(old.Config), layerPaths: (old.Layers ?? []).map(plain) };
  let index = ociIndex.safeParse(texts.get('index.json')).data;
  // An index of platforms may lie in the index of the layout.
  for (let depth = 0; index && depth < 3; depth += 1) {
    const wanted =
      index.manifests.find(
        ({ platform: has }) => has?.os === platform?.os && has?.architecture === platform?.architecture,
      ) ?? index.manifests.find(({ digest }) => texts.has(blobPath(digest)));
    const inner = texts.get(blobPath(wanted?.digest ?? ''));
    const manifest = ociManifest.safeParse(inner).data;
    if (manifest) {
      return {
        configPath: blobPath(manifest.config.digest),
        layerPaths: manifest.layers.map(({ digest }) => blobPath(digest)),
      };
    }
    index = ociIndex.safeParse(inner).data;
  }
  throw damaged('it has neither manifest.json nor index.json');
}

const plain = (path: string): string => path.replace(/^(?:\.?\/)+/, '');
const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;

/** The first block, and all of it with that block in front. */
async function peek(content: AsyncIterable<Buffer>): Promise<{ first: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = content[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  while (first.length < 512) {
    const { value, done } = await iterator.next();
    if (done) break;
    first = first.length === 0 ? Buffer.from(value) : Buffer.concat([first, value]);
  }
  const head = first.length < 512 ? Buffer.concat([first, Buffer.alloc(512 - first.length)]) : first;
  return {
    first: head,
    all: (async function* everything() {
      if (first.length > 0) yield first;
      for (;;) {
        const { value, done } = await iterator.next();
        if (done) return;
        yield value;
      }
    })(),
  };
}

async function readJson(chunks: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostJsonBytes) throw damaged('its descriptions are too large');
    parts.push(Buffer.from(chunk));
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function* unzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const gunzip = createGunzip();
  const source = Readable.from(chunks);
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
      ? damaged('a layer is not valid gzip')
      : error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
