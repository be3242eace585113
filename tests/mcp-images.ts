import { createHash } from 'node:crypto';
import { copyFile, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exclusively, testCache } from '#testing';
import { nodeImage } from './docker-engine.ts';
import { runCommand } from './harness.ts';

/** Real MCP servers from npm, as they are pinned for tests. */
export const everythingPackage = '@modelcontextprotocol/server-everything@2026.8.31';

/**
 * Name of an image that runs the program of an npm package on this Node.js. It stays on the Engine, named by what is in it, so that
 * it is made once for all journeys.
 */
export async function mcpPackageImage(packageName: string): Promise<string> {
  const base = await nodeImage();
  const bare = packageName.replace(/(?<=.)@[^@/]*$/, '');
  const identity = createHash('sha256')
    .update(JSON.stringify([base, packageName]))
    .digest('hex')
    .slice(0, 12);
  const name = `gantry-test-mcp:${identity}`;
  return await exclusively(`mcp-image-${identity}`, async () => {
    if (await isThere(name)) return name;
    const folder = join(testCache(), `mcp-${identity}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"private":true}\n');
    await run(['npm', 'install', '--omit=dev', '--no-audit', '--no-fund', '--ignore-scripts', packageName], folder);
    const program = await run(
      [
        'node',
        '-p',
        `const p=require('./node_modules/${bare}/package.json');typeof p.bin==='string'?p.bin:Object.values(p.bin)[0]`,
      ],
      folder,
    );
    const path = join('/app/node_modules', bare, program.trim());
    await build(name, {
      folder,
      lines: [`FROM ${base}`, 'COPY . /app', 'WORKDIR /app', `ENTRYPOINT ["/bin/node", "${path}"]`],
    });
    return name;
  });
}

export interface ScriptImageOptions {
  /** Of the Dockerfile. */
  readonly lines?: readonly string[];
  /** Programs of this machine that it also has, with the libraries they need. */
  readonly programs?: readonly string[];
}

/** An image whose server is this script. It is named by what is in it and stays on the Engine. */
export async function mcpScriptImage(
  script: string,
  { lines = [], programs = [] }: ScriptImageOptions = {},
): Promise<string> {
  const base = await nodeImage();
  const identity = createHash('sha256')
    .update(JSON.stringify([base, script, lines, programs]))
    .digest('hex')
    .slice(0, 12);
  const name = `gantry-test-mcp:${identity}`;
  return await exclusively(`mcp-image-${identity}`, async () => {
    if (await isThere(name)) return name;
    const folder = join(testCache(), `mcp-${identity}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'server.cjs'), script);
    await mkdir(join(folder, 'rootfs'), { recursive: true });
    for (const program of programs) await copyWithLibraries(program, join(folder, 'rootfs'));
    await build(name, {
      folder,
      lines: [
        `FROM ${base}`,
        'COPY server.cjs /app/server.cjs',
        'COPY rootfs/ /',
        ...lines,
        'ENTRYPOINT ["/bin/node", "/app/server.cjs"]',
      ],
    });
    return name;
  });
}

/** A program and its libraries, where the loader looks for them. */
async function copyWithLibraries(program: string, root: string): Promise<void> {
  const { stdout } = await runCommand(['ldd', program]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  for (const path of [program, ...libraries]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(await realpath(path), join(root, path));
  }
}

async function isThere(name: string): Promise<boolean> {
  return (await runCommand(['docker', 'image', 'inspect', '--format', '{{.Id}}', name])).code === 0;
}

async function build(name: string, { folder, lines }: { folder: string; lines: readonly string[] }): Promise<void> {
  await writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  await run(['docker', 'build', '--quiet', '--tag', name, folder], folder, { DOCKER_BUILDKIT: '0' });
}

async function run(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command, { cwd, env });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}
