import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { runCommand, temporaryDirectory } from './harness.ts';

export interface NodeImage extends AsyncDisposable {
  readonly name: string;
}

/** What is missing for containers to run, or undefined. */
export async function engineMissing(): Promise<string | undefined> {
  const client = await runCommand(['sh', '-c', 'command -v docker']);
  if (client.code !== 0) return 'no docker client on PATH';
  const engine = await runCommand(['docker', 'version', '--format', '{{.Server.APIVersion}}']);
  return engine.code === 0 ? undefined : 'no Docker Engine answers';
}

/** An image with this Node.js, its libraries and nothing else: no registry is needed to make it. */
export async function makeNodeImage(): Promise<NodeImage> {
  const name = `gantry-test-node:${randomBytes(6).toString('hex')}`;
  await using directory = await temporaryDirectory('image');
  const listed = await runCommand(['ldd', process.execPath]);
  const libraries = [...listed.stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  for (const [from, to] of [[process.execPath, '/node'], ...libraries.map((path) => [path, path])] as const) {
    const target = join(directory.path, to);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(await realpath(from), target);
  }
  await mkdir(join(directory.path, 'tmp'));
  const pack = spawn('tar', ['-c', '-C', directory.path, '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['import', '-', name], { stdio: [pack.stdout, 'ignore', 'inherit'] });
  const [code] = (await once(load, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The image could not be made: docker import ended with ${code}.`);
  return {
    name,
    async [Symbol.asyncDispose]() {
      await runCommand(['docker', 'rmi', '--force', name]);
    },
  };
}
