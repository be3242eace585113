import { createRandom } from './random.ts';

/** What a generated catalogue has to say of a server, as catalogues write it. */
export type GeneratedServer = Readonly<Record<string, unknown>>;

const kinds = ['container', 'remote', 'poci', 'sse', 'oauth'] as const;
type Kind = (typeof kinds)[number];

/** Chooses what an entry has: the first of each kind everything, the others some of it. */
interface Choice {
  readonly name: string;
  readonly index: number;
  readonly pick: <T>(list: readonly [T, ...T[]]) => T;
  /** The fields, or without some of them. */
  readonly some: (fields: GeneratedServer) => GeneratedServer;
}

/** A catalogue in which every field and type of contract mcp-toolkit §2.1 occurs, many times; the same for the same seed. */
export function generatedCatalog(
  count: number,
  { seed = 1 }: { seed?: number } = {},
): {
  readonly version: number;
  readonly name: string;
  readonly displayName: string;
  readonly registry: Readonly<Record<string, GeneratedServer>>;
} {
  const random = createRandom(seed);
  const registry = Object.fromEntries(
    Array.from({ length: count }, (_, index): [string, GeneratedServer] => {
      const kind = kinds[index % kinds.length] ?? 'container';
      const name = `${kind}-${index}`;
      const isWhole = index < kinds.length;
      const choice: Choice = {
        name,
        index,
        pick: (list) => (isWhole ? list[0] : random.pick(list)),
        some: (fields) =>
          isWhole ? fields : Object.fromEntries(Object.entries(fields).filter(() => random.chance(0.75))),
      };
      return [name, { ...choice.some(common(choice)), ...entries[kind](choice) }];
    }),
  );
  return { version: 3, name: 'generated', displayName: 'Generated & <complete>', registry };
}

function common({ index, pick }: Choice): GeneratedServer {
  return {
    title: `Title ${index}`,
    description: `Does thing ${index} for people who need it.\nIn several lines.`,
    icon: 'https://example.com/icon.png',
    readme: pick(['https://example.com/readme.md', 'http://desktop.docker.com/mcp/catalog/v2/readme/x.md']),
    dateAdded: '2026-01-01T00:00:00Z',
    ref: '',
    toolsUrl: 'https://example.com/tools.json',
    source: 'https://github.com/example/server/tree/0123456789012345678901234567890123456789',
    upstream: 'https://github.com/example/server',
    prompts: pick([3, 0, 1]),
    resources: pick<unknown>([{ one: {}, two: {} }, {}, 1]),
    policy: { allowed: true, reason: 'nobody speaks against it', error: '' },
    metadata: {
      pulls: index,
      stars: 1,
      githubStars: 2,
      category: pick(['devops', 'database', 'ai']),
      tags: pick([['one', 'two'], ['community'], []]),
      license: 'MIT',
      owner: 'example',
      registryUrl: 'https://example.com/v0/servers/x',
    },
    prefix: pick(['pre', 'other']),
  };
}

const entries: Readonly<Record<Kind, (choice: Choice) => GeneratedServer>> = {
  container: (choice) => ({
    type: 'server',
    image: choice.pick([
      `mcp/${choice.name}@sha256:${'a'.repeat(64)}`,
      `ghcr.io/example/${choice.name}:1.2.3`,
      `registry.example.com:5000/team/${choice.name}`,
    ]),
    ...choice.some({
      longLived: choice.pick([true, false]),
      secrets: [
        { name: `${choice.name}.token`, env: 'TOKEN', example: '<TOKEN>', description: 'A token' },
        { name: `${choice.name}.other`, env: 'OTHER', required: false },
      ],
      env: [
        { name: 'URL', value: `{{${choice.name}.text}}` },
        { name: 'PORT', value: 8080 },
        { name: 'AUTH', value: 'Bearer ${TOKEN}' },
      ],
      command: ['--serve', `{{${choice.name}.text|or:x}}`, `{{${choice.name}.count}}`],
      volumes: choice.pick([
        [`{{${choice.name}.paths|volume|into}}`, 'cache:/cache'],
        [`{{${choice.name}.home}}/.kube:/root/.kube:ro`],
        ['/data'],
      ]),
      user: choice.pick(['1000:1000', 'nobody']),
      disableNetwork: choice.pick([true, false]),
      allowHosts: ['api.example.com:443', 'db.example.com:5432/tcp'],
      extraHosts: ['host.docker.internal:host-gateway'],
      capabilities: ['NET_RAW'],
      tools: describedTools(choice.name),
      config: [schema(choice)],
    }),
  }),
  remote: ({ name, pick, some }) => ({
    type: 'remote',
    remote: {
      url: `https://${name}.example.com/mcp`,
      transport_type: pick(['http', 'streamable', 'streaming', 'streamable-http', 'sse']),
      headers: { Authorization: 'Bearer ${TOKEN}', 'X-Team': 'one' },
    },
    ...some({ dynamic: { tools: true }, tools: [] }),
    secrets: [{ name: `${name}.token`, env: 'TOKEN' }],
  }),
  sse: ({ name }) => ({ type: 'remote', sseEndpoint: `https://${name}.example.com/sse` }),
  oauth: ({ name, pick, some }) => ({
    type: 'remote',
    remote: { url: `https://${name}.example.com/mcp`, transport_type: pick(['sse', 'http']) },
    oauth: {
      providers: [{ provider: name, secret: `${name}.token`, env: 'TOKEN' }],
      ...some({ scopes: ['read'] }),
    },
    ...some({ secrets: [{ name: `${name}.token`, env: 'TOKEN', required: true }] }),
  }),
  poci: ({ index, some }) => ({
    type: 'poci',
    ...some({ disableNetwork: false }),
    tools: [
      {
        name: `run_${index}`,
        description: 'Runs something',
        container: {
          image: 'curl/curl:8',
          command: ['{{args|into}}'],
          volumes: ['{{file|volume}}', 'curl-cache:/cache'],
          user: 'nobody',
        },
        parameters: {
          type: 'object',
          properties: {
            args: { type: 'array', description: 'Arguments', items: { type: 'string' } },
            file: { type: 'string', description: 'A file' },
          },
          required: ['args'],
        },
      },
    ],
  }),
};

/** One property of each type that configurations have. */
function schema({ name, pick }: Choice): GeneratedServer {
  return {
    name,
    description: 'Configuration',
    type: 'object',
    properties: {
      text: { type: 'string', description: 'A text', default: 'x' },
      kind: { type: 'string', enum: ['small', 'large'] },
      count: { type: 'integer', minimum: 1 },
      share: { type: 'number' },
      on: { type: 'boolean' },
      paths: { type: 'array', items: { type: 'string' } },
      home: { type: 'string' },
      nested: { type: 'object', properties: { deep: { type: 'string' } } },
    },
    required: pick([['text', 'count'], ['text'], []]),
    anyOf: [{ required: ['text'] }, { required: ['count'] }],
  };
}

function describedTools(name: string): readonly GeneratedServer[] {
  return Array.from({ length: 8 }, (_, at) => ({
    name: `tool_${at}`,
    description: `Tool ${at} of ${name}`,
    arguments: [
      { name: 'query', type: 'string', desc: 'What to look for' },
      { name: 'list', type: 'array', items: { type: 'string' }, desc: 'Some', optional: true },
    ],
    annotations: { title: 'T', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  }));
}
