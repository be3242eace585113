import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addServers, diffServers, isEnabled, removeServers, switchTools } from './change-profile.ts';
import { configEntries, configProblems, configure, configValue } from './configure.ts';
import { fromWire, profileSchema, toWire } from './profile-file.ts';
import { createProfileSource } from './profile-source.ts';
import { emptyProfile, type Profiles } from './store.ts';
import { found, profilesIn, readForTest } from './testing.ts';
import type { Profile } from './types.ts';

let folder: string;
let profiles: Profiles;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-profiles-'));
  profiles = profilesIn(folder);
});

const schema = {
  name: 'files',
  type: 'object',
  properties: {
    root: { type: 'string', default: '/data' },
    depth: { type: 'integer', minimum: 1, maximum: 9 },
    mode: { type: 'string', enum: ['fast', 'slow'] },
    paths: { type: 'array', items: { type: 'string' } },
    retry: { type: 'object', properties: { times: { type: 'integer', default: 3 } } },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
  },
  required: ['mode'],
};
const withFiles = (name = 'files'): Profile =>
  addServers(emptyProfile('work'), [found(name, { config: [{ ...schema, name }] })]).profile;

describe('a profile on disk', () => {
  it('is what was put there, and only one of its name can be created', async () => {
    const profile = withFiles();
    await profiles.create(profile);
    expect(await profiles.get('work')).toEqual(profile);
    await expect(profiles.create(profile)).rejects.toMatchObject({ code: 'mcp.profile_conflict' });
    await profiles.remove('work');
    await expect(profiles.get('work')).rejects.toMatchObject({ code: 'mcp.profile_not_found' });
  });

  it('keeps the comments of the person who edited it, whatever else changes', async () => {
    await profiles.create(addServers(withFiles(), [found('other')]).profile);
    const path = join(folder, 'work.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('name: work', 'name: work # my own\n# keep me'));
    await profiles.update('work', (profile) => configure(profile, { set: ['files.root=/x'], remove: [] }));
    await profiles.update('work', (profile) => removeServers(profile, ['other']));
    const after = await readFile(path, 'utf8');
    expect(after).toContain('# my own');
    expect(after).toContain('# keep me');
    expect(after).toContain('root: /x');
    expect(after).not.toContain('other');
  });

  it('that is broken is named, and the others work', async () => {
    await profiles.create(withFiles());
    await writeFile(join(folder, 'bad.yaml'), 'servers: [');
    await writeFile(join(folder, 'odd.yaml'), 'servers: [{config: 1, name: x}]');
    const { profiles: good, problems } = await profiles.list();
    expect(good.map(({ id }) => id)).toEqual(['work']);
    expect(problems.map(({ error }) => error.message)).toEqual([
      expect.stringContaining('bad.yaml'),
      expect.stringContaining('servers.0.config: expected a mapping'),
    ]);
    await expect(profiles.update('bad', (profile) => profile)).rejects.toMatchObject({ code: 'settings.invalid' });
    expect(await readFile(join(folder, 'bad.yaml'), 'utf8')).toBe('servers: [');
  });

  it.each(['', '..', 'a/b', '.hidden', 'a..b', 'x'.repeat(65)])('cannot be called %j', async (id) => {
    await expect(profiles.put(emptyProfile(id))).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('is changed by one at a time, so that nothing is lost', async () => {
    await profiles.create(emptyProfile('work'));
    const names = Array.from({ length: 12 }, (_none, index) => `s${index}`);
    const others = profilesIn(folder);
    await Promise.all(
      names.map((name, index) =>
        (index % 2 === 0 ? profiles : others).update('work', (one) => addServers(one, [found(name)]).profile),
      ),
    );
    expect((await profiles.get('work')).servers.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  it('tells those who watch', async () => {
    const heard = vi.fn<() => void>();
    const stop = profiles.watch(heard);
    await profiles.create(emptyProfile('work'));
    await vi.waitFor(() => expect(heard).toHaveBeenCalled());
    stop();
  });

  it('is the same after it was written and read, whatever is in it', () => {
    const text = fc.string({ minLength: 1, maxLength: 12 }).filter((one) => one !== '__proto__');
    const server = fc.record({
      name: text,
      config: fc.dictionary(
        text,
        fc.jsonValue({ maxDepth: 2 }).map((one) => JSON.parse(JSON.stringify(one))),
      ),
      tools: fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined }),
      disabledTools: fc.array(text, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(server, { maxLength: 4, selector: ({ name }) => name }), (servers) => {
        const base = addServers(
          emptyProfile('p'),
          servers.map(({ name }) => found(name)),
        ).profile;
        const profile = { ...base, servers: base.servers.map((one, index) => ({ ...one, ...servers[index] })) };
        expect(fromWire(profileSchema.parse(JSON.parse(JSON.stringify(toWire(profile)))), 'p')).toEqual(profile);
      }),
    );
  });

  it('of Docker is understood, with both spellings of its keys kept', () => {
    const wire = {
      version: 1,
      id: 'w',
      name: 'W',
      secrets: { default: { provider: 'docker-desktop-store' } },
      servers: [
        {
          type: 'image',
          image: 'mcp/time',
          secrets: 'default',
          tools: null,
          catalog_ref: 'a/b',
          snapshot: { server: { name: 'time', type: 'server' } },
        },
      ],
    };
    const profile = fromWire(profileSchema.parse(wire));
    expect(profile.servers[0]).toMatchObject({
      name: 'time',
      tools: undefined,
      extra: { catalog_ref: 'a/b', secrets: 'default' },
    });
    expect(toWire(profile)).toMatchObject({
      secrets: wire.secrets,
      servers: [{ catalog_ref: 'a/b', image: 'mcp/time' }],
    });
  });
});

describe('the servers of a profile', () => {
  it('that are added again keep what was chosen for them', () => {
    const configured = configure(withFiles(), { set: ['files.depth=2'], remove: [] });
    const off = switchTools(configured, { enable: [], disable: ['files.rm'], enableAll: [], disableAll: [] });
    const again = addServers(off, [found('files', { image: 'mcp/files:2', config: [schema] }), found('new')]);
    expect(again).toMatchObject({ added: ['new'], replaced: ['files'] });
    expect(again.profile.servers[0]).toMatchObject({
      config: { depth: 2 },
      disabledTools: ['rm'],
      server: { image: 'mcp/files:2' },
    });
  });

  it('are removed all or none', () => {
    const profile = addServers(withFiles(), [found('b')]).profile;
    expect(() => removeServers(profile, ['b', 'absent'])).toThrow('no server absent');
    expect(removeServers(profile, ['b']).servers.map(({ name }) => name)).toEqual(['files']);
  });

  it('come with what was chosen; one that cannot be understood does not keep the others back', async () => {
    const profile = addServers(emptyProfile('work'), [found('a'), found('b')]).profile;
    const broken = {
      ...profile,
      servers: profile.servers.map((one) => (one.name === 'a' ? { ...one, image: undefined, server: {} } : one)),
    };
    await profiles.create(broken);
    const problems: string[] = [];
    const source = createProfileSource({
      profiles,
      id: 'work',
      readServer: readForTest,
      onProblem: (server) => problems.push(server),
    });
    const servers = await source.load({});
    expect(servers.map(({ entry, origin }) => [entry.name, entry.image, origin])).toEqual([
      ['b', 'mcp/b', 'catalog test'],
    ]);
    expect(problems).toEqual(['a']);
  });

  it('are none in a default profile that nobody made, while another must be there', async () => {
    const source = (id: string) => createProfileSource({ profiles, id, readServer: readForTest, onProblem: () => {} });
    expect(await source('default').load({})).toEqual([]);
    await expect(source('typo').load({})).rejects.toMatchObject({ code: 'mcp.profile_not_found' });
  });

  it('are compared by name and content', () => {
    const server = (name: string, depth = 1) => ({
      entry: readForTest({ image: 'x' }, { name }),
      config: { depth },
      tools: undefined,
      origin: '',
    });
    expect(diffServers([server('a'), server('b'), server('c')], [server('b'), server('c', 2), server('d')])).toEqual({
      added: ['d'],
      removed: ['a'],
      changed: ['c'],
    });
  });
});

describe('tools', () => {
  const none = { enable: [], disable: [], enableAll: [], disableAll: [] };
  const server = (profile: Profile) => profile.servers[0] ?? { tools: undefined, disabledTools: [] };

  it('stay all enabled when one of them is enabled', () => {
    const profile = switchTools(withFiles(), { ...none, enable: ['files.read'] });
    expect(isEnabled(server(profile), 'write')).toBe(true);
    expect(server(profile).tools).toBeUndefined();
  });

  it('are all there but the one that is disabled, also those that come later', () => {
    const profile = switchTools(withFiles(), { ...none, disable: ['files.rm'] });
    expect([isEnabled(server(profile), 'rm'), isEnabled(server(profile), 'new')]).toEqual([false, true]);
  });

  it('are none after disable-all, then those that are enabled', () => {
    const profile = switchTools(switchTools(withFiles(), { ...none, disableAll: ['files'] }), {
      ...none,
      enable: ['files.read'],
    });
    expect([isEnabled(server(profile), 'read'), isEnabled(server(profile), 'rm')]).toEqual([true, false]);
  });

  it('of a server whose name has dots are found', () => {
    const profile = switchTools(withFiles('io.github.x'), { ...none, disable: ['io.github.x.a.b'] });
    expect(server(profile).disabledTools).toEqual(['a.b']);
  });

  it('after enabling or disabling one, this one is what it was made and the others are what they were', () => {
    const tool = fc.constantFrom('a', 'b', 'c');
    const step = fc.record({ on: fc.boolean(), tool });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.boolean(), (steps, startEmpty) => {
        let profile = startEmpty ? switchTools(withFiles(), { ...none, disableAll: ['files'] }) : withFiles();
        const expected = new Map(['a', 'b', 'c', 'd'].map((name) => [name, !startEmpty]));
        for (const { on, tool: name } of steps) {
          profile = switchTools(profile, { ...none, [on ? 'enable' : 'disable']: [`files.${name}`] });
          expected.set(name, on);
        }
        for (const [name, wanted] of expected) expect(isEnabled(server(profile), name)).toBe(wanted);
      }),
    );
  });
});

describe('the configuration of a server', () => {
  const set = (...texts: string[]) => configure(withFiles(), { set: texts, remove: [] });
  const values = (profile: Profile) => Object.fromEntries(configEntries(profile).map(({ key, value }) => [key, value]));

  it('takes JSON where it is some, and texts where texts belong', () => {
    const profile = set(
      'files.depth=3',
      'files.root=123',
      'files.paths=["a","b"]',
      'files.retry.times=5',
      'files.headers.X-Y=z',
    );
    expect(profile.servers[0]?.config).toEqual({
      depth: 3,
      root: '123',
      paths: ['a', 'b'],
      retry: { times: 5 },
      headers: { 'X-Y': 'z' },
    });
  });

  it('has its defaults', () => {
    expect(values(set('files.depth=3'))).toEqual({ 'files.depth': 3, 'files.root': '/data', 'files.retry.times': 3 });
    expect(configValue(withFiles(), 'files.retry.times')).toBe(3);
    expect(configValue(withFiles(), 'files.depth')).toBeUndefined();
  });

  it.each([
    ['files.dept=3', 'files.dept is not known to files', 'Did you mean depth?'],
    ['files.zzzzzz=3', 'files.zzzzzz is not known to files', 'Known are: root'],
    ['files.retry.tims=3', 'files.retry.tims is not known', 'Did you mean times?'],
    ['files.depth=many', 'files.depth must be integer, not string', undefined],
    ['files.depth=10', 'files.depth must be ≤ 9', undefined],
    ['files.mode=medium', 'files.mode must be one of fast, slow', undefined],
    ['files.paths=[1]', 'files.paths.0 must be string', undefined],
    ['files.headers.a=1', undefined, undefined],
    ['nobody.x=1', 'no server nobody', undefined],
    ['files=1', 'not of the form', undefined],
    ['files.x', 'not of the form', undefined],
    ['files.__proto__.x=1', 'not of the form', undefined],
  ])('%s: %s', (text, message, hint) => {
    const attempt = () => set(text);
    if (message === undefined) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(message);
    if (hint !== undefined) expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });

  it('is deleted with what was around it alone', () => {
    const profile = configure(set('files.retry.times=5', 'files.root=/x'), { set: [], remove: ['files.retry.times'] });
    expect(profile.servers[0]?.config).toEqual({ root: '/x' });
    expect(() => configure(profile, { set: [], remove: ['files.depth'] })).toThrow('files.depth is not set');
    expect(() => configure(profile, { set: ['files.root=a'], remove: ['files.root'] })).toThrow('both set and deleted');
  });

  it('that lacks what is required is a problem to be told, not a reason to refuse', () => {
    expect(configProblems(withFiles().servers[0] ?? expect.fail())).toEqual(['files.mode is required']);
    expect(configProblems(set('files.mode=fast').servers[0] ?? expect.fail())).toEqual([]);
  });

  it('of a server without a schema is refused', () => {
    const profile = addServers(emptyProfile('p'), [found('plain')]).profile;
    expect(() => configure(profile, { set: ['plain.x=1'], remove: [] })).toThrow('plain takes no configuration');
  });
});
