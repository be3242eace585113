import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand, temporaryDirectory } from './harness.ts';

/** Why nothing can be tested with a Docker Engine here; undefined when it can. */
export async function dockerMissing(): Promise<string | undefined> {
  const client = await runCommand(['sh', '-c', 'command -v docker']);
  if (client.code !== 0) return 'no docker client on PATH';
  const version = await runCommand(['docker', 'version', '--format', '{{.Server.APIVersion}}']);
  return version.code === 0 ? undefined : 'no Docker Engine answers';
}

/** A folder to build an image of, with the Node that runs the tests and nothing else: no registry is needed. */
export async function writeNodeImage(folder: string): Promise<void> {
  const { stdout } = await runCommand(['ldd', process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => (path === undefined ? [] : [path]));
  for (const [from, to] of [[process.execPath, '/bin/node'], ...libraries.map((path) => [path, path])]) {
    const target = join(folder, 'rootfs', to ?? '');
    await mkdir(dirname(target), { recursive: true });
    await copyFile(from ?? '', target);
  }
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY rootfs/ /\nENTRYPOINT ["/bin/node", "-e"]\n');
}

/** Builds that image under a name; the builder of the Engine keeps it fast. */
export async function buildNodeImage(name: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  await using folder = await temporaryDirectory('image');
  await writeNodeImage(folder.path);
  const built = await runCommand(['docker', 'build', '-q', '-t', name, folder.path], {
    env: { ...env, DOCKER_BUILDKIT: '0' },
  });
  if (built.code !== 0) throw new Error(`The image could not be built: ${built.stderr}`);
}
