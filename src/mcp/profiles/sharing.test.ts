import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestFromHex, type Digest } from '#core';
import type { ArtifactRegistry } from '../catalog/store/remote-catalog.ts';
import { addServers } from './change-profile.ts';
import { readDockerState } from './docker-state.ts';
import { createProfileArtifacts } from './profile-artifacts.ts';
import { emptyProfile } from './store.ts';
import { found } from './testing.ts';
import type { Profile } from './types.ts';

/** No token of anybody's. */
const sampleToken = `ghp_${'aB3dE5gH7jK9mN1pQ3sT'.repeat(2).slice(0, 36)}`;

/** A registry in memory. */
function memoryRegistry(): ArtifactRegistry {
  const blobs = new Map<string, Uint8Array>();
  const manifests = new Map<string, Uint8Array>();
  const digestOf = (bytes: Uint8Array): Digest => digestFromHex(createHash('sha256').update(bytes).digest('hex'));
  return {
    async pushBytes(_reference, bytes) {
      blobs.set(digestOf(bytes), bytes);
      return { digest: digestOf(bytes), size: bytes.length };
    },
    async pushManifest({ repository, tag = '' }, { bytes }) {
      manifests.set(`${repository}:${tag}`, bytes);
      return digestOf(bytes);
    },
    async resolveManifest({ repository, tag = '' }) {
      const bytes = manifests.get(`${repository}:${tag}`) ?? expect.fail('no such manifest');
      return { digest: digestOf(bytes), bytes, manifest: JSON.parse(Buffer.from(bytes).toString()) };
    },
    readBlob: async (_reference, { descriptor }) => blobs.get(descriptor.digest) ?? expect.fail('no such blob'),
  };
}

const signal = new AbortController().signal;
const work = (): Profile => ({ ...addServers(emptyProfile('work'), [found('files')]).profile, name: 'My Work' });

describe('a profile in a registry', () => {
  it('comes back as it was, under an id made from its name', async () => {
    const artifacts = createProfileArtifacts(memoryRegistry());
    const pushed = await artifacts.push(work(), 'registry.example.com/team/work', { signal });
    expect(pushed).toMatch(/^registry\.example\.com\/team\/work:latest@sha256:[0-9a-f]{64}$/);
    expect(await artifacts.pull('registry.example.com/team/work:latest', { signal })).toEqual({
      ...work(),
      id: 'my_work',
    });
  });

  it('always has the same digest', async () => {
    const push = () => createProfileArtifacts(memoryRegistry()).push(work(), 'r.example.com/w:1', { signal });
    expect(await push()).toBe(await push());
  });

  it('with a secret in its configuration is not sent, and where it is is said', async () => {
    const { servers, ...rest } = work();
    const leaky = { ...rest, servers: servers.map((server) => ({ ...server, config: { key: sampleToken } })) };
    const attempt = createProfileArtifacts(memoryRegistry()).push(leaky, 'r.example.com/w:1', { signal });
    const error: Error = await attempt.then(
      () => expect.fail('it was sent'),
      (thrown: unknown) => thrown as Error,
    );
    expect(error.message).toContain('GitHub token at servers[0].config.key');
    expect(error.message).not.toContain(sampleToken);
  });
});

