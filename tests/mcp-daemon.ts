import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { startTestDaemon, type TestDaemon } from '#testing';
import { gantry, temporaryDirectory } from './harness.ts';

/** A server of a profile: its entry, as catalogues write it, without what all have. */
export type ServerEntry = Readonly<Record<string, unknown>> & { readonly name: string } & (
    | { readonly image: string }
    | { readonly remote: { readonly url: string; readonly transport_type: string } }
  );

export interface McpDaemonOptions {
  /** Servers by the id of their profile. */
  readonly profiles: Readonly<Record<string, readonly ServerEntry[]>>;
  /** Text of its settings.yaml. */
  readonly settings?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Values by the name of the secret. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A real daemon whose profiles have these servers. */
export interface McpDaemon {
  readonly home: string;
  /** The one that runs now. */
  current(): TestDaemon;
  connect(options?: ConnectOptions): Promise<Client>;
  /** Kills the daemon as `kill -9` does, and starts the next one. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ConnectOptions {
  readonly transport?: 'streaming' | 'sse';
  readonly profile?: string;
  /** An API key. */
  readonly key?: string;
}

export async function startMcpDaemon({
  profiles,
  settings,
  env = {},
  secrets = {},
}: McpDaemonOptions): Promise<McpDaemon> {
  const home = await temporaryDirectory('mcp-daemon');
  for (const [id, servers] of Object.entries(profiles)) await writeProfile(home.path, { id, servers });
  if (settings !== undefined) await writeFile(join(home.path, 'settings.yaml'), settings);
  for (const [name, value] of Object.entries(secrets)) {
    const kept = await gantry(home.path, ['mcp', 'secret', 'set', name], { input: value, env });
    if (kept.code !== 0) throw new Error(`The secret ${name} could not be kept: ${kept.stderr}`);
  }
  const start = (): Promise<TestDaemon> => startTestDaemon({ home: home.path, env });
  let daemon = await start();

  return {
    home: home.path,
    current: () => daemon,
    connect: (options) => connectTo(daemon.url, options),
    async killAndRestart() {
      daemon.kill('SIGKILL');
      await daemon.exited;
      daemon = await start();
    },
    async stop() {
      await daemon.stop();
      await home[Symbol.asyncDispose]();
    },
  };
}

export async function writeProfile(
  home: string,
  { id, servers }: { readonly id: string; readonly servers: readonly ServerEntry[] },
): Promise<void> {
  const wire = servers.map((entry) => {
    const server = { title: entry.name, description: `A server named ${entry.name}`, ...entry };
    if (!('image' in entry)) {
      const { url } = entry.remote as { readonly url: string };
      return { type: 'remote', endpoint: url, snapshot: { server: { type: 'remote', ...server } } };
    }
    return { type: 'image', image: entry.image, snapshot: { server: { type: 'server', ...server } } };
  });
  const folder = join(home, 'mcp', 'profiles');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${id}.yaml`), JSON.stringify({ id, name: id, servers: wire }));
}

/** An official client, connected to a daemon. */
export async function connectTo(
  url: string,
  { transport = 'streaming', profile, key }: ConnectOptions = {},
): Promise<Client> {
  const address = new URL(transport === 'sse' ? '/sse' : '/mcp', url);
  if (profile !== undefined) address.searchParams.set('profile', profile);
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const client = new Client({ name: 'journey', version: '1' }, { capabilities: {} });
  const requestInit = { headers };
  await client.connect(
    transport === 'sse'
      ? new SSEClientTransport(address, {
          requestInit,
          eventSourceInit: { fetch: (to, init) => fetch(to, { ...init, headers: { ...init?.headers, ...headers } }) },
        })
      : new StreamableHTTPClientTransport(address, { requestInit }),
  );
  return client;
}

/** Ends the session, which a client of streamable HTTP that only closes leaves open. */
export async function leave(client: Client): Promise<void> {
  const { transport } = client;
  if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
  await client.close();
}

/** The text that a tool answers with. */
export async function callText(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  const [first] = content as readonly { readonly text?: string }[];
  return first?.text ?? '';
}
