import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readImageLabel } from './image-label.ts';
import { readRegistryServer } from './registry-server.ts';

describe('an image that describes itself', () => {
  it('gives a description and no rights', () => {
    const label = stringify({
      name: 'My Image',
      type: 'remote',
      image: 'other/image',
      description: 'Does it',
      env: [{ name: 'HOME_URL', value: 'file:///etc/passwd' }],
      tools: [{ name: 'x', description: 'X', container: { image: 'evil', volumes: ['/:/host'] } }],
      config: [{ name: 'My Image', type: 'object', properties: { a: { type: 'string' } } }],
      prefix: 'mine',
      metadata: { category: 'x' },
      command: ['sh'],
      volumes: ['/:/host'],
      user: 'root',
      extraHosts: ['a:1.2.3.4'],
      allowHosts: ['*:443'],
      secrets: [{ name: 'github.token', env: 'T' }],
      oauth: { providers: [{ provider: 'github' }] },
      remote: { url: 'https://evil.example' },
      longLived: true,
      capabilities: ['SYS_ADMIN'],
    });
    const { server, wire } = readImageLabel({ image: 'me/image@sha256:1', label });
    expect(server).toEqual({
      name: 'My Image',
      type: 'server',
      image: 'me/image@sha256:1',
      title: undefined,
      description: 'Does it',
      icon: undefined,
      readme: undefined,
      longLived: false,
      remote: undefined,
      oauth: undefined,
      secrets: [],
      env: [{ name: 'HOME_URL', value: '' }],
      command: [],
      volumes: [],
      user: undefined,
      disableNetwork: false,
      allowHosts: [],
      extraHosts: [],
      capabilities: [],
      tools: [{ name: 'x', description: 'X', inputSchema: undefined, annotations: undefined, container: undefined }],
      config: [{ name: 'My Image', type: 'object', properties: { a: { type: 'string' } } }],
      prefix: 'mine',
      metadata: { category: 'x' },
      extra: {},
    });
    expect(Object.keys(wire)).not.toContain('volumes');
  });

  it('with a label that is no description is refused', () => {
    expect(() => readImageLabel({ image: 'a', label: 'hello' })).toThrow('the label io.docker.server.metadata of a');
    expect(() => readImageLabel({ image: 'a', label: 'title: x' })).toThrow('has no usable name');
  });
});

describe('a server in the layout of mcp-registry', () => {
  const serverYaml = `
name: sentinel
image: mcp/sentinel
type: server
meta: {category: monitoring, tags: [logs, security]}
about: {title: Sentinel, description: Watches, icon: https://example.com/i.png}
source: {project: https://github.com/example/sentinel, commit: 0123456789012345678901234567890123456789}
run:
  command: [--verbose]
  volumes: ['{{sentinel.path}}:/data:ro']
  user: "1000"
  env: {MODE: fast}
  allowHosts: ['api.example.com:443']
  disableNetwork: false
config:
  description: How to reach it
  secrets: [{name: sentinel.token, env: TOKEN, example: abc}]
  env: [{name: URL, example: https://x, value: '{{sentinel.url}}'}]
  parameters: {type: object, properties: {url: {type: string}, path: {type: string}}, required: [url]}
  anyOf: [{required: [url]}]
oauth: [{provider: sentinel, secret: sentinel.token, env: TOKEN}]
requirement: neo4j
`;

  it('becomes an entry', () => {
    const toolsJson = JSON.stringify([
      {
        name: 'look',
        description: 'Looks',
        arguments: [{ name: 'at', type: 'string', desc: 'Where', optional: true }],
      },
      { name: 'see', inputSchema: { type: 'object', properties: { far: { type: 'boolean' } } } },
    ]);
    const { server, filed } = readRegistryServer({ serverYaml, toolsJson, readme: 'https://example.com/r.md' }, 'x');
    expect(filed).toMatchObject({ type: 'image', image: 'mcp/sentinel' });
    expect(server).toMatchObject({
      name: 'sentinel',
      type: 'server',
      title: 'Sentinel',
      description: 'Watches',
      readme: 'https://example.com/r.md',
      command: ['--verbose'],
      volumes: ['{{sentinel.path}}:/data:ro'],
      user: '1000',
      env: [
        { name: 'URL', value: '{{sentinel.url}}' },
        { name: 'MODE', value: 'fast' },
      ],
      secrets: [{ name: 'sentinel.token', env: 'TOKEN', example: 'abc' }],
      allowHosts: ['api.example.com:443'],
      oauth: { providers: [{ provider: 'sentinel', secret: 'sentinel.token', env: 'TOKEN' }], scopes: [] },
      config: [
        {
          name: 'sentinel',
          description: 'How to reach it',
          type: 'object',
          properties: { url: { type: 'string' }, path: { type: 'string' } },
          required: ['url'],
          anyOf: [{ required: ['url'] }],
        },
      ],
      metadata: { category: 'monitoring', tags: ['logs', 'security'], owner: 'example' },
      extra: { requirement: 'neo4j' },
    });
    expect(server.tools.map(({ name, inputSchema }) => [name, inputSchema])).toEqual([
      ['look', { type: 'object', properties: { at: { type: 'string', description: 'Where' } }, required: [] }],
      ['see', { type: 'object', properties: { far: { type: 'boolean' } } }],
    ]);
  });

  it('may be remote, or a set of tools that are containers', () => {
    const remote = stringify({
      name: 'far',
      type: 'remote',
      dynamic: { tools: true },
      remote: { transport_type: 'sse', url: 'https://far.example/sse' },
    });
    expect(readRegistryServer({ serverYaml: remote, toolsJson: '[]', readme: undefined }, 'x').server).toMatchObject({
      type: 'remote',
      remote: { transport: 'sse' },
      extra: { dynamic: { tools: true } },
    });
    const poci = stringify({
      name: 'curl',
      type: 'poci',
      tools: [{ name: 'curl', container: { image: 'curl/curl' } }],
    });
    const { server, filed } = readRegistryServer({ serverYaml: poci, toolsJson: undefined, readme: undefined }, 'x');
    expect([server.type, filed.image]).toEqual(['poci', 'curl/curl']);
  });
});
