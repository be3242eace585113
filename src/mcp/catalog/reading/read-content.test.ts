import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { createRandom, fuzzedBody, generatedCatalog } from '#testing';
import type { CatalogContent } from './content.ts';
import { readContent } from './read-content.ts';

const read = (value: unknown): CatalogContent => readContent(stringify(value), { where: 'x.yaml' });
const only = (value: unknown) => {
  const { entries, problems } = read(value);
  expect(problems).toEqual([]);
  expect(entries).toHaveLength(1);
  return entries[0]?.server;
};
const problemOf = (entry: unknown): string | undefined => read({ registry: { x: entry } }).problems[0]?.reason;

describe('a catalogue in YAML', () => {
  it('of 300 entries that use everything is understood completely', () => {
    const { entries, problems, name, title } = read(generatedCatalog(300));
    expect({ problems, name, title, count: entries.length }).toEqual({
      problems: [],
      name: 'generated',
      title: 'Generated & <complete>',
      count: 300,
    });
    const kinds = entries.map(({ server }) => server.type);
    expect(new Set(kinds)).toEqual(new Set(['server', 'remote', 'poci']));
    const [container] = entries;
    expect(container?.server).toMatchObject({
      name: 'container-0',
      type: 'server',
      longLived: true,
      prefix: 'pre',
      secrets: [
        { name: 'container-0.token', env: 'TOKEN', description: 'A token', example: '<TOKEN>', required: true },
        { name: 'container-0.other', env: 'OTHER', required: false },
      ],
      env: [
        { name: 'URL', value: '{{container-0.text}}' },
        { name: 'PORT', value: '8080' },
        { name: 'AUTH', value: 'Bearer ${TOKEN}' },
      ],
      user: '1000:1000',
      disableNetwork: true,
      allowHosts: ['api.example.com:443', 'db.example.com:5432/tcp'],
      extraHosts: ['host.docker.internal:host-gateway'],
      capabilities: ['NET_RAW'],
      config: [{ name: 'container-0', type: 'object' }],
      extra: { dateAdded: '2026-01-01T00:00:00Z', toolsUrl: 'https://example.com/tools.json' },
    });
    expect(container?.server.tools[0]).toMatchObject({
      name: 'tool_0',
      inputSchema: {
        type: 'object',
        properties: {
          query: { type: 'string', description: 'What to look for' },
          list: { type: 'array', items: { type: 'string' }, description: 'Some' },
        },
        required: ['query'],
      },
      annotations: { readOnlyHint: true },
      container: undefined,
    });
  });

  it('keeps the other servers when one is wrong, and says what is wrong with it', () => {
    const { entries, problems } = read({
      registry: { good: { image: 'a' }, bad: { image: ['a'] }, none: {}, text: 'x' },
    });
    expect(entries.map(({ server }) => server.name)).toEqual(['good']);
    expect(problems.map(({ server }) => server)).toEqual(['bad', 'none', 'text']);
    expect(problems[0]?.reason).toContain('"bad" is wrong at image');
    expect(problems[1]?.reason).toContain('neither an image, nor an address, nor tools with images');
  });

  it.each([
    ['sse', 'sse'],
    ['http', 'streamable-http'],
    ['streamable', 'streamable-http'],
    ['streaming', 'streamable-http'],
    ['Streamable-HTTP', 'streamable-http'],
  ])('knows the transport %s', (given, transport) => {
    const server = only({ registry: { x: { remote: { url: 'https://x.example/mcp', transport_type: given } } } });
    expect(server).toMatchObject({ type: 'remote', remote: { transport, headers: {} } });
  });

  it('takes a variable that refers to a secret for a secret that the server needs', () => {
    const env = [
      { name: 'TOKEN', value: 'se://docker/mcp/notes.token' },
      { name: 'PLAIN', value: 'x se://docker/mcp/notes.token' },
    ];
    expect(only({ registry: { notes: { image: 'a', env } } })).toMatchObject({
      secrets: [{ name: 'notes.token', env: 'TOKEN', required: true }],
      env: [env[1]],
    });
    expect(problemOf({ image: 'a', env: [{ name: 'TOKEN', value: 'se://' }] })).toContain('refers to a secret');
  });

  it('takes the older key of an address', () => {
    expect(only({ registry: { x: { sseEndpoint: 'https://x.example/sse' } } })).toMatchObject({
      type: 'remote',
      remote: { url: 'https://x.example/sse', transport: 'sse' },
    });
  });

  it.each([
    [
      'an unknown transport',
      { remote: { url: 'https://x.example', transport_type: 'carrier-pigeon' } },
      'carrier-pigeon',
    ],
    ['an address of another kind', { remote: { url: 'file:///etc/passwd' } }, 'address that is none'],
    ['a remote without an address', { type: 'remote' }, 'has no address'],
    ['a set of tools without images', { type: 'poci', tools: [{ name: 'x' }] }, 'no tool with an image'],
    ['a variable with a name that is none', { image: 'a', env: [{ name: 'A=B', value: 'x' }] }, 'wrong at env.0.name'],
    ['a capability that is none', { image: 'a', capabilities: ['net raw'] }, 'Linux capability'],
    ['too many tools', { image: 'a', tools: Array.from({ length: 2001 }, (_, at) => ({ name: `t${at}` })) }, 'tools'],
  ])('says what is wrong with %s', (_what, entry, reason) => {
    expect(problemOf(entry)).toContain(reason);
  });

  it('refuses names that would break what they are put into', () => {
    const { problems } = read({ registry: { 'a\nb': { image: 'a' }, ' a': { image: 'a' }, '': { image: 'a' } } });
    expect(problems).toHaveLength(3);
  });
});

