import { chmod, copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { runCommand, temporaryDirectory } from '../harness.ts';

/** Why there can be no image to fail with; undefined when there can. */
export async function busyboxMissing(): Promise<string | undefined> {
  const found = await runCommand(['sh', '-c', 'command -v busybox']);
  if (found.code !== 0) return 'no busybox on PATH';
  const linked = await runCommand(['ldd', found.stdout.trim()]);
  return linked.code === 0 && linked.stdout.includes('=>') ? 'busybox on PATH is not linked statically' : undefined;
}

/** What the image of postgres does before it starts the server, in short. */
export const postgresEntrypoint = `#!/bin/sh
if [ -z "$POSTGRES_PASSWORD" ]; then
  echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
  exit 1
fi
echo 'database system is ready to accept connections'
exec sleep 600
`;

export interface FailingImage extends AsyncDisposable {
  readonly name: string;
  /** The same image under a name that rules know. */
  named(repository: string, tag: string): Promise<string>;
  build(name: string, dockerfile: string, files: Readonly<Record<string, string>>): Promise<string>;
}

/** One image with a shell, its tools and Node.js, and files that cannot be started each for its own reason. */
export async function makeFailingImage(): Promise<FailingImage> {
  const run = randomBytes(4).toString('hex');
  const name = `gantry-test-why:${run}`;
  const names = [name];
  await using directory = await temporaryDirectory('why-image');
  const root = join(directory.path, 'rootfs');
  const busybox = (await runCommand(['sh', '-c', 'command -v busybox'])).stdout.trim();
  await put(root, busybox, '/bin/busybox');
  const applets = (await runCommand([busybox, '--list'])).stdout.trim().split('\n');
  for (const applet of applets) if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  await put(root, process.execPath, '/bin/node');
  const { stdout } = await runCommand(['ldd', process.execPath]);
  for (const [, library = ''] of stdout.matchAll(/(\/\S+) \(0x/g)) await put(root, library, library);
  for (const folder of ['tmp', 'opt', 'app', 'usr/bin', 'etc', 'data', 'var']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await chmod(join(root, 'tmp'), 0o1777);
  await symlink('/bin/busybox', join(root, 'usr/bin/env'));
  const files: readonly (readonly [path: string, content: string | Buffer, mode: number])[] = [
    ['opt/not-executable', '#!/bin/sh\necho never\n', 0o644],
    ['opt/bash-script', '#!/bin/bash\necho never\n', 0o755],
    ['opt/crlf-script', '#!/usr/bin/env sh\r\necho never\r\n', 0o755],
    ['opt/foreign', foreignProgram(), 0o755],
    ['opt/no-first-line', 'echo never\n', 0o755],
    ['opt/broken.node', Buffer.alloc(4096, 'not a library '), 0o755],
    ['app/server.js', 'console.log("never");\n', 0o644],
    ['etc/passwd', 'root:x:0:0::/:/bin/sh\n', 0o644],
    ['etc/group', 'root:x:0:\n', 0o644],
  ];
  for (const [path, content, mode] of files) await writeFile(join(root, path), content, { mode });
  await writeFile(join(directory.path, 'Dockerfile'), 'FROM scratch\nCOPY rootfs/ /\nENV PATH=/bin\nCMD ["sh"]\n');
  await docker(['build', '-q', '-t', name, directory.path]);
  return {
    name,
    async named(repository, tag) {
      const full = `gantry-test-${run}/${repository}:${tag}`;
      await docker(['tag', name, full]);
      names.push(full);
      return full;
    },
    async build(repository, dockerfile, added) {
      const full = `gantry-test-${run}/${repository}`;
      await using context = await temporaryDirectory('why-build');
      await writeFile(join(context.path, 'Dockerfile'), dockerfile.replace('BASE', name));
      for (const [path, content] of Object.entries(added)) {
        await writeFile(join(context.path, path), content, { mode: 0o755 });
      }
      await docker(['build', '-q', '-t', full, context.path]);
      names.push(full);
      return full;
    },
    async [Symbol.asyncDispose]() {
      await runCommand(['docker', 'rmi', '--force', ...names.toReversed()]);
    },
  };
}

async function docker(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand(['docker', ...args], { env: { DOCKER_BUILDKIT: '0' } });
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
}

async function put(root: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await copyFile(await realpath(from), join(root, to));
}

/** The head of an ELF program for another processor than this one. */
function foreignProgram(): Buffer {
  const head = Buffer.alloc(4096);
  head.write('\u007FELF', 'latin1');
  head.set([2, 1, 1], 4);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
  head.writeUInt32LE(1, 20);
  return head;
}
