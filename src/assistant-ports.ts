import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  createOpenAiModel,
  gatewayPipe,
  openMcpSession,
  type DocsPort,
  type FetchPage,
  type McpPort,
  type ModelsPort,
  type PostChat,
  type ScanPort,
} from '#assistant';
import { errorBody } from '#contract';
import { AppError, type Clock, type Env, type ErrorCode, type Paths } from '#core';
import { cachedIndex } from '#images';
import type { Inference } from '#inference';
import type { Gateway } from '#mcp';
import type { Models } from '#models';
import { statusError, type HttpClient } from '#registry';

/** The model runner, as tools use it. */
export function modelsPort({
  models,
  inference,
  post,
}: {
  readonly models: Models;
  readonly inference: Inference;
  readonly post: PostChat;
}): ModelsPort {
  return {
    async list() {
      const loaded = new Set(inference.running().map(({ modelId }) => modelId));
      return (await models.list()).map(({ id, tags, sizeBytes }) => ({
        name: tags[0] ?? id,
        sizeBytes,
        isLoaded: loaded.has(id),
      }));
    },
    async pull(model, { signal, onProgress }) {
      let told = -1;
      for await (const event of models.pull(model, { signal })) {
        if (event.type !== 'progress' || event.totalBytes === 0) continue;
        const done = Math.floor((event.receivedBytes / event.totalBytes) * 20) * 5;
        if (done > told) onProgress(`${event.layer.slice(0, 19)} ${(told = done)}%\n`);
      }
    },
    async unload(model) {
      await inference.unload({ models: [model] });
    },
    async remove(model) {
      const { id, tags } = await models.get(model);
      if (tags.length <= 1) await inference.release(id);
      await models.remove(model, { force: false });
    },
    async ask(name, prompt, { signal }) {
      const model = createOpenAiModel({ name, isLocal: true, contextTokens: 4096, post });
      let text = '';
      const messages = [{ role: 'user', content: prompt } as const];
      for await (const event of model.answer({ messages, tools: [] }, { signal })) {
        if (event.type === 'text') text += event.text;
      }
      return text;
    },
  };
}

/** Every enabled server of the MCP Toolkit, through the daemon's own gateway; nothing is started before somebody asks. */
export function toolkitPort(gateway: () => Promise<Gateway>, { clock }: { clock: Clock }): McpPort {
  let session: Promise<McpPort> | undefined;
  const open = (signal: AbortSignal): Promise<McpPort> => {
    session ??= gateway().then(
      async (one) => await openMcpSession(gatewayPipe(one), { clock, server: undefined, signal }),
    );
    session.catch(() => {
      session = undefined;
    });
    return session;
  };
  return {
    tools: async (options) => await (await open(options.signal)).tools(options),
    call: async (name, args, options) => await (await open(options.signal)).call(name, args, options),
    async close() {
      await (await session?.catch(() => undefined))?.close();
    },
  };
}

/** What our own daemon answers a question of the management API with. @throws AppError as it told it */
export async function askOwn(socket: string, path: string, { signal }: { signal: AbortSignal }): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ socketPath: socket, path, signal, agent: false }, resolve);
    outgoing.once('error', reject);
    outgoing.end();
  });
  const body = await text(response);
  if (response.statusCode === 200) return body;
  const told = errorBody.safeParse(parsedJson(body));
  if (!told.success) throw new AppError('internal', `The daemon answered ${response.statusCode ?? 'nothing'}.`);
  const { code, message, hint, params } = told.data.error;
  // It is this very program, so its codes are ours.
  throw new AppError(code as ErrorCode, message, { hint, params });
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Our documentation lies beside the program, as source and as package. */
export function docsPort(): DocsPort {
  return {
    async pages() {
      const folder = docsFolder(dirname(fileURLToPath(import.meta.url)));
      if (folder === undefined) return [];
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.md'));
      return await Promise.all(
        names.map(async (name) => ({ path: `docs/${name}`, text: await readFile(join(folder, name), 'utf8') })),
      );
    },
  };
}

/** Packed beside the program's parts, and in a clone at its root. */
function docsFolder(from: string): string | undefined {
  const folder = join(from, 'docs');
  if (existsSync(join(folder, 'assistant.md'))) return folder;
  const above = dirname(from);
  return above === from ? undefined : docsFolder(above);
}

/** A page of the open web: addresses of this machine and its network are refused. */
export function fetchPagePort(http: HttpClient): FetchPage {
  return async (url, { signal, maxBytes }) => {
    const response = await http.request(url, { signal, ledFrom: 'public' });
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body) {
      parts.push(part);
      length += part.length;
      if (length > maxBytes) break;
    }
    const bytes = Buffer.concat(parts).subarray(0, maxBytes);
    return { url: response.url, contentType: response.headers['content-type'] ?? '', bytes, isCut: length > maxBytes };
  };
}

const mostIndexBytes = 64 * 1024 * 1024;

export type FetchBytes = (
  url: string,
  options: { readonly mostBytes: number; readonly signal: AbortSignal },
) => Promise<Uint8Array>;

export function fetchBytesWith(http: HttpClient): FetchBytes {
  return async (url, { mostBytes, signal }) => {
    const response = await http.request(url, { signal });
    if (response.status !== 200) throw statusError(response, { label: url });
    return await response.bytes(mostBytes);
  };
}

export function scanPort({
  paths,
  env,
  clock,
  fetchBytes,
}: {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly fetchBytes: FetchBytes;
}): ScanPort {
  const never = new AbortController().signal;
  return {
    fetchIndex: cachedIndex(
      (url, { signal }) => fetchBytes(url, { mostBytes: mostIndexBytes, signal: signal ?? never }),
      {
        folder: join(paths.home, 'cache', 'indexes'),
        now: () => clock.now(),
      },
    ),
    runScanner: async ([program = '', ...args], { signal }) =>
      await new Promise((resolve, reject) => {
        const options = { env: { ...env }, signal, maxBuffer: 256 * 1024 * 1024, timeout: 15 * 60_000 };
        execFile(program, args, options, (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') reject(error);
          else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
        });
      }),
  };
}
