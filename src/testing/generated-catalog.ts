/** What a generated catalogue has to say of a server, as catalogues write it. */
export type GeneratedServer = Readonly<Record<string, unknown>>;

const kinds = ['container', 'remote', 'poci', 'sse', 'oauth'] as const;

/** A catalogue in which every field and type of contract mcp-toolkit §2.1 occurs, many times. */
export function generatedCatalog(count: number): {
  readonly version: number;
  readonly name: string;
  readonly displayName: string;
  readonly registry: Readonly<Record<string, GeneratedServer>>;
} {
  const registry = Object.fromEntries(
    Array.from({ length: count }, (_, index): [string, GeneratedServer] => {
      const kind = kinds[index % kinds.length] ?? 'container';
      const name = `${kind}-${index}`;
      return [name, serverOf(kind, { name, index })];
    }),
  );
  return { version: 3, name: 'generated', displayName: 'Generated & <complete>', registry };
}

function serverOf(kind: (typeof kinds)[number], { name, index }: { name: string; index: number }): GeneratedServer {
  const common = {
    title: `Title ${index}`,
    description: `Does thing ${index} for people who need it.\nIn several lines.`,
    icon: 'https://example.com/icon.png',
    readme: 'https://example.com/readme.md',
    dateAdded: '2026-01-01T00:00:00Z',
    toolsUrl: 'https://example.com/tools.json',
    metadata: {
      pulls: index,
      stars: 1,
      githubStars: 2,
      category: 'devops',
      tags: ['one', 'two'],
      license: 'MIT',
      owner: 'example',
      registryUrl: 'https://example.com/v0/servers/x',
    },
    prefix: index % 7 === 0 ? 'pre' : undefined,
  };
  const schema = {
    name,
    description: 'Configuration',
    type: 'object',
    properties: {
      text: { type: 'string', description: 'A text', default: 'x' },
      count: { type: 'integer' },
      share: { type: 'number' },
      on: { type: 'boolean' },
      paths: { type: 'array', items: { type: 'string' } },
      nested: { type: 'object', properties: { deep: { type: 'string' } } },
    },
    required: ['text'],
    anyOf: [{ required: ['text'] }, { required: ['count'] }],
  };
  const tools = Array.from({ length: 8 }, (_, at) => ({
    name: `tool_${at}`,
    description: `Tool ${at} of ${name}`,
    arguments: [
      { name: 'query', type: 'string', desc: 'What to look for' },
      { name: 'list', type: 'array', items: { type: 'string' }, desc: 'Some', optional: true },
    ],
    annotations: { title: 'T', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  }));
  switch (kind) {
    case 'container':
      return {
        ...common,
        type: 'server',
        image: `mcp/${name}@sha256:${'a'.repeat(64)}`,
        longLived: index % 2 === 0,
        secrets: [{ name: `${name}.token`, env: 'TOKEN', example: '<TOKEN>', description: 'A token' }],
        env: [
          { name: 'URL', value: `{{${name}.text}}` },
          { name: 'PORT', value: 8080 },
        ],
        command: ['--serve', `{{${name}.text|or:x}}`],
        volumes: [`{{${name}.paths|volume|into}}`, 'cache:/cache'],
        user: '1000:1000',
        disableNetwork: index % 3 === 0,
        allowHosts: ['api.example.com:443', 'db.example.com:5432/tcp'],
        extraHosts: ['host.docker.internal:host-gateway'],
        capabilities: ['NET_RAW'],
        tools,
        config: [schema],
      };
    case 'remote':
      return {
        ...common,
        type: 'remote',
        remote: {
          url: `https://${name}.example.com/mcp`,
          transport_type: ['http', 'streamable', 'streaming', 'streamable-http'][index % 4],
          headers: { Authorization: 'Bearer ${TOKEN}' },
        },
        secrets: [{ name: `${name}.token`, env: 'TOKEN' }],
        dynamic: { tools: true },
        tools: [],
      };
    case 'sse':
      return { ...common, type: 'remote', sseEndpoint: `https://${name}.example.com/sse` };
    case 'oauth':
      return {
        ...common,
        type: 'remote',
        remote: { url: `https://${name}.example.com/mcp`, transport_type: 'sse' },
        oauth: { providers: [{ provider: name, secret: `${name}.token`, env: 'TOKEN' }], scopes: ['read'] },
      };
    case 'poci':
      return {
        ...common,
        type: 'poci',
        tools: [
          {
            name: `run_${index}`,
            description: 'Runs something',
            container: {
              image: 'curl/curl:8',
              command: ['{{args|into}}'],
              volumes: ['{{file|volume}}'],
              user: 'nobody',
            },
            parameters: {
              type: 'object',
              properties: { args: { type: 'array', description: 'Arguments', items: { type: 'string' } } },
              required: ['args'],
            },
          },
        ],
      };
  }
}