describe('other catalogues', () => {
  const snapshot = { server: { name: 'time', type: 'server', image: '', tools: [{ name: 'now' }] } };

  it('of a registry file servers with a snapshot', () => {
    const { title, entries, problems } = read({
      title: 'Mine',
      servers: [
        { type: 'image', image: 'mcp/time@sha256:1', tools: ['now'], snapshot },
        { type: 'remote', endpoint: 'https://x.example/mcp', snapshot: { server: { name: 'far', type: 'remote' } } },
        { type: 'image', image: 'mcp/unknown' },
        { type: 'image', image: 'mcp/time:2', snapshot },
      ],
    });
    expect(title).toBe('Mine');
    expect(entries.map(({ server, filed }) => [server.name, server.image, filed.tools, filed.endpoint])).toEqual([
      ['time', 'mcp/time@sha256:1', ['now'], undefined],
      ['far', undefined, undefined, 'https://x.example/mcp'],
    ]);
    expect(problems.map(({ reason }) => reason)).toEqual([
      'mcp/unknown comes without a description of the server',
      'another server of this name comes before it',
    ]);
  });

  it('are profiles too', () => {
    const profile = {
      version: 1,
      id: 'work',
      name: 'Work',
      servers: [{ type: 'image', config: { a: 1 }, secrets: 'default', tools: null, image: 'mcp/time', snapshot }],
    };
    expect(read(profile)).toMatchObject({ title: 'Work', entries: [{ server: { name: 'time' } }] });
  });

  it('may be one entry, or none', () => {
    expect(only({ name: 'one', image: 'x' })).toMatchObject({ name: 'one', type: 'server' });
    expect(readContent('registry:\n', { where: 'x' }).entries).toEqual([]);
    expect(() => read({ hello: 1 })).toThrow('neither a registry nor servers');
    expect(() => readContent('- a\n- b', { where: 'x' })).toThrow('not a mapping');
  });

  it('of the community list servers in the spelling of now and in that of before', () => {
    const servers = [
      {
        server: {
          name: 'io.example/new',
          version: '1.0.0',
          packages: [{ registryType: 'oci', identifier: 'ghcr.io/example/new:1.0.0', transport: { type: 'stdio' } }],
        },
        _meta: { 'io.modelcontextprotocol.registry/official': { isLatest: true, status: 'active' } },
      },
      {
        server: { name: 'io.example/new', version: '0.9.0', remotes: [] },
        _meta: { 'io.modelcontextprotocol.registry/official': { isLatest: false, status: 'active' } },
      },
      {
        server: {
          name: 'io.example/old',
          packages: [
            {
              registry_name: 'docker',
              name: 'example/old',
              version: '2.0.0',
              environment_variables: [{ name: 'KEY', is_secret: true, is_required: true }],
            },
          ],
        },
      },
    ];
    const { entries, problems } = read({ servers, metadata: { next_cursor: 'x' } });
    expect(problems).toEqual([]);
    expect(entries.map(({ server }) => [server.name, server.image, server.secrets.map(({ env }) => env)])).toEqual([
      ['io-example-new', 'ghcr.io/example/new:1.0.0', []],
      ['io-example-old', 'example/old:2.0.0', ['KEY']],
    ]);
    const asArtifact = { registry: [{ server: servers[2]?.server, 'x-io.modelcontextprotocol.registry': {} }] };
    expect(read(asArtifact).entries[0]?.server.name).toBe('io-example-old');
  });
});

describe('a hostile catalogue', () => {
  it('is read or refused, and never breaks anything', () => {
    const start = JSON.stringify(generatedCatalog(5));
    let accepted = 0;
    for (let seed = 0; seed < 400; seed += 1) {
      const text = fuzzedBody(JSON.parse(start), createRandom(seed)).toString();
      try {
        accepted += readContent(text, { where: 'x' }).entries.length;
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }
    expect(accepted).toBeGreaterThan(100);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('of any JSON is read or refused', () => {
    const keys = fc.constantFrom('registry', 'servers', 'image', 'tools', 'title', 'server', 'packages', 'name');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (raw) => {
        try {
          read(JSON.parse(JSON.stringify(raw)));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
