import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../types.ts';
import { parseServerJson } from './server-json.ts';
import { imageOf, transformServer, type Transformed } from './transform.ts';

function transform(server: object, { packages = true } = {}): Transformed {
  const parsed = parseServerJson(JSON.parse(JSON.stringify(server)));
  if (!parsed.success) throw parsed.error;
  return transformServer(parsed.data.server, { packages });
}

function wireOf(server: object): JsonObject {
  const made = transform(server);
  if (made.kind !== 'entry') throw new Error(made.reason);
  return made.wire;
}

const stdio = { type: 'stdio' };

describe('an image of the community', () => {
  it('asks for what it needs', () => {
    const wire = wireOf({
      name: 'io.github.modelcontextprotocol/filesystem',
      title: 'Filesystem',
      description: 'Files',
      version: '1.0.2',
      repository: { url: 'https://github.com/example/mono.git', subfolder: 'src/../filesystem' },
      icons: [{ src: 'https://example.com/icon.png' }],
      packages: [
        {
          registryType: 'oci',
          identifier: 'docker.io/mcp/filesystem',
          version: 'sha256:abc123',
          transport: stdio,
          runtimeArguments: [
            {
              type: 'named',
              name: '-v',
              value: '{source}:{target}',
              isRepeated: true,
              variables: {
                source: { description: 'On the host', format: 'filepath', isRequired: true },
                target: { isRequired: true, default: '/project' },
              },
            },
            {
              type: 'named',
              name: '--mount',
              value: 'type=bind,src={source},dst=/more,readonly',
              variables: { source: {} },
            },
            { type: 'named', name: '-u', value: '{uid}:{uid}', variables: { uid: { default: '1000' } } },
            { type: 'positional', value: '--rm' },
            { type: 'named', name: '-e', value: 'MODE=fast' },
          ],
          packageArguments: [
            { type: 'positional', value: '/project' },
            {
              type: 'named',
              name: '--level',
              value: '{level}',
              variables: { level: { choices: ['1', '2'], format: 'number', default: '1' } },
            },
            { type: 'named', name: '--verbose' },
            { type: 'positional', valueHint: 'extra' },
          ],
          environmentVariables: [
            { name: 'LOG_LEVEL', value: '{log_level}', variables: { log_level: { default: 'info' } } },
            { name: 'KEY', isSecret: true, isRequired: true, description: 'The key', placeholder: 'sk-…' },
            { name: 'PLAIN', description: 'Whatever' },
          ],
        },
      ],
    });
    const name = 'io-github-modelcontextprotocol-filesystem';
    expect(wire).toEqual({
      name,
      type: 'server',
      image: 'docker.io/mcp/filesystem@sha256:abc123',
      title: 'Filesystem',
      description: 'Files',
      icon: 'https://example.com/icon.png',
      readme: 'https://raw.githubusercontent.com/example/mono/HEAD/src/filesystem/README.md',
      command: ['/project', '--level', `{{${name}.level}}`, '--verbose'],
      volumes: [`{{${name}.source}}:{{${name}.target}}`, `{{${name}.source}}:/more:ro`],
      user: `{{${name}.uid}}:{{${name}.uid}}`,
      env: [
        { name: 'LOG_LEVEL', value: `{{${name}.log_level}}` },
        { name: 'PLAIN', value: `{{${name}.PLAIN}}` },
        { name: 'MODE', value: 'fast' },
      ],
      secrets: [{ name: `${name}.KEY`, env: 'KEY', description: 'The key', example: 'sk-…' }],
      config: [
        {
          name,
          description: `Configuration of ${name}`,
          type: 'object',
          properties: {
            source: { type: 'string' },
            target: { type: 'string', default: '/project' },
            uid: { type: 'string', default: '1000' },
            level: { type: 'number', default: 1, enum: [1, 2] },
            log_level: { type: 'string', default: 'info' },
            PLAIN: { type: 'string', description: 'Whatever' },
          },
          required: ['source'],
        },
      ],
      metadata: { tags: ['community'] },
    });
  });

  it.each([
    ['docker.io/a/b', 'sha256:1', undefined, 'docker.io/a/b@sha256:1'],
    ['ghcr.io/a/b', '1.2.3', undefined, 'ghcr.io/a/b:1.2.3'],
    ['ghcr.io/a/b:1.2.3', undefined, undefined, 'ghcr.io/a/b:1.2.3'],
    ['ghcr.io/a/b:1.2.3', '1.2.3', undefined, 'ghcr.io/a/b:1.2.3'],
    ['ghcr.io/a/b@sha256:1', '1.2.3', undefined, 'ghcr.io/a/b@sha256:1'],
    ['a/b', '1', 'https://docker.io', 'a/b:1'],
    ['a/b', '1', 'https://ghcr.io', 'ghcr.io/a/b:1'],
    ['localhost:5000/a', '1', 'https://ghcr.io', 'localhost:5000/a:1'],
  ])('%s at %s of %s is %s', (...[identifier, version, registryBaseUrl, image]) => {
    expect(imageOf(identifier, { version, registryBaseUrl })).toBe(image);
  });

  it('that needs options which no entry can have is refused with them', () => {
    const packages = [
      {
        registryType: 'oci',
        identifier: 'a/b',
        transport: stdio,
        runtimeArguments: [
          { type: 'named', name: '--privileged' },
          { type: 'named', name: '--network', value: 'host' },
        ],
      },
    ];
    expect(transform({ name: 'x/y', packages })).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining('--privileged, --network host'),
    });
  });
});

