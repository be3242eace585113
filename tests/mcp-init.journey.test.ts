import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing, nodeImage } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';
import { npmPrograms } from './npm-programs.ts';

const missing = await dockerMissing();
const templates = ['basic', 'chatgpt-app-basic'] as const;
const nameOf = (template: string): string => `gantry-test-${template}`;

interface Project {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

describe('a server that was begun with mcp server init', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    home = await temporaryDirectory('init');
  });
  afterAll(async () => {
    if (missing === undefined) await runCommand(['docker', 'image', 'rm', '--force', ...templates.map(nameOf)]);
    await home[Symbol.asyncDispose]();
  });

  async function run(command: readonly string[], cwd: string, env = {}): Promise<string> {
    const { code, stdout, stderr } = await runCommand(command, { cwd, env });
    expect(code, `${command.join(' ')}: ${stdout} ${stderr}`).toBe(0);
    return stdout;
  }
  async function mcp(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await gantry(home.path, ['mcp', ...words]);
    expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }

  it.each(templates)('%s is sound, well packed, and answers in a container', { timeout: 300_000 }, async (template) => {
    const name = nameOf(template);
    const folder = join(home.path, name);
    await mcp('server', 'init', folder, '--template', template);
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(folder, 'package.json'), 'utf8'),
    ) as Project;
    const packages = Object.entries({ ...dependencies, ...devDependencies });
    const installed = await npmPrograms(...packages.map(([one, version]) => `${one}@${version}`));
    if ('skip' in installed) throw new Error(installed.skip);
    await symlink(join(installed.folder, 'node_modules'), join(folder, 'node_modules'));
    await run(['npm', 'run', 'check'], folder);
    await run(['npm', 'run', 'build'], folder);

    const rated = await gantry(home.path, ['ai', 'rate', join(folder, 'Dockerfile'), '--json']);
    expect(rated.stdout).toMatch(/"grade": ?"A"/);
    if (missing !== undefined) return;

    const build = ['docker', 'build', '--quiet', '--tag', name, '--build-arg', `NODE_IMAGE=${await nodeImage()}`, '.'];
    await run(build, folder, { DOCKER_BUILDKIT: '0' });
    await mcp('catalog', 'import', join(folder, 'catalog.yaml'), '--as', template);
    await mcp('server', 'enable', `catalog://${template}/${name}`);
    expect(await mcp('tools', 'call', 'greet', 'name=Ada')).toBe('Hello, Ada!\n');
    await mcp('server', 'disable', name);
  });

  it('overwrites nothing', async () => {
    const refused = await gantry(home.path, ['mcp', 'server', 'init', join(home.path, nameOf('basic'))]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is not empty')]);
    const unknown = await gantry(home.path, ['mcp', 'server', 'init', join(home.path, 'x'), '--language', 'go']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('not in go')]);
  });
});
