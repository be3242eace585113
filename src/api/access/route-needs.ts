import type { Scope } from '#access';

/**
 * What a key must hold to ask a route: nothing but to be valid, one of those that may list models, or a scope. `public` routes need
 * no key anywhere, because nothing of this machine is in their answers.
 */
export type Need = 'public' | 'any' | 'list' | Scope;

const holds: Readonly<Record<Need, readonly Scope[]>> = {
  public: ['infer', 'models', 'mcp', 'admin'],
  any: ['infer', 'models', 'mcp', 'admin'],
  list: ['infer', 'models', 'admin'],
  infer: ['infer', 'admin'],
  models: ['models', 'admin'],
  mcp: ['mcp', 'admin'],
  admin: ['admin'],
};

export function satisfies(scopes: readonly Scope[], need: Need): boolean {
  return holds[need].some((scope) => scopes.includes(scope));
}

/**
 * What a route needs; `verb` is GET for HEAD too, `path` is clean and still percent-encoded. What is not in the table needs
 * `admin`, so that a route that is forgotten is closed.
 */
export function needOf(verb: string, path: string): Need {
  return rowsOf(verb, path)[0] ?? 'admin';
}

/**
 * Whether a route is for managing this machine. Browsers get those for our own page alone; inference, Ollama's API and MCP serve other
 * pages of this machine too, as their clients expect.
 */
export function isManagement(verb: string, path: string): boolean {
  const need = needOf(verb, path);
  return (
    need === 'admin' ||
    path.startsWith('/gantry/') ||
    (need === 'models' && verb !== 'GET' && !path.startsWith('/api/'))
  );
}

/** Whether a route speaks MCP, whose tools act. */
export function isToolUse(verb: string, path: string): boolean {
  return needOf(verb, path) === 'mcp';
}

/** All rows that a route is in; a test holds that every route is in one. */
export function rowsOf(verb: string, path: string): readonly Need[] {
  return table
    .filter(([verbs, pattern]) => verbs.split(' ').includes(verb) && pattern.test(path))
    .map(([, , need]) => need);
}

const engine = String.raw`(?:/engines(?:/[^/]+)?)?`;
const inference = [
  'chat/completions|completions|embeddings|messages(?:/count_tokens)?',
  'images/(?:generations|edits|variations)|audio/(?:speech|transcriptions|translations)',
].join('|');
const plain = 'rerank|score|tokenize|detokenize';

