import { request, type IncomingMessage } from 'node:http';
import { ReadableStream as NodeStream } from 'node:stream/web';
import type { FetchLike, Transport } from '@modelcontextprotocol/client';
import { AppError } from '#core';
import type { CliContext } from '../../context.ts';

/** A gateway to speak to. */
export interface GatewayPlace {
  readonly transport: Transport;
  /** What it said last of its work, if that can be heard. */
  last(): string | undefined;
  /** Ends the session. */
  leave(): Promise<void>;
}

/** A client that lists once wants all of it, however long servers take to start. */
export const listWaitMs = 60_000;
const keptLines = 20;
const maxBytes = 64 * 1024 * 1024;

/** A gateway of its own on standard input and output; it ends with the session. */
export async function ownGateway(
  { program, env, stderr }: CliContext,
  { args, verbose }: { readonly args: readonly string[]; readonly verbose: boolean },
): Promise<GatewayPlace> {
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  const wait = ['--list-wait', `${listWaitMs / 1000}s`];
  const transport = new StdioClientTransport({
    command: program.node,
    args: [
      ...process.execArgv,
      program.script,
      'mcp',
      'gateway',
      'run',
      ...wait,
      ...(verbose ? ['--verbose'] : []),
      ...args,
    ],
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    stderr: 'pipe',
    maxBufferSize: maxBytes,
  });
  const last: string[] = [];
  transport.stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    if (verbose) stderr.write(text);
    last.push(...text.split('\n').filter((line) => line.trim() !== ''));
    last.splice(0, Math.max(0, last.length - keptLines));
  });
  return { transport, last: () => last.at(-1), leave: () => Promise.resolve() };
}

/** What a gateway of one's own takes from one's own environment, and the daemon's does not. */
const ownVariables = /^(?:GANTRY_SECRET|DOCKER_HOST$|DOCKER_CONTEXT$|DOCKER_CONFIG$|DOCKER_MCP_|MCP_GATEWAY_)/;

/**
 * The gateway of the daemon of this machine, whose servers may be warm. Undefined when there is none, or when the environment
 * says something that it would not know of.
 */
export async function daemonGateway(
  { env, runningDaemon }: CliContext,
  { profile }: { readonly profile: string | undefined },
): Promise<GatewayPlace | undefined> {
  const daemon = runningDaemon();
  const { address } = daemon;
  if (address.kind !== 'local' || Object.entries(env).some(([name, value]) => value && ownVariables.test(name))) {
    return undefined;
  }
  try {
    await daemon.text({ path: '/gantry/mcp/status' });
  } catch (error) {
    // Not there, stopping, of a version without a gateway, or somebody else's: one of its own does.
    if (error instanceof AppError && error.code !== 'request.aborted') return undefined;
    throw error;
  }
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const url = new URL('/mcp', 'http://localhost');
  if (profile !== undefined) url.searchParams.set('profile', profile);
  const transport = new StreamableHTTPClientTransport(url, { fetch: fetchFrom(address.socket) });
  return {
    transport,
    last: () => undefined,
    // The daemon ends sessions of clients that are gone, too.
    leave: () => transport.terminateSession().catch(() => undefined),
  };
}

const withoutBody = new Set([204, 205, 304]);

/** `fetch` over a unix socket. */
export function fetchFrom(socketPath: string): FetchLike {
  return async (address, init = {}) => {
    const { pathname, search } = new URL(String(address));
    const headers: Record<string, string> = {};
    new Headers(init.headers).forEach((value, name) => {
      headers[name] = value;
    });
    const body = typeof init.body === 'string' ? init.body : undefined;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({
        socketPath,
        path: pathname + search,
        method: init.method ?? 'GET',
        headers: { host: 'localhost', ...headers },
        ...(init.signal ? { signal: init.signal } : {}),
      });
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      outgoing.end(body);
    });
    const status = response.statusCode ?? 0;
    const answer = new Headers();
    for (const [name, value] of Object.entries(response.headers))
      if (value !== undefined) answer.set(name, String(value));
    if (withoutBody.has(status)) {
      response.resume();
      return new Response(null, { status, headers: answer });
    }
    const stream = NodeStream.from(response) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>;
    return new Response(stream, { status, headers: answer });
  };
}