describe('what Docker keeps', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'gantry-docker-')), 'mcp');
    await mkdir(folder);
  });

  function database(version: number): void {
    const db = new sqlite.Database(join(folder, 'mcp-toolkit.db'));
    db.exec('CREATE TABLE schema_migrations(version uint64, dirty bool)');
    db.exec('CREATE TABLE working_set(id TEXT PRIMARY KEY, name TEXT, servers TEXT, secrets TEXT)');
    db.run('INSERT INTO schema_migrations VALUES (?, 0)', [version]);
    const servers = [
      {
        type: 'image',
        image: 'mcp/time@sha256:1',
        config: { zone: 'UTC' },
        tools: ['now'],
        snapshot: {
          server: { name: 'time', type: 'server', image: 'mcp/time', secrets: [{ name: 'time.key', env: 'K' }] },
        },
      },
    ];
    db.run('INSERT INTO working_set VALUES (?, ?, ?, ?)', ['work', 'Work', JSON.stringify(servers), '{}']);
    db.run('INSERT INTO working_set VALUES (?, ?, ?, ?)', ['odd', 'Odd', '[{"config": 3}]', '{}']);
    db.close();
  }

  it('in its database is understood; what is not is said, and its folder stays as it was', async () => {
    database(6);
    const before = await readdir(folder);
    const { profiles, notes } = await readDockerState({ dockerConfig: dirname(folder) });
    expect(profiles).toHaveLength(1);
    expect(profiles[0]).toMatchObject({
      id: 'work',
      name: 'Work',
      servers: [{ name: 'time', image: 'mcp/time@sha256:1', config: { zone: 'UTC' }, tools: ['now'] }],
    });
    expect(notes).toEqual([expect.stringContaining('odd'), expect.stringContaining('time.key')]);
    expect(await readdir(folder)).toEqual(before);
  });

  it('as catalogues is understood too, those of its database before files of older versions', async () => {
    database(6);
    const db = new sqlite.Database(join(folder, 'mcp-toolkit.db'));
    db.exec('CREATE TABLE catalog(ref TEXT PRIMARY KEY, digest TEXT, title TEXT, source TEXT, last_updated TEXT)');
    db.exec(
      'CREATE TABLE catalog_server(id INTEGER PRIMARY KEY, server_type TEXT, tools TEXT, source TEXT, image TEXT, endpoint TEXT, snapshot TEXT, catalog_ref TEXT)',
    );
    db.run('INSERT INTO catalog VALUES (?, ?, ?, ?, ?)', ['me/mine:latest', 'x', 'Mine', 'oci:me/mine:latest', '']);
    const snapshot = JSON.stringify({ server: { name: 'time', type: 'server', image: 'mcp/time' } });
    const row = ['image', '["now"]', null, 'mcp/time', '', snapshot, 'me/mine:latest'];
    db.run('INSERT INTO catalog_server VALUES (1, ?, ?, ?, ?, ?, ?, ?)', row);
    db.run('INSERT INTO catalog_server VALUES (2, ?, ?, ?, ?, ?, ?, ?)', [
      'image',
      null,
      null,
      '',
      '',
      'x',
      row[6] ?? '',
    ]);
    db.close();
    await mkdir(join(folder, 'catalogs'));
    await writeFile(join(folder, 'catalogs', 'team.yaml'), 'registry: { files: { image: me/files } }\n');
    await writeFile(join(folder, 'catalogs', 'bad.yaml'), '[1');
    const { catalogs, notes } = await readDockerState({ dockerConfig: dirname(folder) });
    expect(catalogs.map(({ ref, title, source }) => [ref, title, source])).toEqual([
      ['me/mine:latest', 'Mine', 'oci:me/mine:latest'],
      ['team:latest', 'team', 'legacy-catalog:team'],
    ]);
    expect(catalogs[0]?.content.entries.map(({ server, filed }) => [server.name, filed.tools])).toEqual([
      ['time', ['now']],
    ]);
    expect(notes.join('\n')).toMatch(/catalogue bad was left out[^]*me\/mine|me\/mine[^]*catalogue bad was left out/);
  });

  it('by a newer version is left alone', async () => {
    database(7);
    const { profiles, notes } = await readDockerState({ dockerConfig: dirname(folder) });
    expect([profiles, notes]).toEqual([[], [expect.stringContaining('a newer toolkit wrote it')]]);
  });

  it('as no database at all is said to be none', async () => {
    await writeFile(join(folder, 'mcp-toolkit.db'), 'hello');
    expect((await readDockerState({ dockerConfig: dirname(folder) })).notes).toEqual([
      expect.stringContaining('not usable'),
    ]);
  });

  it('in files of older versions becomes the default profile', async () => {
    await mkdir(join(folder, 'catalogs'));
    await writeFile(join(folder, 'registry.yaml'), 'registry:\n  time: {ref: ""}\n  gone: {ref: ""}\n');
    await writeFile(join(folder, 'config.yaml'), 'time: {zone: UTC}\n');
    await writeFile(join(folder, 'tools.yaml'), 'time: [now]\n');
    await writeFile(
      join(folder, 'catalogs', 'docker-mcp.yaml'),
      'registry:\n  time: {type: server, image: mcp/time}\n',
    );
    const { profiles, notes } = await readDockerState({ dockerConfig: dirname(folder) });
    expect(profiles).toMatchObject([
      { id: 'default', servers: [{ name: 'time', image: 'mcp/time', config: { zone: 'UTC' }, tools: ['now'] }] },
    ]);
    expect(notes).toEqual([expect.stringContaining('gone was left out')]);
  });

  it('is nothing where Docker was never used', async () => {
    expect(await readDockerState({ dockerConfig: join(folder, 'absent') })).toEqual({
      profiles: [],
      catalogs: [],
      notes: [],
    });
  });
});
