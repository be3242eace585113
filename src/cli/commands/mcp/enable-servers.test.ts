import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, silentLog, systemClock } from '#core';
import {
  createProfiles,
  readServer,
  type Catalog,
  type Catalogs,
  type JsonObject,
  type McpToolkit,
  type Profiles,
} from '#mcp';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
let profiles: Profiles;
let built: string[];
let imagesFail: boolean;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  built = [];
  imagesFail = false;
  profiles = createProfiles({ folder: join(daemon.paths.home, 'mcp', 'profiles'), clock: systemClock, log: silentLog });
});
afterEach(() => daemon[Symbol.asyncDispose]());

function catalog(ref: string, servers: Readonly<Record<string, JsonObject>>): Catalog {
  const entries = Object.entries(servers).map(([name, wire]) => {
    const server = readServer(wire, { where: ref, name });
    const filed = { tools: undefined, source: undefined, endpoint: undefined, image: server.image };
    return { server, wire, filed: { type: 'image' as const, ...filed } };
  });
  const facts = { digest: '', title: ref, source: '', updatedAt: undefined, pulledAt: undefined, builtIn: true };
  return { ref, ...facts, entries, problems: [] };
}

const all = [
  catalog('mine:latest', { files: { image: 'me/files' } }),
  catalog('starter:latest', {
    files: { image: 'gantry-mcp/files' },
    github: {
      image: 'gantry-mcp/github',
      description: 'Issues',
      secrets: [{ name: 'github.token', env: 'TOKEN' }],
      config: [{ name: 'github', type: 'object', properties: { org: { type: 'string' } }, required: ['org'] }],
      tools: [{ name: 'search', description: 'Finds' }],
    },
  }),
];

async function toolkit(): Promise<McpToolkit> {
  const no = (): never => {
    throw new Error('This test does not do that.');
  };
  const known = async (ref: string): Promise<Catalog> => all.find((one) => one.ref === ref) ?? no();
  const catalogs: Catalogs = {
    list: async () => all,
    open: known,
    create: no,
    preview: no,
    addServers: no,
    removeServers: no,
    remove: no,
    copy: no,
    push: no,
    pull: no,
    openFresh: no,
    watch: no,
    async resolve(uri) {
      const entry = (await known('starter:latest')).entries[0] ?? no();
      return [{ entry, origin: uri, catalogRef: undefined }];
    },
  };
  // What is not here is not for these commands.
  const others: McpToolkit = Object.create(null);
  return Object.assign(others, {
    catalogs,
    images: {
      makes: (image: string) => image.startsWith('gantry-mcp/'),
      async ensure(image: string) {
        if (imagesFail) throw new AppError('docker.unavailable', 'There is no Engine.');
        built.push(image);
        return { isNew: true };
      },
    },
    [Symbol.asyncDispose]: async () => {},
  });
}

const server = (...words: string[]): Promise<Outcome> =>
  runForTest(daemon, ['mcp', 'server', ...words], { clock: systemClock, toolkit });

describe('enabling a server', () => {
  it('puts it into the default profile, makes its image, and says what it still needs', async () => {
    const { stdout, stderr } = await server('enable', 'github');
    expect(stdout).toBe('Server github is enabled (catalog starter:latest).\n');
    expect(stderr).toContain('github needs a secret: gantry mcp secret set github.token\n');
    expect(stderr).toContain('gantry mcp profile config default --set github.KEY=VALUE\n');
    expect(built).toEqual(['gantry-mcp/github']);
    expect((await profiles.get('default')).servers).toMatchObject([{ name: 'github', image: 'gantry-mcp/github' }]);
    const again = JSON.parse((await server('add', 'github', '--json')).stdout);
    expect(again).toEqual({
      profile: 'default',
      added: [],
      replaced: ['github'],
      images: ['gantry-mcp/github'],
      needs: { github: { secrets: 'required', config: 'required', oauth: 'none' } },
    });
  });

  it('says from which catalogue it comes when several have it', async () => {
    const { stdout, stderr } = await server('enable', 'files');
    expect(stdout).toContain('(catalog mine:latest)');
    expect(stderr).toBe('files is taken from mine:latest; it is also in starter:latest.\n');
    expect(built).toEqual([]);
  });

  it('takes one that a URI names', async () => {
    expect((await server('enable', 'docker://me/x:1')).stdout).toBe('Server files is enabled (docker://me/x:1).\n');
  });

  it('is done without an Engine too, which is said', async () => {
    imagesFail = true;
    const { code, stderr } = await server('enable', 'github');
    expect([code, stderr]).toEqual([0, expect.stringContaining('There is no Engine.')]);
    expect((await profiles.get('default')).servers).toHaveLength(1);
  });

  it('enables none when one is unknown', async () => {
    const { code, stderr } = await server('enable', 'files', 'githu');
    expect([code, stderr]).toEqual([3, expect.stringContaining('Did you mean github?')]);
    expect(await profiles.find('default')).toBeUndefined();
  });
});

describe('a server inspected', () => {
  it('is that of the profile, with its tools switched, else that of a catalogue', async () => {
    const tool = { name: 'search', description: 'Finds', arguments: [], annotations: {} };
    const of = async (): Promise<unknown> => JSON.parse((await server('inspect', 'github', '--json')).stdout);
    expect(await of()).toMatchObject({ enabled: false, tools: [{ ...tool, enabled: false }] });
    await server('enable', 'github');
    expect(await of()).toMatchObject({ enabled: true, tools: [{ ...tool, enabled: true }] });
    await runForTest(daemon, ['mcp', 'tools', 'disable', 'search'], { clock: systemClock });
    expect((await server('inspect', 'github')).stdout).toBe(
      'github (enabled)\n  Issues\n  gantry-mcp/github\n  × search: Finds\n',
    );
    expect((await server('inspect', 'nope')).code).toBe(3);
  });
});
