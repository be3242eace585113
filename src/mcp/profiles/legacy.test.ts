import { describe, expect, it } from 'vitest';
import { addServers, switchTools } from './change-profile.ts';
import { serverWithTool } from './find-tool.ts';
import { readinessOf, type ServerReadiness } from './readiness.ts';
import { configOfAll, replaceConfig } from './replace-config.ts';
import { emptyProfile } from './store.ts';
import { found, readForTest } from './testing.ts';
import type { JsonObject } from '../types.ts';
import type { Profile } from './types.ts';

const config = [{ name: 'a', type: 'object', properties: { root: { type: 'string' } }, required: ['root'] }];
const profileOf = (...servers: readonly (readonly [string, JsonObject])[]): Profile =>
  addServers(
    emptyProfile('default'),
    servers.map(([name, wire]) => found(name, wire)),
  ).profile;

describe('what a server still needs', () => {
  const secrets = [
    { name: 'a.one', env: 'ONE', required: true },
    { name: 'a.two', env: 'TWO', required: true },
  ];
  const oauth = { providers: [{ provider: 'git', secret: 'a.git', env: 'GIT' }], scopes: [] };
  const readiness = (
    wire: JsonObject,
    { has = [], set = {} }: { has?: readonly string[]; set?: JsonObject } = {},
  ): ServerReadiness => {
    const [server] = replaceConfig(profileOf(['a', wire]), { a: set }).servers;
    if (!server) throw new Error('There is no server.');
    const entry = { ...readForTest(server.server ?? {}, { name: 'a' }), config: wire['config'] ? config : [] };
    const withOAuth = wire['oauth'] ? { ...entry, oauth } : entry;
    return readinessOf(server, withOAuth, (name) => has.includes(name));
  };

  it.each([
    [{}, {}, { secrets: 'none', config: 'none', oauth: 'none' }],
    [{ secrets }, {}, { secrets: 'required' }],
    [{ secrets }, { has: ['a.two'] }, { secrets: 'partial' }],
    [{ secrets }, { has: ['a.one', 'a.two'] }, { secrets: 'done' }],
    [{ config }, {}, { config: 'required' }],
    [{ config }, { set: { other: 1 } }, { config: 'partial' }],
    [{ config }, { set: { root: '/' } }, { config: 'done' }],
    [{ oauth }, {}, { oauth: 'required' }],
    [{ oauth }, { has: ['oauth/git'] }, { oauth: 'done' }],
    [{ oauth }, { has: ['oauth/a'] }, { oauth: 'done' }],
  ])('%# is told in the words of Docker', (wire, given, expected) => {
    expect(readiness(wire, given)).toMatchObject(expected);
  });
});

describe('the configuration of all servers', () => {
  it('is written and read as one', () => {
    const profile = profileOf(['a', {}], ['b', {}]);
    const written = replaceConfig(profile, { b: { x: { y: 1 } } });
    expect(configOfAll(written)).toEqual({ b: { x: { y: 1 } } });
    expect(configOfAll(replaceConfig(written, {}))).toEqual({});
    expect(() => replaceConfig(profile, { toString: {} })).toThrow('There is no server toString');
  });
});

describe('a tool without its server', () => {
  const profile = profileOf(
    ['a', { tools: [{ name: 'x' }, { name: 'both' }] }],
    ['b', { tools: [{ name: 'both' }] }],
    ['c', {}],
  );

  it('is found by what catalogues and people say of the servers', () => {
    expect(serverWithTool(profile, 'x')).toBe('a');
    const switched = switchTools(profile, { enable: [], disable: ['c.z'], enableAll: [], disableAll: [] });
    expect(serverWithTool(switched, 'z')).toBe('c');
  });

  it('is asked for where it cannot be told', () => {
    expect(() => serverWithTool(profile, 'y')).toThrow('No server of the profile default is known to have a tool "y"');
    expect(() => serverWithTool(profile, 'both')).toThrow('Several servers have a tool "both": a, b.');
  });
});
