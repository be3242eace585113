import { ollamaRequests, type OllamaRequests } from '#contract';
import { AppError, parseDurationMs } from '#core';
import { readAs, readJsonRequest } from '../chat/read-request.ts';
import type { Exchange } from '../http/exchange.ts';
import type { LargeBodies } from '../inference/large-bodies.ts';
import { headerList } from '../inference/inference-request.ts';

/** A body as its route takes it. What the route does not know is named in a header of the answer. */
export async function readRequest<Name extends keyof OllamaRequests>(
  exchange: Exchange,
  name: Name,
  { largeBodies }: { largeBodies?: LargeBodies } = {},
): Promise<OllamaRequests[Name]> {
  const fields = await readJsonRequest(exchange, { ...(largeBodies && { largeBodies }) });
  const schema = ollamaRequests[name];
  const request = readAs(schema, fields) as OllamaRequests[Name];
  const unknown = Object.entries(fields).flatMap(([key, value]) =>
    value === null || Object.hasOwn(schema.shape, key) ? [] : [key],
  );
  reportIgnored(exchange, unknown);
  return request;
}

/** Names what has no effect here, so that nothing is dropped in silence. */
export function reportIgnored({ response }: Exchange, names: readonly string[]): void {
  if (names.length === 0 || response.headersSent) return;
  const before = response.getHeader('x-gantry-ignored');
  const list = headerList(names);
  response.setHeader('x-gantry-ignored', typeof before === 'string' ? `${before}, ${list}` : list);
}

/** The model a request is about; `name` wins over `model` (contract model-runner §2.10). @throws AppError `request.invalid` */
export function modelNameOf(
  { name, model }: { name?: string | null | undefined; model?: string | null | undefined },
  exchange: Exchange,
): string {
  const chosen = (name || model || '').trim();
  if (chosen === '') {
    throw new AppError('request.invalid', 'model is required', {
      hint: 'Name a model in "model"; GET /api/tags lists them.',
      params: { param: 'model' },
    });
  }
  exchange.notes.model = chosen.slice(0, 200);
  return chosen;
}

/** Seconds, or a duration such as `10m`; negative is for ever. @throws AppError `request.invalid` */
export function keepAliveOf(value: string | number | null | undefined): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const ms = typeof value === 'number' ? value * 1000 : parseDurationMs(value);
  if (ms === undefined || !Number.isFinite(ms)) {
    throw new AppError('request.invalid', `"keep_alive" is not a duration: ${String(value).slice(0, 50)}.`, {
      hint: 'Write seconds as a number, or a duration such as "10m"; -1 is for ever.',
      params: { param: 'keep_alive', value: String(value).slice(0, 50) },
    });
  }
  return ms < 0 ? -1 : ms;
}
