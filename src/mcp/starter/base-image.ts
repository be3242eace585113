import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { AppError } from '#core';
import { hostNodeFiles, type Cancel, type Docker, type HostFile } from '#docker';
import { directoryWriter } from './build-context.ts';
import { imageLabel, publicBase, publicBaseNode } from './recipe.ts';

export interface Base {
  /** What images are built upon. */
  readonly image: string;
  /** The version of Node in it. */
  readonly node: string;
  /** Why it is not the public one. */
  readonly instead: string | undefined;
}

export interface BaseDeps {
  readonly docker: Pick<Docker, 'images' | 'version'>;
  /** The Node that runs us. */
  readonly node: { readonly path: string; readonly version: string; readonly arch: string };
}

const pullLimitMs = 180_000;
const passwd = 'root:x:0:0:root:/root:/sbin/nologin\nnode:x:1000:1000:node:/tmp:/sbin/nologin\n';
const group = 'root:x:0:\nnode:x:1000:\n';
const dockerfile = `FROM scratch
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY rootfs/ /
`;

/** The public image of Node if it is here or can be pulled; else one made of the Node of this machine, so that no registry is needed. */
export async function ensureBase(deps: BaseDeps, { signal }: Cancel): Promise<Base> {
  const { docker, node } = deps;
  const reason = await whyNotPublic(docker, signal);
  if (reason === undefined) return { image: publicBase, node: publicBaseNode, instead: undefined };
  return { image: await ensureHostBase(deps, reason, signal), node: node.version, instead: reason };
}

async function whyNotPublic(docker: BaseDeps['docker'], signal: AbortSignal | undefined): Promise<string | undefined> {
  if (await isHere(docker, publicBase, signal)) return undefined;
  const limit = AbortSignal.timeout(pullLimitMs);
  try {
    const both = signal ? AbortSignal.any([signal, limit]) : limit;
    for await (const _line of docker.images.pull(publicBase, { signal: both }));
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError && error.code === 'docker.unavailable' && !limit.aborted) throw error;
    return error instanceof AppError ? String(error.params['reason'] ?? error.message) : 'it took too long';
  }
}

async function ensureHostBase(
  { docker, node }: BaseDeps,
  reason: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { arch, os } = await docker.version({ signal });
  const own = { x64: 'amd64', arm64: 'arm64' }[node.arch] ?? node.arch;
  const refuse = (detail: string, cause?: unknown): AppError =>
    new AppError(
      'docker.failed',
      `No image of Node.js can be had: ${publicBase} cannot be pulled (${reason}), and ${detail}.`,
      {
        hint: `Load it on the Engine in another way (docker load), then try again.`,
        params: { reason: 'node_base', image: publicBase, pull: reason, detail },
        cause,
      },
    );
  if (os !== 'linux' || arch !== own) throw refuse(`the Engine runs ${os}/${arch} while this machine is ${own}`);
  let files: readonly HostFile[];
  try {
    files = await hostNodeFiles({ node: node.path, target: '/usr/local/bin/node' });
  } catch (cause) {
    throw refuse('the Node.js of this machine cannot be used, because ldd does not tell its libraries', cause);
  }
  const identity = JSON.stringify([node.version, node.arch, dockerfile, passwd, group, files]);
  const image = `gantry-mcp-node:${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
  if (await isHere(docker, image, signal)) return image;
  const labels = { [imageLabel]: 'node' };
  await docker.images.build({ context: contextOf(files), tag: image, labels, signal });
  return image;
}

export async function isHere(
  docker: { readonly images: Pick<Docker['images'], 'inspect'> },
  image: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await docker.images.inspect(image, { signal });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'docker.not_found') return false;
    throw error;
  }
}

function contextOf(files: readonly HostFile[]): Readable {
  const archive = pack();
  fill(archive, files).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return Readable.from(archive);
}

async function fill(archive: Pack, files: readonly HostFile[]): Promise<void> {
  const mtime = new Date(0);
  const directories = directoryWriter(archive, mtime);
  archive.entry({ name: 'Dockerfile', mtime }, dockerfile);
  directories('rootfs/etc');
  archive.entry({ name: 'rootfs/tmp', type: 'directory', mode: 0o1777, mtime });
  archive.entry({ name: 'rootfs/etc/passwd', mode: 0o644, mtime }, passwd);
  archive.entry({ name: 'rootfs/etc/group', mode: 0o644, mtime }, group);
  for (const { path, target, sizeBytes } of files) {
    directories(dirname(`rootfs${target}`));
    const entry = archive.entry({ name: `rootfs${target}`, size: sizeBytes, mode: 0o555, mtime });
    await pipeline(createReadStream(path), entry);
  }
  archive.finalize();
}
