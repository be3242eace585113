import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import { addServers, createProfiles, emptyProfile, type FoundServer, type JsonObject, type Profiles } from '#mcp';
import { createFakeDaemon, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { catalogToolkit } from '../../testing/catalog-toolkit.ts';
import { runForTest, type Outcome, type TestRun } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
let profiles: Profiles;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  profiles = createProfiles({
    folder: join(daemon.paths.home, 'mcp', 'profiles'),
    clock: systemClock,
    log: silentLog,
  });
});
afterEach(() => daemon[Symbol.asyncDispose]());

const mcp = (words: readonly string[], options: TestRun = {}): Promise<Outcome> =>
  runForTest(daemon, ['mcp', ...words], { clock: systemClock, toolkit: catalogToolkit(daemon), ...options });

function found(name: string, wire: JsonObject): FoundServer {
  return {
    server: { name },
    wire: { name, type: 'server', image: `team/${name}`, description: `The ${name} server`, ...wire },
    filed: { type: 'image', tools: undefined, source: undefined, image: `mcp/${name}`, endpoint: undefined },
    origin: 'catalog test',
  };
}

async function enable(...servers: readonly FoundServer[]): Promise<void> {
  await profiles.update('default', (profile) => addServers(profile, servers).profile, { create: true });
}

const files = found('files', {
  tools: [{ name: 'read' }, { name: 'write' }],
  config: [{ name: 'files', type: 'object', properties: { root: { type: 'string' } }, required: ['root'] }],
});
const github = found('github', { secrets: [{ name: 'github.token', env: 'TOKEN' }], tools: [{ name: 'search' }] });

describe('verbs of older toolkits', () => {
  it('begin with nothing', async () => {
    expect((await mcp(['server', 'ls'])).stdout).toMatch(/^No server is enabled/);
    expect((await mcp(['server', 'ls', '--json'])).stdout).toBe('[]\n');
    expect((await mcp(['config', 'read'])).stdout).toBe('{}\n');
  });

  it('list servers with what they still need', async () => {
    await enable(files, github);
    const { stdout } = await mcp(['server', 'ls']);
    expect(stdout).toMatch(/^NAME +OAUTH +SECRETS +CONFIG +DESCRIPTION$/m);
    expect(stdout).toMatch(/^files +- +- +▲ required +The files server$/m);
    expect(stdout).toMatch(/^github +- +▲ required +- +The github server$/m);
    expect(stdout).toMatch(
      /\n\n {2}files\n {4}needs configuration: root\n {2}github\n {4}needs secrets: github\.token\n/,
    );
    await mcp(['config', 'write', 'files: { root: /data }']);
    const given = await mcp(['server', 'ls', '--json'], { env: { GANTRY_SECRET_GITHUB_TOKEN: 'x' } });
    expect(JSON.parse(given.stdout)).toMatchObject([
      { name: 'files', description: 'The files server', secrets: 'none', config: 'done', oauth: 'none', canRun: true },
      {
        name: 'github',
        description: 'The github server',
        secrets: 'done',
        runs: 'container team/github',
        canRun: true,
      },
    ]);
  });

  it('disable servers, all or none of those named', async () => {
    await enable(files, github);
    expect((await mcp(['server', 'rm', 'files', 'nope'])).code).toBe(3);
    expect((await profiles.get('default')).servers).toHaveLength(2);
    expect((await mcp(['server', 'disable', 'files'])).stdout).toBe('Server files is disabled.\n');
    expect((await mcp(['server', 'reset', '--json'])).stdout).toContain('"github"');
    expect((await profiles.get('default')).servers).toEqual([]);
  });

  it('write the configuration of all servers, and say what is wrong with it', async () => {
    await enable(files, github);
    const { stderr } = await mcp(['config', 'write', '-'], { stdin: 'files:\n  root: 7\n' });
    expect(stderr).toContain('files.root');
    expect((await mcp(['config', 'read'])).stdout).toBe('files:\n  root: 7\n');
    expect((await mcp(['config', 'write', 'other: {}'])).stderr).toContain('There is no server other');
    expect((await mcp(['config', 'write', '[1]'])).code).toBe(2);
    expect((await mcp(['config', 'write', 'files: 1'])).stderr).toContain('what files has must be a map');
    await mcp(['config', 'reset']);
    expect((await mcp(['config', 'read', '--json'])).stdout).toBe('{}\n');
  });

  it('switch tools by their names alone', async () => {
    await enable(files, github);
    expect((await mcp(['tools', 'disable', 'read', 'search'])).stdout).toBe(
      'Tool read of files is disabled.\nTool search of github is disabled.\n',
    );
    const [first] = (await profiles.get('default')).servers;
    expect([first?.tools, first?.disabledTools]).toEqual([undefined, ['read']]);
    await mcp(['tools', 'enable', 'read', '--server', 'files']);
    expect((await profiles.get('default')).servers[0]?.disabledTools).toEqual([]);
    expect((await mcp(['tools', 'enable', 'nope'])).stderr).toContain('--server NAME');
  });

  it('work on another profile when told to, which must be there', async () => {
    await profiles.create(addServers(emptyProfile('work'), [files]).profile);
    expect((await mcp(['server', 'ls', '-p', 'work', '--json'])).stdout).toContain('"files"');
    expect((await mcp(['server', 'ls', '-p', 'none'])).code).toBe(3);
    expect((await mcp(['server', 'reset', '-p', 'none'])).code).toBe(3);
  });
});
