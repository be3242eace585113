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

export async function listOpenAiModels(
  exchange: Exchange,
  backend: string | undefined,
  { models }: ApiOptions,
): Promise<void> {
  try {
    checkBackend(backend);
    sendJson(exchange, 200, { object: 'list', data: (await models.list()).map(openAiModel) });
  } catch (error) {
    sendError(exchange, error, { shape: 'openai' });
  }
}

export async function getOpenAiModel(
  exchange: Exchange,
  { backend, name }: { backend: string | undefined; name: string },
  { models }: ApiOptions,
): Promise<void> {
  try {
    checkBackend(backend);
    sendJson(exchange, 200, openAiModel(await models.get(name)));
  } catch (error) {
    sendError(exchange, error, { shape: 'openai' });
  }
}
