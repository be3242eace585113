import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, systemClock } from '#core';
import { contentOf } from '../reading/read-content.ts';
import { artifactOf, catalogArtifactType, catalogLayer } from './artifact.ts';
import { parsePullRules, shouldPull } from './pull-policy.ts';
import { catalogName } from './reference.ts';
import { createCatalogStore, type CatalogStore } from './store.ts';

describe('the name of a catalogue', () => {
  it.each([
    ['mine', 'mine:latest'],
    ['mine:1', 'mine:1'],
    ['docker.io/library/mine', 'mine:latest'],
    ['docker.io/mcp/docker-mcp-catalog', 'mcp/docker-mcp-catalog:latest'],
    ['index.docker.io/mcp/x:2', 'mcp/x:2'],
    ['localhost:5000/me/mine', 'localhost:5000/me/mine:latest'],
    ['registry.example.com/mine', 'registry.example.com/mine:latest'],
  ])('%s is %s', (given, name) => {
    expect(catalogName(given)).toBe(name);
    expect(catalogName(name)).toBe(name);
  });

  it.each(['', 'a b', `mine@sha256:${'a'.repeat(64)}`, '../x'])('is not %j', (text) => {
    expect(() => catalogName(text)).toThrow();
  });
});

describe('when to pull', () => {
  const hour = 3_600_000;
  it.each([
    ['', undefined, false],
    ['never', undefined, false],
    ['missing', undefined, true],
    ['missing', 99 * hour, false],
    ['initial', undefined, true],
    ['exists', undefined, false],
    ['exists', 0, true],
    ['exists@6h', 5 * hour, false],
    ['exists@6h', 7 * hour, true],
    ['always', 0, true],
    ['always@1d', 23 * hour, false],
    ['1d', 25 * hour, true],
    ['1h30m', hour, false],
    ['initial+exists@6h', 7 * hour, true],
    ['missing+always@2w', 100 * hour, false],
  ])('%j with one that is %s ms old: %s', (...[rules, ageMs, expected]) => {
    expect(shouldPull(parsePullRules(rules), { ageMs, wasPulled: false })).toBe(expected);
  });

  it('does not bring back at first use what somebody removed', () => {
    expect(shouldPull(parsePullRules('initial'), { ageMs: undefined, wasPulled: true })).toBe(false);
  });

  it.each(['sometimes', 'always@soon', 'always@1h@2h', '-1h', 'soon@6h', '6h@6h'])('is not %j', (text) => {
    expect(() => parsePullRules(text)).toThrow('does not say when to pull');
  });
});

const sample = {
  registry: {
    time: {
      type: 'server',
      image: 'mcp/time',
      description: 'Time & <zones>\u2028',
      env: [{ name: 'TZ', value: 1 }],
      tools: [{ name: 'now', arguments: [], annotations: { readOnlyHint: false } }],
      config: [{ properties: { b: { type: 'string' }, a: { type: 'number', default: 1.5 } }, name: 'time' }],
    },
    far: { type: 'remote', remote: { url: 'https://far.example/mcp', headers: { B: '1', A: '2' } } },
  },
};

