// What the conformance suite calls a client: the official SDK before our gateway in this process, with the suite's server as a remote
// server of it, and our sign-in where that server wants one: node --import tsx conformance-gateway.ts URL
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Client, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client';
import { gantryPaths, systemClock } from '#core';
import { readContent } from '#mcp';
import { createToolkit } from '../../src/create-toolkit.ts';
import { runMcpGateway } from '../../src/mcp-gateway.ts';
import { testDocker } from '../mcp-containers.ts';

const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
interface Context {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
}
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] || '{}') as Context;

const home = await mkdtemp(join(tmpdir(), 'gantry-conformance-'));
const env = { ...process.env, GANTRY_HOME: home, HOME: home, DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS: '1' };
const paths = gantryPaths(env);
const ending = new AbortController();
const catalog = JSON.stringify({ registry: { suite: { type: 'remote', remote: { url } } } });
await writeFile(join(home, 'catalog.yaml'), catalog);

await using toolkit = await createToolkit({ paths, env, clock: systemClock });
const origin = {
  kind: 'content',
  source: 'user:cli',
  title: 'Suite',
  content: readContent(catalog, { where: 'suite' }),
} as const;
await toolkit.catalogs.create({ ref: 'suite', origin, title: 'Suite', exclude: [] }, { signal: ending.signal });
if (context.client_id !== undefined) {
  await toolkit.oauth.clients.set('suite', {
    clientId: context.client_id,
    clientSecret: context.client_secret,
    redirectUrl: undefined,
  });
}

/** The suite's authorization server agrees to everything and sends the browser back at once. */
async function signIn(scopes: readonly string[] = []): Promise<void> {
  await toolkit.oauth.authorize('suite', {
    scopes,
    texts: { title: 'Gantry', done: 'done', failed: 'failed' },
    async show(address) {
      console.error(`authorization: ${address.href}`);
      const answer = await fetch(address);
      await answer.text();
    },
    signal: ending.signal,
  });
}

/** Whether the server had anything. */
async function use(): Promise<boolean> {
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  const running = runMcpGateway(
    {
      profile: undefined,
      servers: ['suite'],
      enableAllServers: false,
      catalogs: [join(home, 'catalog.yaml')],
      additionalCatalogs: [],
      registries: undefined,
      additionalRegistries: [],
      configs: undefined,
      additionalConfigs: [],
      toolsConfigs: undefined,
      additionalToolsConfigs: [],
      ociRefs: [],
      mcpRegistries: [],
      secrets: undefined,
      tools: undefined,
      interceptors: [],
      transport: 'stdio',
      host: undefined,
      port: undefined,
      allowUnauthenticated: false,
      logCalls: true,
      blockSecrets: true,
      blockNetwork: false,
      verifySignatures: false,
      dryRun: false,
      verbose: true,
      longLived: false,
      debugDns: false,
      watch: false,
      cpus: 1,
      memoryBytes: 0,
      isStatic: false,
      logFile: undefined,
      strictNames: false,
      listWaitMs: 20_000,
      warm: 0,
    },
    {
      paths,
      env,
      clock: systemClock,
      stdin: input,
      stdout: output,
      stderr: process.stderr,
      docker: () => testDocker(),
      signal: stop.signal,
    },
  );
  const client = new Client(
    { name: 'conformance', version: '1.0.0' },
    { capabilities: { elicitation: { form: { applyDefaults: true } } } },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    console.error(`asked: ${params.message}`);
    return { action: 'accept', content: {} };
  });
  try {
    await client.connect(transportOver(input, output));
    const { tools } = await client.listTools();
    const own = tools.filter(({ name }) => name !== 'gateway-status');
    console.error(`tools: ${own.map(({ name }) => name).join(', ')}`);
    const echoed = own.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    const argumentsOf: Readonly<Record<string, Record<string, unknown>>> = {
      add_numbers: { a: 5, b: 3 },
      json_schema_echo: { schema: echoed },
    };
    const calls = context.toolCalls ?? own.map(({ name }) => ({ name, arguments: argumentsOf[name] ?? {} }));
    for (const call of calls) {
      const text = await called(client, call);
      if (!text.includes('gantry mcp oauth authorize')) continue;
      // As a person does who reads this.
      const scopes = /--scopes "([^"]*)"/.exec(text)?.[1];
      await signIn(scopes?.split(' ')).catch((error: unknown) => console.error(String(error)));
      await called(client, call);
    }
    return own.length > 0;
  } finally {
    await client.close();
    stop.abort();
    await running;
  }
}

async function called(client: Client, call: { readonly name: string; readonly arguments: Record<string, unknown> }) {
  const answer = await client.callTool(call).catch((error: unknown) => error);
  const text = answer instanceof Error ? answer.message : JSON.stringify(answer);
  console.error(`${call.name}: ${text.slice(0, 400)}`);
  return text;
}

function transportOver(input: PassThrough, output: PassThrough): Transport {
  let rest = '';
  const transport: Transport = {
    async start() {
      output.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) transport.onmessage?.(JSON.parse(line) as JSONRPCMessage);
      });
    },
    async send(message) {
      input.write(`${JSON.stringify(message)}\n`);
    },
    async close() {
      input.end();
      transport.onclose?.();
    },
  };
  return transport;
}

try {
  if (scenario.startsWith('auth/')) await signIn();
  const isUsable = await use();
  // The authorization server may have changed since.
  if (!isUsable && scenario.startsWith('auth/')) {
    await signIn();
    await use();
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
