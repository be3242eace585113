import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the import walls of architecture.js', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'gantry-walls-'));
    for (const file of ['architecture.js', 'oxlint.config.mjs', 'package.json', 'tsconfig.json']) {
      cpSync(join(root, file), join(copy, file));
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  function lint(path: string, source: string): { status: number | null; output: string } {
    const file = join(copy, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
    const result = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-c', 'oxlint.config.mjs', path], {
      cwd: copy,
      encoding: 'utf8',
    });
    rmSync(file);
    return { status: result.status, output: result.stdout + result.stderr };
  }

  it.each([
    ['upwards', 'src/core/planted.ts', "import { x } from '#models';"],
    ['across', 'src/cli/planted.ts', "import { x } from '#inference';"],
    ['past a door', 'src/models/planted.ts', "import { x } from '#registry/oci';"],
    ['by a path out of the folder', 'src/models/planted.ts', "import { x } from '../registry/index.ts';"],
    ['by a path from a sub-folder', 'src/models/store/planted.ts', "import { x } from '../../registry/index.ts';"],
    ['for a type only', 'src/registry/planted.ts', "import type { X } from '#models';"],
    ['of test code into product code', 'src/api/planted.ts', "import { x } from '#testing';"],
  ])('stop an import %s', (_name, path, statement) => {
    const { status, output } = lint(
      path,
      `${statement}\nexport const y: unknown = x;\n`.replace('unknown = x', 'unknown = 1'),
    );
    expect(output).toContain('no-restricted-imports');
    expect(status).not.toBe(0);
  });

  it.each([
    ['a test that uses test code', 'src/api/planted.test.ts', "import { x } from '#testing';"],
    ['what tests share', 'src/mcp/gateway/testing/planted.ts', "import { x } from '#testing';"],
    ['an arrow that points down', 'src/models/planted.ts', "import { x } from '#registry';"],
    ['a file of the same folder', 'src/models/store/planted.ts', "import { x } from '../types.ts';"],
  ])('let %s pass', (_name, path, statement) => {
    const { status, output } = lint(path, `${statement}\nexport const y: unknown = x;\n`);
    expect(output).not.toContain('no-restricted-imports');
    expect(status).toBe(0);
  });
});

it('the command line loads what is behind #mcp only when a command needs it', () => {
  const folder = join(root, 'src', 'cli');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const eager = /^(?:import|export) (?!type\b)[^;]*?from '#mcp'/m;
  expect("import { x } from '#mcp';").toMatch(eager);
  expect(files.filter((file) => eager.test(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
});

it('what is imported on demand has names in the bundle: packages in CommonJS are imported by files of ours', async () => {
  const folder = join(root, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const wanted = files
    .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('testing'))
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/await import\('([@a-z][^']*)'\)/g)])
    .flatMap(([, name = '']) => (name.startsWith('node:') ? [] : [name]));
  const nameless = async (names: readonly string[]): Promise<readonly string[]> => {
    const { metafile } = await build({
      stdin: { contents: names.map((name) => `import('${name}');`).join('\n'), resolveDir: root },
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      outdir: join(root, 'dist'),
      write: false,
      metafile: true,
      // As scripts/build.js has them.
      external: ['@napi-rs/keyring', 'node-sqlite3-wasm'],
      logLevel: 'silent',
    });
    const chunks = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint?.includes('node_modules'));
    return chunks.filter(({ exports }) => exports.join() === 'default').map(({ entryPoint = '' }) => entryPoint);
  };
  expect(await nameless(['yaml'])).toEqual([expect.stringContaining('node_modules/yaml/')]);
  expect(await nameless([...new Set(wanted)])).toEqual([]);
});