describe('the bytes of a catalogue', () => {
  const layer = catalogLayer('T', contentOf(sample, { where: 'x' }).entries);

  it('are those of other toolkits', () => {
    // As Go's encoding/json writes structures with these fields.
    expect(layer).toBe(
      '{"title":"T","servers":[' +
        '{"type":"image","image":"mcp/time","snapshot":{"server":{"name":"time","type":"server","image":"mcp/time",' +
        String.raw`"description":"Time \u0026 \u003czones\u003e\u2028","remote":{},"env":[{"name":"TZ","value":"1"}],` +
        '"tools":[{"name":"now","description":"","arguments":[],"annotations":{"readOnlyHint":false},' +
        '"container":{"image":"","command":null,"volumes":null},"parameters":{"type":"","properties":null,"required":null}}],' +
        '"config":[{"name":"time","properties":{"a":{"default":1.5,"type":"number"},"b":{"type":"string"}}}]}}},' +
        '{"type":"remote","endpoint":"https://far.example/mcp","snapshot":{"server":{"name":"far","type":"remote","image":"",' +
        '"remote":{"url":"https://far.example/mcp","headers":{"A":"2","B":"1"}}}}}]}',
    );
  });

  it('decide its digest, together with the manifest', () => {
    const { manifest, digest, layer: descriptor } = artifactOf(layer, catalogArtifactType);
    expect(manifest).toBe(
      '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",' +
        '"artifactType":"application/vnd.docker.mcp.catalog.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json",' +
        '"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},' +
        `"layers":[{"mediaType":"application/json","digest":"${descriptor.digest}","size":${Buffer.byteLength(layer)}}]}`,
    );
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('stay the same when they are read and written again, whatever the order of the keys', () => {
    const again = contentOf(JSON.parse(layer), { where: 'x' });
    expect(again.problems).toEqual([]);
    expect(catalogLayer('T', again.entries)).toBe(layer);
    const { registry } = sample;
    const time = Object.fromEntries(Object.entries(registry.time).toReversed());
    const turned = contentOf({ registry: { time: time as never, far: registry.far } }, { where: 'x' });
    expect(catalogLayer('T', turned.entries)).toBe(layer);
  });

  it('keep what we do not know', () => {
    const extra = { registry: { x: { image: 'a', dateAdded: '2026', zebra: { b: 1, a: [2] } } } };
    expect(catalogLayer('T', contentOf(extra, { where: 'x' }).entries)).toContain(
      '"remote":{},"dateAdded":"2026","zebra":{"a":[2],"b":1}}',
    );
  });

  it('are the same for the same values, and read back as them', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.record({ image: name, description: fc.string(), command: fc.array(fc.string()) })),
        (registry) => {
          const { entries } = contentOf(JSON.parse(JSON.stringify({ registry })), { where: 'x' });
          const text = catalogLayer('T', entries);
          const again = contentOf(JSON.parse(text), { where: 'x' }).entries;
          expect(again.map(({ server }) => server)).toEqual(entries.map(({ server }) => server));
          expect(catalogLayer('T', again)).toBe(text);
        },
      ),
    );
  });
});

describe('catalogues on disk', () => {
  let folder: string;
  let store: CatalogStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-catalogs-'));
    store = createCatalogStore({ folder, clock: systemClock });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const made = (ref: string, title = 'T') => ({
    ref,
    title,
    source: 'user:cli',
    pulled: false,
    layer: catalogLayer(title, contentOf(sample, { where: 'x' }).entries),
  });

  it('are found by their names, also where two look alike in a file system', async () => {
    await store.update('a/b:1', () => made('a/b:1', 'One'));
    await store.update('a_b_1:latest', () => made('a_b_1:latest', 'Two'));
    expect((await store.list()).map(({ ref, title }) => [ref, title])).toEqual([
      ['a/b:1', 'One'],
      ['a_b_1:latest', 'Two'],
    ]);
    expect((await store.find('a/b:1'))?.title).toBe('One');
    expect(await store.remove('a/b:1')).toBe(true);
    expect(await store.remove('a/b:1')).toBe(false);
    expect(await store.find('a/b:1')).toBeUndefined();
  });

  it('lose nothing when many change them at once', async () => {
    const other = createCatalogStore({ folder, clock: systemClock });
    const add = (to: CatalogStore, letter: string) =>
      to.update('c:latest', (present) => made('c:latest', `${present?.title ?? ''}${letter}`));
    await Promise.all(Array.from('abcdefgh').map((letter, at) => add(at % 2 === 0 ? store : other, letter)));
    expect(
      Array.from((await store.find('c:latest'))?.title ?? '')
        .toSorted()
        .join(''),
    ).toBe('abcdefgh');
    expect((await readdir(folder)).filter((name) => name.includes('lock') || name.includes('tmp'))).toEqual([]);
  });

  it('that were changed by another hand are not believed', async () => {
    await store.update('c:latest', () => made('c:latest'));
    const [name = ''] = await readdir(folder);
    const text = await readFile(join(folder, name), 'utf8');
    await writeFile(join(folder, name), text.replace('mcp/time', 'evil/time'));
    await expect(store.find('c:latest')).rejects.toMatchObject({ code: 'store.corrupt' });
    await writeFile(join(folder, name), '{');
    await expect(store.list()).rejects.toMatchObject({ code: 'store.corrupt' });
  });

  it('tell when they change', async () => {
    const told = deferred<void>();
    let armed = false;
    const ready = deferred<void>();
    const stop = store.watch(() => {
      ready.resolve();
      if (armed) told.resolve();
    });
    await ready.promise;
    armed = true;
    await store.update('c:latest', () => made('c:latest'));
    await told.promise;
    stop();
  });

  it('remember what came from a registry once', async () => {
    await store.update('c:latest', () => ({ ...made('c:latest'), pulled: true }));
    await store.remove('c:latest');
    expect([await store.wasPulled('c:latest'), await store.wasPulled('d:latest')]).toEqual([true, false]);
  });
});
