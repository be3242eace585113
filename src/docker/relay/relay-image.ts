import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { AppError, type Log } from '#core';
import type { Cancel, Docker } from '../types.ts';
import { hostNodeFiles, type HostFile } from './host-node.ts';
import { relayProgram } from './relay-program.ts';

/** Puts this label on everything that belongs to a relay. */
export const relayLabel = 'gantry.relay';

const dockerfile = `FROM scratch
COPY rootfs/ /
USER 65534:65534
ENTRYPOINT ["/usr/bin/node", "--max-old-space-size=48", "/relay.cjs"]
`;

/**
 * Makes the relay's image of the Node that runs us and the libraries it needs, so that no registry is needed; resolves with its
 * name. The same Node and program give the same name, and an image that is there is not built again.
 */
export async function ensureRelayImage(
  docker: Pick<Docker, 'images'>,
  { node, log, signal }: Cancel & { readonly node: string; readonly log: Log },
): Promise<string> {
  const files = await filesOf(node);
  const identity = JSON.stringify([process.version, process.arch, dockerfile, relayProgram, files]);
  const name = `gantry-relay:${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
  try {
    await docker.images.inspect(name, { signal });
    return name;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'docker.not_found')) throw error;
  }
  log.info('building the image of the relay', { name });
  await docker.images.build({ context: buildContext(files), tag: name, labels: { [relayLabel]: 'image' }, signal });
  return name;
}

async function filesOf(node: string): Promise<readonly HostFile[]> {
  try {
    return await hostNodeFiles({ node, target: '/usr/bin/node' });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new AppError('docker.failed', `The relay cannot be built from the Node.js of this machine: ${reason}.`, {
      hint: 'The relay needs a Linux host with ldd; containers can also use http://172.17.0.1:12434.',
      params: { reason: 'ldd', detail: reason },
      cause,
    });
  }
}

function buildContext(files: readonly HostFile[]): Readable {
  const archive = pack();
  fill(archive, files).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return Readable.from(archive);
}

async function fill(archive: Pack, files: readonly HostFile[]): Promise<void> {
  const mtime = new Date(0);
  archive.entry({ name: 'Dockerfile', mtime }, dockerfile);
  archive.entry({ name: 'rootfs/relay.cjs', mode: 0o444, mtime }, relayProgram);
  for (const { path, target, sizeBytes } of files) {
    const entry = archive.entry({ name: `rootfs${target}`, size: sizeBytes, mode: 0o555, mtime });
    await pipeline(createReadStream(path), entry);
  }
  archive.finalize();
}
