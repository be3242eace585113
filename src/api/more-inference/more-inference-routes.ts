import { AppError } from '#core';
import type { Runtimes } from '#inference';
import { sendError, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import { checkBackend } from '../inference/backends.ts';
import type { Engine } from '../inference/engine.ts';
import type { Asking } from './asking.ts';
import { rerank, score } from './rerank.ts';
import { detokenize, tokenize } from './tokens.ts';

export interface MoreInferenceDeps {
  readonly engine: Engine;
  readonly runtimes: Pick<Runtimes, 'select'>;
}

type Served = (exchange: Exchange, asking: Asking) => Promise<void>;

const served: Readonly<Record<string, Served>> = { rerank, score, tokenize, detokenize };

/** What OpenAI's clients may ask for and no runtime here can do; a sentence beats "not found". */
const unserved: readonly { readonly path: RegExp; readonly what: string }[] = [
  { path: /^images\/(generations|edits|variations)$/, what: 'make images' },
  { path: /^audio\/(speech|transcriptions|translations)$/, what: 'work with audio' },
];

/** Routes of inference beside OpenAI's: reranking, tokens; under `/`, `/v1`, `/engines[/{backend}]` and `/engines[/{backend}]/v1`. */
export function createMoreInferenceRoutes({ engine, runtimes }: MoreInferenceDeps): RouteSet {
  return {
    match(verb, path) {
      if (verb !== 'POST') return undefined;
      const { backend, rest, isOpenAi } = split(path);
      const serve = Object.hasOwn(served, rest) ? served[rest] : undefined;
      if (serve) {
        return async (exchange) => {
          const name = backend === undefined ? undefined : decodeURIComponent(backend);
          await serve(exchange, { engine, backend: await checkBackend(name, { runtimes }) });
        };
      }
      const missing = isOpenAi ? unserved.find((one) => one.path.test(rest)) : undefined;
      if (!missing) return undefined;
      return () => {
        throw new AppError('request.not_found', `No runtime here can ${missing.what}.`, {
          hint: 'Local models answer with text, embeddings and scores.',
          params: { reason: 'no_runtime', what: missing.what },
        });
      };
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'openai' }),
  };
}

interface Place {
  readonly backend: string | undefined;
  readonly rest: string;
  readonly isOpenAi: boolean;
}

function split(path: string): Place {
  const parts = path.split('/').slice(1);
  let backend: string | undefined;
  if (parts[0] === 'engines') {
    parts.shift();
    const names = (part: string | undefined): boolean =>
      part !== undefined && part !== 'v1' && !Object.hasOwn(served, part);
    if (names(parts[0])) backend = parts.shift();
  }
  const isOpenAi = parts[0] === 'v1';
  return { backend, rest: parts.slice(isOpenAi ? 1 : 0).join('/'), isOpenAi };
}
