import { AppError } from '#core';
import type { Inference, RunnerStatus } from '#inference';
import type { Model } from '#models';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { checkBackend } from '../inference/backends.ts';
import { traitsOf, type Capability } from '../ollama/traits.ts';
import type { ApiOptions } from '../types.ts';

type LoadState = 'loaded' | 'loading' | 'unloaded';
type Runners = readonly Pick<RunnerStatus, 'modelId' | 'state'>[];

function loadStateOf({ id }: Model, runners: Runners): LoadState {
  const states = new Set(runners.filter(({ modelId }) => modelId === id).map(({ state }) => state));
  if (states.has('ready')) return 'loaded';
  return states.has('loading') ? 'loading' : 'unloaded';
}

/** A model as OpenAI lists it, with what docker/model-runner adds (contract model-runner §2.6), and in `dmr` what we add to that. */
function openAiModel(model: Model, runners: Runners, traits: object = {}): unknown {
  const { architecture, parameters, quantization, size } = model.config;
  const theirs = { context_window: contextWindow(model), architecture, parameters, quantization, size };
  const dmr = { ...theirs, size_bytes: model.sizeBytes, state: loadStateOf(model, runners), ...traits };
  return { id: model.tags[0] ?? model.id, object: 'model', created: model.created, owned_by: 'docker', dmr };
}

function contextWindow({ config }: Model): number | undefined {
  if (config.context_size !== undefined) return config.context_size;
  const trained = Number(config.gguf?.[`${config.architecture ?? ''}.context_length`]);
  return Number.isSafeInteger(trained) && trained > 0 ? trained : undefined;
}

/** What the files of a model say of its abilities; not in lists, where it would mean to open every file. */
async function traitFields(model: Model, options: ApiOptions): Promise<object> {
  try {
    const { capabilities } = await traitsOf(model, options);
    return { capabilities, modality: modalityOf(capabilities) };
  } catch (error) {
    // Broken weights are told to those who run them.
    if (error instanceof AppError && error.code.startsWith('model.')) return {};
    throw error;
  }
}

function modalityOf(capabilities: readonly Capability[]): object {
  const sees = capabilities.includes('vision');
  const output = capabilities.includes('completion') ? 'text' : 'embedding';
  return { input: sees ? ['text', 'image'] : ['text'], output: [output] };
}

interface ListOptions extends Pick<ApiOptions, 'models' | 'runtimes' | 'storeRevision'> {
  readonly inference: Pick<Inference, 'running'>;
}

/** Answers with the list of models, whose bytes are made once for each state of the store and of the runners. */
export function createOpenAiModelList(options: ListOptions) {
  const { models, inference, storeRevision } = options;
  let made: { readonly state: string; readonly bytes: Promise<Buffer> } | undefined;

  const make = async (runners: Runners): Promise<Buffer> => {
    const data = (await models.list()).map((model) => openAiModel(model, runners));
    return Buffer.from(`${JSON.stringify({ object: 'list', data })}\n`);
  };

  function bytesNow(): Promise<Buffer> {
    const runners = inference.running();
    if (storeRevision === undefined) return make(runners);
    const state = [storeRevision(), ...runners.map((runner) => `${runner.modelId} ${runner.state}`)].join(' ');
    if (made?.state === state) return made.bytes;
    const bytes = make(runners);
    const mine = { state, bytes };
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
    const model = await options.models.get(name);
    const traits = await traitFields(model, options);
    sendJson(exchange, 200, openAiModel(model, options.inference.running(), traits));
  } catch (error) {
    sendError(exchange, error, { shape: 'openai' });
  }
}
