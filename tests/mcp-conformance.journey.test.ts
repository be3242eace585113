import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import {
  createDirectPool,
  createGateway,
  createManifestStore,
  startHttpServer,
  type Gateway,
  type GatewayHttpServer,
} from '#mcp';
import { createProcessLauncher, processServer } from '#testing';
import { root, runCommand } from './harness.ts';
import { npmPrograms } from './npm-programs.ts';

/** The suite's newest release with scenarios of both eras; it needs a Node.js of its own. */
const packages = ['node@22.23.3', '@modelcontextprotocol/conformance@0.2.0-alpha.12'];

/** What does not pass, and why. All others must, and these must not, so that nothing here outlives its reason. */
const expected: Readonly<Record<string, string>> = {
  'input-required-result-basic-elicitation':
    'wants the key that a server of the stateless era chose; this server asks as older ones do, and the gateway names the question',
  'json-schema-2020-12': 'pending in the suite; wants keywords that this server’s schema does not have',
};

let skip: string | undefined;
let folder: string;
let suite: string;
let gateway: Gateway;
let http: GatewayHttpServer;
const launcher = createProcessLauncher();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-conformance-'));
  const programs = await npmPrograms(...packages);
  if ('skip' in programs) {
    skip = programs.skip;
    return;
  }
  suite = programs.folder;
  const command = [process.execPath, join(root, 'tests/children/conformance-server.js')];
  gateway = createGateway({
    source: {
      load: () => Promise.resolve([processServer('conformance', command, { longLived: false })]),
      watch: () => () => undefined,
    },
    launcher,
    pool: createDirectPool({
      onCloseFailed(error) {
        throw error;
      },
    }),
    manifests: createManifestStore(join(folder, 'manifests'), { log: silentLog }),
    steps: [],
    tools: [],
    reservedTools: [],
    toolPatterns: undefined,
    longLived: false,
    watch: false,
    clock: systemClock,
    log: silentLog,
  });
  await gateway.start();
  http = await startHttpServer({
    gateway,
    kind: 'streaming',
    host: '127.0.0.1',
    port: 0,
    access: { token: undefined, allowedHosts: [] },
    clock: systemClock,
    log: silentLog,
    maxMessageBytes: 16 * 1_048_576,
  });
});
afterAll(async () => {
  await http?.close();
  await gateway?.close();
  expect(launcher.running()).toBe(0);
  await rm(folder, { recursive: true, force: true });
});
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip);
});

/** Runs the suite, prints its table, and gives the scenarios that failed, those of extensions apart. */
async function conformance(...args: readonly string[]): Promise<{ passed: number; failed: readonly string[] }> {
  const program = join(suite, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const node = join(suite, 'node_modules/node/bin/node');
  const patient = join(root, 'tests/children/patient-timers.js');
  const { stdout } = await runCommand([node, '--import', patient, program, ...args], {
    cwd: folder,
    env: { GANTRY_TEST_NODE: process.execPath, TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') },
  });
  const table = stdout.slice(stdout.indexOf('=== SUMMARY ==='));
  console.log(table);
  const rows = [...table.matchAll(/^([✓✗]) ([\w./-]+): (\d+) passed, (\d+) failed/gmu)];
  return {
    passed: rows.filter(([, mark]) => mark === '✓').length,
    failed: rows.flatMap(([, mark, name = '']) => (mark === '✗' && !name.startsWith('tasks-') ? [name] : [])),
  };
}

describe('the conformance suite, against the gateway before a server', () => {
  it('passes with sessions: 2025-11-25', async () => {
    const { passed, failed } = await conformance(
      'server',
      '--url',
      `http://localhost:${http.port}/mcp`,
      '--suite',
      'all',
      '--spec-version',
      '2025-11-25',
    );
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(30);
  });

  it('passes without sessions, before a server that has them: 2026-07-28', async () => {
    const { passed, failed } = await conformance(
      'server',
      '--url',
      `http://localhost:${http.port}/mcp`,
      '--requirements',
      '2026-07-28',
    );
    expect(failed.toSorted()).toEqual(Object.keys(expected).toSorted());
    expect(passed).toBeGreaterThanOrEqual(35);
  });
});

/** What the gateway does not pass as a client, and why; as above. */
const expectedOfClient: Readonly<Record<string, string>> = {
  'auth/basic-cimd':
    'wants a document about the client at a public https address, which a program on somebody’s machine has not; it registers itself',
};

describe('the conformance suite, against the gateway as a client of the suite’s servers', () => {
  const client = `${process.execPath} --import ${import.meta.resolve('tsx')} ${fileURLToPath(new URL('./children/conformance-gateway.ts', import.meta.url))}`;
  const run = async (...args: readonly string[]) =>
    await runCommand(
      [
        join(suite, 'node_modules/node/bin/node'),
        join(suite, 'node_modules/@modelcontextprotocol/conformance/dist/index.js'),
        ...args,
      ],
      { cwd: folder, env: { TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') } },
    );

  async function scenarios(version: string): Promise<readonly string[]> {
    const { stdout } = await run('list');
    const own = stdout.slice(stdout.indexOf('Client scenarios'), stdout.indexOf('Authorization server scenarios'));
    const rows = [...own.matchAll(/^ +- (\S+) \[([^\]]*)\]/gm)];
    return rows.flatMap(([, name = '', versions = '']) => (versions.split(',').includes(version) ? [name] : []));
  }

  it.each([
    ['2025-11-25', 18],
    ['2026-07-28', 32],
  ] as const)(
    'passes those of %s',
    async (version, least) => {
      const names = await scenarios(version);
      expect(names.length).toBeGreaterThanOrEqual(least);
      const failed: string[] = [];
      for (const name of names) {
        const { code, stdout, stderr } = await run(
          'client',
          '--command',
          client,
          '--scenario',
          name,
          '--spec-version',
          version,
        );
        console.log(`${code === 0 ? '✓' : '✗'} ${name}: ${/Passed: [^\n]*/.exec(stdout + stderr)?.[0] ?? 'no result'}`);
        if (code !== 0) failed.push(name);
      }
      expect(failed).toEqual(Object.keys(expectedOfClient));
    },
    900_000,
  );
});
