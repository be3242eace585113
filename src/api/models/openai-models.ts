import type { Model } from '#models';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { checkBackend } from '../inference/backends.ts';
import type { ApiOptions } from '../types.ts';

/** A model as OpenAI lists it, with what docker/model-runner adds (contract model-runner §2.6). */
export function openAiModel(model: Model): unknown {
  const { architecture, parameters, quantization, size } = model.config;
  const dmr = { context_window: contextWindow(model), architecture, parameters, quantization, size };
  return { id: model.tags[0] ?? model.id, object: 'model', created: model.created, owned_by: 'docker', dmr };
}

function contextWindow({ config }: Model): number | undefined {
  if (config.context_size !== undefined) return config.context_size;
  const trained = Number(config.gguf?.[`${config.architecture ?? ''}.context_length`]);
  return Number.isSafeInteger(trained) && trained > 0 ? trained : undefined;
}

/** Answers with the list of models, whose bytes are made once for each state of the store. */
export function createOpenAiModelList(options: Pick<ApiOptions, 'models' | 'runtimes' | 'storeRevision'>) {
  const { models, storeRevision } = options;
  let made: { readonly revision: number; readonly bytes: Promise<Buffer> } | undefined;

  const make = async (): Promise<Buffer> => {
    const data = (await models.list()).map(openAiModel);
    return Buffer.from(`${JSON.stringify({ object: 'list', data })}\n`);
  };

  function bytesNow(): Promise<Buffer> {
    if (storeRevision === undefined) return make();
    const revision = storeRevision();
    if (made?.revision === revision) return made.bytes;
    const bytes = make();
    const mine = { revision, bytes };
    made = mine;
    bytes.catch(() => {
      if (made === mine) made = undefined;
    });
    return bytes;
  }

  return async (exchange: Exchange, backend: string | undefined): Promise<void> => {
    try {
      await checkBackend(backend, options);
      const body = await bytesNow();
      exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    } catch (error) {
      sendError(exchange, error, { shape: 'openai' });
    }
  };
}

export async function getOpenAiModel(
  exchange: Exchange,
  { backend, name }: { backend: string | undefined; name: string },
  options: ApiOptions,
): Promise<void> {
  try {
    await checkBackend(backend, options);
    sendJson(exchange, 200, openAiModel(await options.models.get(name)));
  } catch (error) {
    sendError(exchange, error, { shape: 'openai' });
  }
}
