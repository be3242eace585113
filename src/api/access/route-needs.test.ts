import { describe, expect, it } from 'vitest';
import { AppError, silentLog, systemClock } from '#core';
import type { Exchange } from '../http/exchange.ts';
import { matchRoute } from '../http/route.ts';
import { createRouteSets, type RouteDeps } from '../route-sets.ts';
import { needOf, rowsOf, satisfies } from './route-needs.ts';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

// Every word that stands in a path of ours, and names of things.
const words =
  `v1 engines llama.cpp models model%2Fname ai export push tag repackage create load purge chat completions embeddings
  messages count_tokens rerank score tokenize detokenize images generations edits variations audio speech transcriptions
  translations responses resp_1 input_tokens input_items cancel anthropic api version tags ps show generate embed pull copy
  delete blobs sha256:0 status df unload _configure install-backend uninstall-backend requests logs metrics gantry stop
  effective settings assistant sessions turns events approvals undo enable permissions files relay search variants card removal package mcp sse runtimes install use keys tls renew dashboard assets
  docker engine events usage containers volumes networks diagnosis start restart pause unpause kill rename fix scan recipe file download terminal terminal-input terminal-size
  dockerfiles folder rate apply state build`.split(/\s+/);

/** Paths of up to three words in any order, and those of more that have a known beginning. */
function* paths(): Generator<string> {
  yield '/';
  const long = ['/engines/v1', '/engines/llama.cpp/v1', '/v1', '/anthropic/v1', '/engines/llama.cpp', '/models/ai'];
  const things = [
    '/gantry/containers/ai',
    '/gantry/images/ai',
    '/gantry/volumes',
    '/gantry/dockerfiles',
    '/gantry/docker',
  ];
  for (const one of words) {
    yield `/${one}`;
    for (const two of words) {
      yield `/${one}/${two}`;
      for (const beginning of long) yield `${beginning}/${one}/${two}`;
    }
    for (const beginning of [...long, ...things]) yield `${beginning}/${one}`;
  }
}

describe('what routes need', () => {
  const deps = {
    settings: { current: () => ({ modelRunner: { enabled: true } }) },
    access: { keys: {}, tls: {} },
    search: {},
    lookUp: {},
    mcp: { handle: () => Promise.resolve() },
    views: {},
    daemon: { stopping: new AbortController().signal },
    assistant: () => Promise.reject(new Error('nothing is behind it')),
    log: silentLog,
    clock: systemClock,
  } as unknown as RouteDeps;
  const sets = createRouteSets(deps);
  /** Some sets own all of a prefix: what they have no route for, they answer with `request.not_found`. */
  const isRoute = async (verb: string, path: string): Promise<boolean> => {
    const handler = sets.map((set) => set.match(verb, path)).find((one) => one !== undefined);
    if (!handler) return matchRoute(verb, path).kind !== 'none';
    try {
      // Nothing is behind the routes: all fail, each in its way.
      const response = { setHeader: () => undefined };
      await handler({ request: { url: path, method: verb, headers: {} }, response } as unknown as Exchange);
      return true;
    } catch (error) {
      return !(error instanceof AppError && error.code === 'request.not_found');
    }
  };

  it('is said for each of them, once', async () => {
    const wrong: string[] = [];
    let found = 0;
    for (const path of paths()) {
      for (const verb of verbs) {
        if (!(await isRoute(verb, path))) continue;
        found += 1;
        if (rowsOf(verb, path).length !== 1)
          wrong.push(`${verb} ${path}: ${rowsOf(verb, path).join(' and ') || 'none'}`);
      }
    }
    expect(wrong.join('\n')).toBe('');
    expect(found).toBeGreaterThan(500);
  });

  it('is admin for what nobody thought of', () => {
    expect(needOf('POST', '/gantry/next')).toBe('admin');
    expect(needOf('TRACE', '/models')).toBe('admin');
    expect(needOf('GET', '/v1/chat/completions')).toBe('admin');
    expect(needOf('POST', '/models/../gantry/stop/x')).toBe('models');
  });

  it.each([
    ['GET', '/dashboard', 'public'],
    ['GET', '/dashboard/assets/main.js', 'public'],
    ['GET', '/version', 'any'],
    ['GET', '/v1/models', 'list'],
    ['GET', '/models/ai/smollm2', 'list'],
    ['POST', '/v1/chat/completions', 'infer'],
    ['POST', '/engines/llama.cpp/v1/messages', 'infer'],
    ['POST', '/api/chat', 'infer'],
    ['POST', '/models/create', 'models'],
    ['GET', '/models/ai/smollm2/export', 'models'],
    ['DELETE', '/api/delete', 'models'],
    ['POST', '/mcp', 'mcp'],
    ['GET', '/sse', 'mcp'],
    ['GET', '/gantry/mcp/status', 'mcp'],
    ['GET', '/engines/requests', 'admin'],
    ['PATCH', '/gantry/settings', 'admin'],
    ['POST', '/gantry/keys', 'admin'],
    ['GET', '/gantry/storage', 'admin'],
    ['POST', '/gantry/storage/clear', 'admin'],
  ] as const)('of %s %s is %s', (verb, path, need) => {
    expect(needOf(verb, path)).toBe(need);
  });

  it('is held by scopes as they say', () => {
    expect(satisfies(['infer'], 'infer')).toBe(true);
    expect(satisfies(['infer'], 'list')).toBe(true);
    expect(satisfies(['infer'], 'models')).toBe(false);
    expect(satisfies(['models'], 'infer')).toBe(false);
    expect(satisfies(['mcp'], 'list')).toBe(false);
    expect(satisfies(['mcp'], 'any')).toBe(true);
    expect(satisfies(['admin'], 'infer')).toBe(true);
    expect(satisfies([], 'any')).toBe(false);
  });
});
