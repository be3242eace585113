import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContent } from '../catalog/reading/read-content.ts';
import type { Catalog } from '../catalog/types.ts';
import { backupOf, readBackup } from './backup.ts';
import { addServers, switchTools } from './change-profile.ts';
import { profileContent } from './profile-content.ts';
import { emptyProfile } from './store.ts';
import { found, readForTest } from './testing.ts';

const two = addServers(emptyProfile('default'), [
  found('a', { tools: [{ name: 'x' }, { name: 'y' }] }),
  found('b', { tools: [{ name: 'z' }] }),
]).profile;

function catalogOf(name: string): Catalog {
  const { entries, problems } = readContent(`registry: { time: { image: me/time, description: 'a: b' } }`, {
    where: name,
  });
  const times = { updatedAt: undefined, pulledAt: undefined };
  return {
    ref: `${name}:latest`,
    title: 'Mine',
    source: 'user:cli',
    digest: '',
    builtIn: false,
    ...times,
    entries,
    problems,
  };
}

describe('a backup', () => {
  it('gives back the profile and the catalogues, also as the files of older toolkits', () => {
    const profile = {
      ...switchTools(two, { enable: [], disable: ['a.y'], enableAll: [], disableAll: ['b'] }),
    };
    const configured = { ...profile, servers: profile.servers.map((one) => ({ ...one, config: { root: '/data' } })) };
    const backup = readBackup(JSON.stringify(backupOf(configured, [catalogOf('mine')])), 'x.json');
    expect(backup.profile).toEqual(configured);
    expect(backup).toMatchObject({
      config: { a: { root: '/data' }, b: { root: '/data' } },
      enabled: ['a', 'b'],
      tools: { b: [] },
      titles: { mine: 'Mine' },
    });
    const again = readContent(backup.catalogFiles['mine'] ?? '', { where: 'mine' });
    expect(again.entries.map(({ wire }) => wire)).toEqual([{ name: 'time', image: 'me/time', description: 'a: b' }]);
  });

  it('of an older toolkit has texts of files alone, any of which may be missing', () => {
    expect(readBackup('{"registry":"registry:\\n  fetch:\\n    ref: \\"\\"\\n","catalogFiles":null}', 'x')).toEqual({
      config: {},
      enabled: ['fetch'],
      tools: {},
      titles: {},
      catalogFiles: {},
      profile: undefined,
    });
  });

  it('that is none is refused with its place', () => {
    expect(() => readBackup('[', 'x.json')).toThrow(/x\.json/);
    expect(() => readBackup('{"config":"a: [1"}', 'x.json')).toThrow(/x\.json: config/);
    expect(() => readBackup('{"config":"a: 1"}', 'x.json')).toThrow(/expected a mapping/);
    expect(() => readBackup('{"config":7}', 'x.json')).toThrow(/config dump/);
  });

  it('never fails in a way that is not an answer', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        try {
          readBackup(json, 'x');
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(settings|request)\.invalid$/) });
        }
      }),
    );
  });
});

describe('a profile as a catalogue', () => {
  it('takes along which tools may be used, and says which servers it cannot describe', () => {
    const limited = switchTools(two, { enable: [], disable: [], enableAll: [], disableAll: ['b'] });
    const [bare] = two.servers.map((one) => ({ ...one, name: 'bare', server: undefined }));
    const content = profileContent({ ...limited, servers: [...limited.servers, ...(bare ? [bare] : [])] }, readForTest);
    expect(content.title).toBe('Default Profile');
    expect(content.entries.map(({ server, filed }) => [server.name, filed.type, filed.tools])).toEqual([
      ['a', 'image', undefined],
      ['b', 'image', []],
    ]);
    expect(content.problems).toEqual([{ server: 'bare', reason: 'the profile has no description of it' }]);
  });

  it('names the tools that are left where some may not be used', () => {
    const off = switchTools(two, { enable: [], disable: ['a.y'], enableAll: [], disableAll: [] });
    const tools = [{ name: 'x' }, { name: 'y' }] as never;
    const read: typeof readForTest = (raw, options) => ({ ...readForTest(raw, options), tools });
    expect(profileContent(off, read).entries[0]?.filed.tools).toEqual(['x']);
  });
});
