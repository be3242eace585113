import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { AppError } from '#core';
import { hostNodeFiles, type Cancel, type Docker, type HostFile } from '#docker';
import { directoryWriter } from './build-context.ts';
import { hostPythonFiles, type HostPython } from './host-python.ts';
import { imageLabel, publicBase, publicBaseNode, publicPython, publicPythonVersion, pythonProgram } from './recipe.ts';

export interface Base {
  /** What images are built upon. */
  readonly image: string;
  /** The version of Node or Python in it. */
  readonly version: string;
  /** Why it is not the public one. */
  readonly instead: string | undefined;
}

export interface BaseDeps {
  readonly docker: Pick<Docker, 'images' | 'version'>;
  /** The Node that runs us. */
  readonly node: { readonly path: string; readonly version: string; readonly arch: string };
  /** The Python of this machine that is at least that 3.x. */
  readonly python: (oldest: number) => Promise<HostPython | undefined>;
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
  const instead = await whyNotPublic(docker, { image: publicBase, signal });
  if (instead === undefined) return { image: publicBase, version: publicBaseNode, instead };
  const refuse = refusal({ reason: 'node_base', image: publicBase, pull: instead });
  await refuseOtherMachine(deps, { refuse, signal });
  const files = await hostNodeFiles({ node: node.path, target: '/usr/local/bin/node' }).catch((cause: unknown) => {
    throw refuse('the Node.js of this machine cannot be used, because ldd does not tell its libraries', cause);
  });
  const image = await ensureMade(deps, { kind: 'node', version: node.version, files, links: [], signal });
  return { image, version: node.version, instead };
}

/** The same with Python: the public image, else the Python of this machine with its standard library. */
export async function ensurePythonBase(deps: BaseDeps, { oldest, signal }: Cancel & { oldest: number }): Promise<Base> {
  const { docker } = deps;
  const instead = await whyNotPublic(docker, { image: publicPython, signal });
  if (instead === undefined) return { image: publicPython, version: publicPythonVersion, instead };
  const refuse = refusal({ reason: 'python_base', image: publicPython, pull: instead });
  await refuseOtherMachine(deps, { refuse, signal });
  const python = await deps.python(oldest);
  if (python === undefined) throw refuse(`there is no Python 3.${oldest} or newer on PATH of this machine`);
  const files = await hostPythonFiles(python).catch((cause: unknown) => {
    throw refuse('the Python of this machine cannot be used, because ldd does not tell its libraries', cause);
  });
  const { version, executable } = python;
  const links = executable === pythonProgram ? [] : [{ path: pythonProgram, to: executable }];
  return { image: await ensureMade(deps, { kind: 'python', version, files, links, signal }), version, instead };
}

async function whyNotPublic(
  docker: BaseDeps['docker'],
  { image, signal }: Cancel & { image: string },
): Promise<string | undefined> {
  if (await isHere(docker, image, signal)) return undefined;
  const limit = AbortSignal.timeout(pullLimitMs);
  try {
    const both = signal ? AbortSignal.any([signal, limit]) : limit;
    for await (const _line of docker.images.pull(image, { signal: both }));
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError && error.code === 'docker.unavailable' && !limit.aborted) throw error;
    return error instanceof AppError ? String(error.params['reason'] ?? error.message) : 'it took too long';
  }
}

type Refuse = (detail: string, cause?: unknown) => AppError;

function refusal(params: { readonly reason: string; readonly image: string; readonly pull: string }): Refuse {
  const what = params.reason === 'node_base' ? 'Node.js' : 'Python';
  return (detail, cause) =>
    new AppError(
      'docker.failed',
      `No image of ${what} can be had: ${params.image} cannot be pulled (${params.pull}), and ${detail}.`,
      {
        hint: `Load it on the Engine in another way (docker load), then try again.`,
        params: { ...params, detail },
        cause,
      },
    );
}

async function refuseOtherMachine(
  { docker, node }: BaseDeps,
  { refuse, signal }: Cancel & { refuse: Refuse },
): Promise<void> {
  const { arch, os } = await docker.version({ signal });
  const own = { x64: 'amd64', arm64: 'arm64' }[node.arch] ?? node.arch;
  if (os !== 'linux' || arch !== own) throw refuse(`the Engine runs ${os}/${arch} while this machine is ${own}`);
}

interface Content extends Cancel {
  readonly kind: 'node' | 'python';
  readonly version: string;
  readonly files: readonly HostFile[];
  readonly links: readonly { readonly path: string; readonly to: string }[];
}

async function ensureMade({ docker, node }: BaseDeps, content: Content): Promise<string> {
  const { kind, version, files, links, signal } = content;
  const dated = await Promise.all(
    files.map(async (file) => ({ ...file, mtime: kind === 'node' ? epoch : (await stat(file.path)).mtime })),
  );
  const facts = kind === 'node' ? files : dated;
  const identity = JSON.stringify([version, node.arch, dockerfile, passwd, group, facts, ...links]);
  const image = `gantry-mcp-${kind}:${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
  if (await isHere(docker, image, signal)) return image;
  const labels = { [imageLabel]: kind };
  await docker.images.build({ context: contextOf(dated, links), tag: image, labels, signal });
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

const epoch = new Date(0);
type Dated = HostFile & { readonly mtime: Date };

function contextOf(files: readonly Dated[], links: Content['links']): Readable {
  const archive = pack();
  fill(archive, files, links).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return Readable.from(archive);
}

/** Times of files are kept where compiled files beside them are told by these to be up to date. */
async function fill(archive: Pack, files: readonly Dated[], links: Content['links']): Promise<void> {
  const directories = directoryWriter(archive, epoch);
  archive.entry({ name: 'Dockerfile', mtime: epoch }, dockerfile);
  directories('rootfs/etc');
  archive.entry({ name: 'rootfs/tmp', type: 'directory', mode: 0o1777, mtime: epoch });
  archive.entry({ name: 'rootfs/etc/passwd', mode: 0o644, mtime: epoch }, passwd);
  archive.entry({ name: 'rootfs/etc/group', mode: 0o644, mtime: epoch }, group);
  for (const { path, target, sizeBytes, mtime } of files) {
    directories(dirname(`rootfs${target}`));
    const entry = archive.entry({ name: `rootfs${target}`, size: sizeBytes, mode: 0o555, mtime });
    await pipeline(createReadStream(path), entry);
  }
  for (const { path, to } of links) {
    directories(dirname(`rootfs${path}`));
    archive.entry({ name: `rootfs${path}`, type: 'symlink', linkname: to, mtime: epoch });
  }
  archive.finalize();
}
