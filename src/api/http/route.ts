export type Operation = 'chat/completions' | 'completions' | 'embeddings';

/** Every route there is (contract model-runner §2.2). `backend` is undefined where the path names none. */
export type Route =
  | { readonly kind: 'root' | 'version' }
  | { readonly kind: 'models.list' | 'models.create' }
  | { readonly kind: 'models.get' | 'models.remove' | 'models.tag'; readonly name: string }
  | { readonly kind: 'models.action'; readonly action: string }
  | { readonly kind: 'openai.models'; readonly backend: string | undefined }
  | { readonly kind: 'openai.model'; readonly backend: string | undefined; readonly name: string }
  | { readonly kind: 'openai.infer'; readonly backend: string | undefined; readonly operation: Operation }
  | { readonly kind: 'engines.status' | 'engines.ps' | 'engines.df' | 'engines.unload' }
  | { readonly kind: 'gantry.status' | 'gantry.stop' | 'gantry.effective' }
  | { readonly kind: 'runtimes.list' | 'runtimes.install' | 'runtimes.use' }
  | { readonly kind: 'runtimes.remove'; readonly name: string }
  /** `text` is the body a client of docker/model-runner knows. */
  | { readonly kind: 'none'; readonly shape: 'text' | 'openai'; readonly text: string };

const operations: readonly Operation[] = ['chat/completions', 'completions', 'embeddings'];

/** Cleans doubled slashes and the prefix that Docker Desktop's proxy strips. */
export function cleanPath(path: string): string {
  const single = path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') : path;
  return single.startsWith('/exp/vDD4.40/') ? single.slice('/exp/vDD4.40'.length) : single;
}

/** Finds the route of a clean path, still percent-encoded; `verb` is GET for HEAD too. @throws URIError when the encoding is broken */
export function matchRoute(verb: string, path: string): Route {
  if (path === '/') return { kind: 'root' };
  if (path === '/version') return { kind: 'version' };
  const [, first = '', rest = ''] = /^\/([^/]*)(?:\/(.*))?$/.exec(path) ?? [];
  switch (first) {
    case 'v1':
      return openAiRoute(verb, { backend: undefined, rest });
    case 'engines':
      return enginesRoute(verb, rest);
    case 'models':
      return modelsRoute(verb, { rest, exact: path === '/models' });
    case 'gantry':
      return gantryRoute(verb, rest);
    default:
      return { kind: 'none', shape: 'text', text: '404 page not found' };
  }
}

const notFound: Route = { kind: 'none', shape: 'text', text: 'not found' };

function openAiRoute(verb: string, { backend, rest }: { backend: string | undefined; rest: string }): Route {
  if (verb === 'GET' && rest === 'models') return { kind: 'openai.models', backend };
  if (verb === 'GET' && rest.startsWith('models/')) {
    return { kind: 'openai.model', backend, name: decodeURIComponent(rest.slice('models/'.length)) };
  }
  const operation = operations.find((name) => name === rest);
  if (verb === 'POST' && operation) return { kind: 'openai.infer', backend, operation };
  return { kind: 'none', shape: 'openai', text: 'not found' };
}

function enginesRoute(verb: string, rest: string): Route {
  if (rest.startsWith('v1/')) return openAiRoute(verb, { backend: undefined, rest: rest.slice(3) });
  const [, backend, openAi] = /^([^/]+)\/v1\/(.+)$/.exec(rest) ?? [];
  if (backend !== undefined && openAi !== undefined) {
    return openAiRoute(verb, { backend: decodeURIComponent(backend), rest: openAi });
  }
  if (verb === 'POST') return rest === 'unload' ? { kind: 'engines.unload' } : notFound;
  if (verb !== 'GET') return notFound;
  if (rest === 'status' || rest === 'ps' || rest === 'df') return { kind: `engines.${rest}` };
  return notFound;
}

function modelsRoute(verb: string, { rest, exact }: { rest: string; exact: boolean }): Route {
  if (exact) return verb === 'GET' ? { kind: 'models.list' } : notFound;
  if (verb === 'POST') {
    if (rest === 'create') return { kind: 'models.create' };
    const slash = rest.lastIndexOf('/');
    if (slash < 1) return notFound;
    const action = decodeURIComponent(rest.slice(slash + 1));
    if (action !== 'tag') return { kind: 'models.action', action };
    return { kind: 'models.tag', name: decodeURIComponent(rest.slice(0, slash)) };
  }
  if (verb === 'GET') return { kind: 'models.get', name: decodeURIComponent(rest) };
  if (verb === 'DELETE') return { kind: 'models.remove', name: decodeURIComponent(rest) };
  return notFound;
}

function gantryRoute(verb: string, rest: string): Route {
  const known: Readonly<Record<string, Route>> = {
    'GET status': { kind: 'gantry.status' },
    'POST stop': { kind: 'gantry.stop' },
    'GET effective': { kind: 'gantry.effective' },
    'GET runtimes': { kind: 'runtimes.list' },
    'POST runtimes/install': { kind: 'runtimes.install' },
    'POST runtimes/use': { kind: 'runtimes.use' },
  };
  const key = `${verb} ${rest}`;
  if (Object.hasOwn(known, key)) return known[key] ?? notFound;
  if (verb === 'DELETE' && /^runtimes\/[^/]+$/.test(rest)) {
    return { kind: 'runtimes.remove', name: decodeURIComponent(rest.slice('runtimes/'.length)) };
  }
  return notFound;
}