describe('a package of the community', () => {
  it('of PyPI runs with uv', () => {
    const found = {
      registryType: 'pypi',
      registryBaseUrl: 'https://pypi.example',
      identifier: 'my-server',
      version: '1.0.0',
      transport: stdio,
      packageArguments: [{ type: 'positional', value: '--verbose' }],
    };
    expect(wireOf({ name: 'io.example/s', packages: [found] })).toMatchObject({
      image: expect.stringMatching(/^ghcr\.io\/astral-sh\/uv:python3\.\d+-bookworm-slim$/),
      command: ['uvx', '--index-url', 'https://pypi.example', '--from', 'my-server==1.0.0', 'my-server', '--verbose'],
      volumes: ['docker-mcp-uv-cache-io-example-s:/root/.cache/uv'],
      longLived: true,
    });
    const plain = { ...found, registryBaseUrl: 'https://pypi.org', version: undefined, packageArguments: [] };
    expect(wireOf({ name: 'io.example/s', packages: [plain] })).toMatchObject({ command: ['uvx', 'my-server'] });
  });

  it('of npm runs with npx, after images and PyPI', () => {
    const npm = { registryType: 'npm', identifier: '@a/b', version: '1.0.0', transport: stdio };
    expect(wireOf({ name: 'x', packages: [npm] })).toMatchObject({ command: ['npx', '--yes', '@a/b@1.0.0'] });
    const oci = { registryType: 'oci', identifier: 'a/b', version: '2', transport: stdio };
    expect(wireOf({ name: 'x', packages: [npm, oci] })).toMatchObject({ image: 'a/b:2' });
    expect(transform({ name: 'x', packages: [npm] }, { packages: false })).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining('only images were asked for'),
    });
  });

  it.each([
    ['nothing', [], 'neither packages nor an address'],
    ['a bundle', [{ registryType: 'mcpb', identifier: 'x' }], 'mcpb'],
    ['another transport', [{ registryType: 'oci', identifier: 'x', transport: { type: 'sse' } }], 'speak sse'],
  ])('with %s cannot be used', (_what, packages, reason) => {
    expect(transform({ name: 'x', packages })).toMatchObject({
      kind: 'unusable',
      reason: expect.stringContaining(reason),
    });
  });
});

describe('a remote server of the community', () => {
  it('asks for secrets and settings in its headers and address', () => {
    const wire = wireOf({
      name: 'com.google.maps/lite',
      remotes: [
        { type: 'sse', url: 'https://maps.example/sse' },
        {
          type: 'streamable-http',
          url: 'https://{region}.maps.example/mcp',
          variables: { region: { default: 'eu' } },
          headers: [
            { name: 'X-Key', value: '{api_key}', variables: { api_key: { isSecret: true, isRequired: true } } },
            { name: 'X-Project', value: '{project}', variables: { project: { isRequired: true } } },
            { name: 'Authorization', isSecret: true, isRequired: true },
          ],
        },
      ],
      _meta: {
        'io.modelcontextprotocol.registry/publisher-provided': {
          oauth: { providers: [{ provider: 'google', secret: 'google.token', env: 'TOKEN' }], scopes: [] },
        },
      },
    });
    expect(wire).toMatchObject({
      name: 'com-google-maps-lite',
      type: 'remote',
      remote: {
        url: 'https://{{com-google-maps-lite.region}}.maps.example/mcp',
        transport_type: 'streamable-http',
        headers: {
          'X-Key': '${API_KEY}',
          'X-Project': '{{com-google-maps-lite.project}}',
          Authorization: '${Authorization}',
        },
      },
      secrets: [
        { name: 'com-google-maps-lite.api_key', env: 'API_KEY' },
        { name: 'com-google-maps-lite.Authorization', env: 'Authorization' },
      ],
      oauth: { providers: [{ provider: 'google' }] },
      config: [{ properties: { region: { default: 'eu' }, project: { type: 'string' } }, required: ['project'] }],
    });
    expect(wire).not.toHaveProperty('image');
  });
});
