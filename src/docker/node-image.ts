import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { AppError, type Log } from '#core';
import { hostNodeFiles, type HostFile } from './relay/host-node.ts';
import type { Cancel, Docker } from './types.ts';

export interface NodeImage {
  /** Without a tag, which says what is in it. */
  readonly repository: string;
  /** CommonJS, with nothing but Node's own modules. */
  readonly program: string;
  readonly labels: Readonly<Record<string, string>>;
}

const dockerfile = `FROM scratch
COPY rootfs/ /
USER 65534:65534
ENTRYPOINT ["/usr/bin/node", "--max-old-space-size=48", "/program.cjs"]
`;

/**
 * Makes an image of a program, of the Node that runs us and of the libraries it needs, so that no registry is needed; resolves with
 * its name. The same Node and program give the same name, and an image that is there is not built again.
 */
export async function ensureNodeImage(
  docker: Pick<Docker, 'images'>,
  { repository, program, labels }: NodeImage,
  { node, log, signal }: Cancel & { readonly node: string; readonly log: Log },
): Promise<string> {
  const files = await filesOf(node);
  const identity = JSON.stringify([process.version, process.arch, dockerfile, program, files]);
  const name = `${repository}:${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
  try {
    await docker.images.inspect(name, { signal });
    return name;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'docker.not_found')) throw error;
  }
  log.info('building an image of a program of ours', { name });
  await docker.images.build({ context: buildContext(files, program), tag: name, labels, signal });
  return name;
}

async function filesOf(node: string): Promise<readonly HostFile[]> {
  try {
    return await hostNodeFiles({ node, target: '/usr/bin/node' });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new AppError('docker.failed', `No image can be built from the Node.js of this machine: ${reason}.`, {
      hint: 'It takes a Linux host with ldd.',
      params: { reason: 'ldd', detail: reason },
      cause,
    });
  }
}

function buildContext(files: readonly HostFile[], program: string): Readable {
  const archive = pack();
  fill(archive, files, program).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return Readable.from(archive);
}

async function fill(archive: Pack, files: readonly HostFile[], program: string): Promise<void> {
  const mtime = new Date(0);
  archive.entry({ name: 'Dockerfile', mtime }, dockerfile);
  archive.entry({ name: 'rootfs/program.cjs', mode: 0o444, mtime }, program);
  for (const { path, target, sizeBytes } of files) {
    const entry = archive.entry({ name: `rootfs${target}`, size: sizeBytes, mode: 0o555, mtime });
    await pipeline(createReadStream(path), entry);
  }
  archive.finalize();
}
