import { join } from 'node:path';
import type { OllamaInstructions, OllamaRequests } from '#contract';
import { AppError } from '#core';
import type { Derivation, Model, WeightsSource } from '#models';
import type { Exchange } from '../http/exchange.ts';
import type { JsonObject } from '../inference/engine.ts';
import type { RouteDeps } from '../route-sets.ts';
import { instructionsOf } from './instructions.ts';
import { openAiMessages } from './messages.ts';
import { samplingOf } from './options.ts';
import { progressLine, reportProgress, type ProgressLine } from './progress.ts';
import { modelNameOf, readRequest, reportIgnored } from './request.ts';
import { chooseWeights } from './weights.ts';
import { pullLines } from './transfers.ts';

type Request = OllamaRequests['create'];

/** `POST /api/create`: a model of files sent before, or of another model, with texts of its own. */
export async function create(exchange: Exchange, deps: RouteDeps): Promise<void> {
  const request = await readRequest(exchange, 'create');
  const target = modelNameOf(request, exchange);
  refuseUnsupported(request);
  openAiMessages(request.messages ?? []);
  reportIgnored(exchange, samplingOf(request.parameters ?? {}).ignored);
  const signal = AbortSignal.any([exchange.gone, deps.daemon.stopping]);
  const lines = makeModel({ request, target, signal }, deps);
  await reportProgress(exchange, lines, { stream: request.stream !== false, clock: deps.clock });
}

interface Making {
  readonly request: Request;
  readonly target: string;
  readonly signal: AbortSignal;
}

async function* makeModel(making: Making, deps: RouteDeps): AsyncGenerator<ProgressLine> {
  const { request, target } = making;
  const { models } = deps;
  const replaced = await stored(target, deps);
  let source: Model;
  if (request.files) {
    yield* fromFiles(making, deps);
    source = await models.get(target);
  } else {
    const from = request.from ?? '';
    if ((await stored(from, deps)) === undefined) yield* pullLines(models.pull(from, { signal: making.signal }));
    source = await models.get(from);
    yield { status: `using existing layer ${source.id}` };
  }
  const derivation = await derivationOf(request, { source, target }, deps);
  if (isEmpty(derivation)) {
    if (!request.files) await models.tag(source.id, target);
  } else {
    yield { status: 'creating new layer' };
    await models.derive(source.id, derivation);
    if (request.files) await dropUntagged(source, deps);
  }
  if (replaced && (await models.texts(replaced.id, 'instructions')).length > 0) await dropUntagged(replaced, deps);
  yield { status: 'writing manifest' };
}

async function* fromFiles({ request, target, signal }: Making, { models }: RouteDeps): AsyncGenerator<ProgressLine> {
  const files = request.files ?? {};
  const weights = chooseWeights(Object.keys(files));
  await using gathered = await models.uploads.gather(files);
  const path = (name: string): string => join(gathered.folder, name);
  const source: WeightsSource =
    weights.kind === 'gguf'
      ? { kind: 'gguf', path: path(weights.file) }
      : { kind: 'safetensors', path: gathered.folder };
  const mmproj = weights.kind === 'gguf' && weights.projector !== undefined ? path(weights.projector) : undefined;
  yield { status: 'parsing GGUF' };
  for await (const event of models.package({ source, mmproj, target }, { signal })) {
    const line = progressLine(event, 'pulling');
    if (line) yield 'digest' in line ? { status: `using existing layer ${line.digest}` } : line;
  }
  await models.uploads.forget(Object.values(files));
}

async function derivationOf(
  { license, template, ...request }: Request,
  { source, target }: { source: Model; target: string },
  deps: RouteDeps,
): Promise<Derivation> {
  const inherited = await instructionsOf(source, deps);
  const given = {
    ...(request.system ? { system: request.system } : {}),
    ...(request.parameters ? { parameters: { ...inherited.parameters, ...request.parameters } } : {}),
    ...(request.messages?.length ? { messages: request.messages } : {}),
  } satisfies OllamaInstructions;
  const licences = typeof license === 'string' ? [license] : (license ?? []);
  return {
    target,
    instructions: Object.keys(given).length === 0 ? undefined : ({ ...inherited, ...given } satisfies JsonObject),
    licences: licences.filter((text) => text !== ''),
    chatTemplate: template || undefined,
  };
}

function isEmpty({ instructions, licences = [], chatTemplate }: Derivation): boolean {
  return instructions === undefined && licences.length === 0 && chatTemplate === undefined;
}

async function stored(name: string, { models }: RouteDeps): Promise<Model | undefined> {
  try {
    return await models.get(name);
  } catch (error) {
    if (error instanceof AppError && error.code === 'model.not_found') return undefined;
    throw error;
  }
}

/** What only led to the new model, or was what its name stood for before, is not kept without a name. */
async function dropUntagged({ id }: Model, deps: RouteDeps): Promise<void> {
  const left = await stored(id, deps);
  if (!left || left.tags.length > 0) return;
  try {
    await deps.inference.release(id);
    await deps.models.remove(id, { force: false });
  } catch (error) {
    // Somebody still talks to it; it stays without a name, as with every tag that moves.
    if (!(error instanceof AppError && error.code === 'model.in_use')) throw error;
  }
}

/** @throws AppError `request.invalid`, `inference.unsupported` */
function refuseUnsupported({ from, files, adapters, quantize, quantization, modelfile, template }: Request): void {
  if (quantize || quantization) {
    throw unsupported(
      'quantize',
      'Models are not quantized here.',
      'Quantize the file first, or pull a build that is.',
    );
  }
  if (adapters && Object.keys(adapters).length > 0) {
    throw unsupported(
      'adapters',
      'Adapters cannot be made part of a model here.',
      'Merge the adapter into the weights first.',
    );
  }
  if (modelfile) {
    throw unsupported(
      'modelfile',
      'A Modelfile is not read here.',
      'Send its parts: "from", "system", "parameters", "template".',
    );
  }
  if (template && /\{\{-?\s*(\.|if |range |end|else|template )/.test(template) && !template.includes('{%')) {
    throw unsupported(
      'template',
      'The template is written for Go; models here have Jinja templates.',
      'Leave it out to keep the template of the model, or send a Jinja template.',
    );
  }
  const hasFiles = files !== null && files !== undefined && Object.keys(files).length > 0;
  if (hasFiles === Boolean(from)) {
    throw new AppError('request.invalid', 'Say what the model is made of: either "from" or "files".', {
      hint: '"from" names a model; "files" are names and digests of files sent to /api/blobs.',
      params: { param: 'from' },
    });
  }
}

function unsupported(param: string, message: string, hint: string): AppError {
  return new AppError('inference.unsupported', message, { hint, params: { reason: param, param } });
}