const table: readonly (readonly [verbs: string, pattern: RegExp, need: Need])[] = [
  // docker/model-runner answers every method here
  ['GET POST PUT PATCH DELETE', /^\/(?:version)?$/, 'any'],
  // the files of the web page; what it shows it asks for with a key
  ['GET', /^\/dashboard(?:\/.*)?$/, 'public'],
  // OpenAI's, under each of its prefixes
  ['GET', new RegExp(`^${engine}/v1/models(?:/.*)?$`), 'list'],
  ['POST', new RegExp(`^${engine}/v1/(?:${inference})$`), 'infer'],
  ['POST', new RegExp(`^${engine}(?:/v1)?/(?:${plain})$`), 'infer'],
  ['GET POST DELETE PUT PATCH', new RegExp(`^${engine}(?:/v1)?/responses(?:/.*)?$`), 'infer'],
  // Anthropic's
  ['POST', /^\/anthropic\/v1\/messages(?:\/count_tokens)?$/, 'infer'],
  ['GET', /^\/anthropic\/v1\/models(?:\/.*)?$/, 'list'],
  // Ollama's
  ['GET', /^\/api\/version$/, 'any'],
  ['GET', /^\/api\/(?:tags|ps)$/, 'list'],
  ['POST', /^\/api\/show$/, 'list'],
  ['POST', /^\/api\/(?:chat|generate|embed|embeddings)$/, 'infer'],
  ['POST', /^\/api\/(?:pull|push|copy|create)$/, 'models'],
  ['DELETE', /^\/api\/delete$/, 'models'],
  ['GET POST', /^\/api\/blobs\/[^/]+$/, 'models'],
  // MCP, over streamable HTTP and server-sent events
  ['GET POST DELETE', /^\/(?:mcp|sse)$/, 'mcp'],
  ['GET', /^\/gantry\/mcp\/status$/, 'mcp'],
  ['GET POST PUT PATCH DELETE', /^\/gantry\/mcp\/(?!status$).+$/, 'admin'],
  // the store
  ['GET', /^\/models$/, 'list'],
  ['GET', /^\/models\/(?!.+\/export$).*$/, 'list'],
  ['GET', /^\/models\/.+\/export$/, 'models'],
  ['POST DELETE', /^\/models\/.+$/, 'models'],
  ['GET', /^\/gantry\/(?:search|variants|card|removal)$/, 'models'],
  // what runs, and how models are set up
  ['GET', /^\/engines\/(?:status|ps)$/, 'list'],
  ['GET', /^\/engines\/df$/, 'models'],
  ['POST', /^\/engines\/unload$/, 'models'],
  ['GET POST', /^\/engines\/(?:[^/]+\/)?_configure$/, 'models'],
  ['GET', /^\/gantry\/(?:status|effective)$/, 'list'],
  ['GET', /^\/metrics$/, 'list'],
  // the machine: its settings, its files, what others asked
  ['POST', /^\/engines\/(?:un)?install-backend$/, 'admin'],
  ['GET', /^\/logs$/, 'admin'],
  ['GET DELETE', /^\/engines\/requests$/, 'admin'],
  ['POST', /^\/gantry\/(?:stop|package)$/, 'admin'],
  ['GET PATCH', /^\/gantry\/settings$/, 'admin'],
  ['GET', /^\/gantry\/storage$/, 'admin'],
  ['POST', /^\/gantry\/storage\/clear$/, 'admin'],
  ['GET PUT DELETE', /^\/gantry\/relay$/, 'admin'],
  ['GET', /^\/gantry\/runtimes$/, 'admin'],
  ['POST', /^\/gantry\/runtimes\/(?:install|use)$/, 'admin'],
  ['DELETE', /^\/gantry\/runtimes\/[^/]+$/, 'admin'],
  ['GET POST', /^\/gantry\/keys$/, 'admin'],
  ['DELETE', /^\/gantry\/keys\/[^/]+$/, 'admin'],
  ['GET', /^\/gantry\/tls$/, 'admin'],
  ['POST', /^\/gantry\/tls\/renew$/, 'admin'],
  ['GET', /^\/gantry\/hub\/images$/, 'admin'],
  ['GET', /^\/gantry\/docker\/(?:engine|events|usage)$/, 'admin'],
  ['GET POST', /^\/gantry\/docker\/disk$/, 'admin'],
  ['POST', /^\/gantry\/volumes(?:\/remove)?$/, 'admin'],
  ['GET', /^\/gantry\/(?:containers|images|volumes|networks)$/, 'admin'],
  ['GET DELETE', /^\/gantry\/(?:containers|images|volumes|networks)\/[^/]+$/, 'admin'],
  ['GET', /^\/gantry\/containers\/[^/]+\/(?:logs|diagnosis|files?|download)$/, 'admin'],
  [
    'POST',
    /^\/gantry\/containers\/[^/]+\/(?:start|stop|restart|pause|unpause|kill|rename|fix|terminal(?:-input|-size)?)$/,
    'admin',
  ],
  ['POST', /^\/gantry\/images\/(?:pull|remove|[^/]+\/(?:tag|push|scan|recipe|run))$/, 'admin'],
  ['GET', /^\/gantry\/dockerfiles(?:\/(?:folder|state))?$/, 'admin'],
  ['POST', /^\/gantry\/dockerfiles\/(?:rate|fix|apply|undo|generate|build)$/, 'admin'],
  // it reads files and, where approved, runs programs
  ['GET POST PUT PATCH DELETE', /^\/gantry\/assistant(?:\/.*)?$/, 'admin'],
];
