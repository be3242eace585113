import { backendRequest } from '#contract';
import { AppError } from '#core';
import type { Runtime } from '#inference';
import { parseJsonObject, readBody } from '../http/body.ts';
import { sendEmpty, sendError, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { parseValue } from '../http/parse-value.ts';

type Deps = Pick<RouteDeps, 'runtimes' | 'daemon'>;

/** What llama.cpp is installed as where no runtime is there. */
const installable: Runtime['name'] = 'xllamacpp';

/** `POST /engines/install-backend` and `/engines/uninstall-backend` (contract model-runner §2.8). */
export function createBackendRoutes(deps: Deps): RouteSet {
  const handlers = {
    '/engines/install-backend': (exchange: Exchange) => install(exchange, deps),
    '/engines/uninstall-backend': (exchange: Exchange) => uninstall(exchange, deps),
  };
  return {
    match: (verb, path) =>
      verb === 'POST' && Object.hasOwn(handlers, path) ? handlers[path as keyof typeof handlers] : undefined,
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text', text: textOf }),
  };
}

/** Answers when the backend is there; one that is there already is left as it is. */
async function install(exchange: Exchange, { runtimes, daemon }: Deps): Promise<void> {
  await readBackend(exchange);
  const signal = AbortSignal.any([exchange.gone, daemon.stopping]);
  if (!(await isThere(runtimes))) {
    for await (const event of runtimes.install(installable, { signal })) {
      if (event.type === 'done') break;
    }
  }
  sendEmpty(exchange, 200);
}

async function uninstall(exchange: Exchange, { runtimes }: Deps): Promise<void> {
  await readBackend(exchange);
  await runtimes.remove(installable);
  sendEmpty(exchange, 200);
}

async function isThere(runtimes: Deps['runtimes']): Promise<boolean> {
  try {
    await runtimes.select();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('runtime.')) return false;
    throw error;
  }
}

/** Checks that the body names llama.cpp. @throws AppError `request.invalid`, `backend.not_found`, `runtime.unsupported_platform` */
async function readBackend({ request }: Exchange): Promise<void> {
  const parsed = parseValue(backendRequest, parseJsonObject(await readBody(request)));
  const { backend = '', version = '' } = parsed.success ? parsed.data : {};
  if (backend === '') {
    throw new AppError('request.invalid', 'invalid request: backend is required', {
      params: { param: 'backend', expected: 'string' },
    });
  }
  const name = backend.slice(0, 100);
  if (['vllm', 'mlx', 'sglang', 'diffusers'].includes(backend)) {
    throw new AppError('runtime.unsupported_platform', `Gantry does not install the backend ${name}.`, {
      hint: 'Models in GGUF format run with llama.cpp.',
      params: { reason: 'not_installable', name },
    });
  }
  if (backend !== 'llama.cpp') throw new AppError('backend.not_found', 'backend not found', { params: { name } });
  if (version === '' || version === 'latest') return;
  throw new AppError('request.invalid', 'The version of llama.cpp cannot be chosen.', {
    hint: 'Leave "version" out, or name a llama-server of your own in the setting inference.runtime.',
    params: { reason: 'version', param: 'version' },
  });
}

function textOf({ code, message, hint }: AppError): string {
  if (message.startsWith('The request body is not valid JSON')) return 'invalid request';
  return code === 'backend.not_found' || hint === undefined ? message : `${message} ${hint}`;
}
