import { runtimeRequest, type DaemonStatusBody, type EffectiveBody, type RuntimeBody } from '#contract';
import { AppError } from '#core';
import type { EffectiveConfig, Runtime, RunnerMode } from '#inference';
import { keepAliveText } from './engine-routes.ts';
import { parseJsonObject, readBody } from './http/body.ts';
import { sendEmpty, sendError, sendJson, sentence, type Exchange } from './http/exchange.ts';
import { untilStopping } from './models/model-routes.ts';
import { streamProgress } from './models/progress-stream.ts';
import { installLine } from './models/pull-line.ts';
import type { ApiOptions } from './types.ts';
import { parseValue } from './http/parse-value.ts';

const modes: readonly RunnerMode[] = ['completion', 'embedding', 'reranking'];

export async function gantryStatus(exchange: Exchange, options: ApiOptions): Promise<void> {
  const { daemon, inference, version, access, settings } = options;
  const refused = access.refused();
  const body: DaemonStatusBody = {
    version,
    pid: daemon.pid,
    home: daemon.home,
    startedAt: daemon.startedAt,
    addresses: [...daemon.addresses()],
    backends: { ...(await inference.status()) },
    runners: inference.running().length,
    memory: daemon.memory(),
    access: {
      mode: settings.current().server.access,
      keys: access.keys.list().length,
      ...(refused && { refused: sentence(refused) }),
    },
    language: settings.current().language,
    assistant: assistantState(settings),
    ...(daemon.machine && { machine: await daemon.machine() }),
    state: daemon.stopping.aborted ? 'stopping' : 'running',
  };
  sendJson(exchange, 200, body);
}

function assistantState(settings: ApiOptions['settings']): DaemonStatusBody['assistant'] {
  if (settings.current().assistant.enabled) return 'on';
  const entry = settings.entries().find(({ path }) => path.join('.') === 'assistant.enabled');
  return entry?.origin === 'default' ? 'unused' : 'off';
}

/** Answers first: the answer is the last thing the client hears for sure. */
export function gantryStop(exchange: Exchange, { daemon }: ApiOptions): void {
  exchange.response.once('finish', () => daemon.stop('asked through the API'));
  sendEmpty(exchange, 202);
}

export async function gantryEffective(exchange: Exchange, { inference, models }: ApiOptions): Promise<void> {
  const query = new URLSearchParams(exchange.query);
  const model = query.get('model');
  const mode = modes.find((name) => name === (query.get('mode') ?? 'completion'));
  if (!model) throw new AppError('request.invalid', 'The query must name a model.', { params: { param: 'model' } });
  if (!mode) {
    throw new AppError('request.invalid', `"mode" must be one of ${modes.join(', ')}.`, { params: { param: 'mode' } });
  }
  const config = await inference.effective(model, mode);
  const { tags, id } = await models.get(model);
  sendJson(exchange, 200, effectiveBodyOf(config, { model: tags[0] ?? id, mode }));
}

function effectiveBodyOf(config: EffectiveConfig, named: { model: string; mode: RunnerMode }): EffectiveBody {
  const { contextSize, parallel, threads, batchThreads, runtimeFlags, keepAliveMs, pin, estimatedBytes } = config;
  const { speculative, reasoningBudget } = config;
  return {
    ...named,
    ...(speculative?.value && { speculative: { value: speculative.value, origin: speculative.origin } }),
    ...(reasoningBudget?.value !== undefined && {
      reasoningBudget: { value: reasoningBudget.value, origin: reasoningBudget.origin },
    }),
    contextSize,
    parallel,
    threads,
    batchThreads,
    runtimeFlags: { value: [...runtimeFlags.value], origin: runtimeFlags.origin },
    keepAlive: { value: keepAliveText(keepAliveMs.value), origin: keepAliveMs.origin },
    pin,
    estimatedBytes,
  };
}

function runtimeBodyOf({ name, version, path, origin, selected, image }: Runtime): RuntimeBody {
  return { name, version, path, origin, selected, ...(image && { backend: image.backend }) };
}

export async function listRuntimes(exchange: Exchange, { runtimes }: ApiOptions): Promise<void> {
  sendJson(exchange, 200, (await runtimes.list()).map(runtimeBodyOf));
}

export async function installRuntime(exchange: Exchange, { runtimes, daemon, clock }: ApiOptions): Promise<void> {
  const signal = AbortSignal.any([exchange.gone, daemon.stopping]);
  try {
    const name = await readRuntimeName(exchange);
    const events = untilStopping(runtimes.install(name, { signal }), daemon.stopping);
    await streamProgress(exchange, events, { toLine: installLine, clock });
  } catch (error) {
    if (!exchange.gone.aborted) sendError(exchange, error, { shape: 'text' });
  }
}

export async function selectRuntime(exchange: Exchange, { runtimes }: ApiOptions): Promise<void> {
  await runtimes.use(await readRuntimeName(exchange));
  sendEmpty(exchange, 204);
}

export async function removeRuntime(exchange: Exchange, name: string, { runtimes }: ApiOptions): Promise<void> {
  await runtimes.remove(name);
  sendEmpty(exchange, 204);
}

async function readRuntimeName({ request }: Exchange): Promise<string> {
  const parsed = parseValue(runtimeRequest, parseJsonObject(await readBody(request)));
  if (parsed.success && parsed.data.name !== '') return parsed.data.name;
  throw new AppError('request.invalid', '"name" must name a runtime.', {
    hint: 'For example: {"name": "xllamacpp"}',
    params: { param: 'name' },
  });
}
