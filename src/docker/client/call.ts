import type { z } from 'zod';
import type { Cancel, EngineRequest, EngineResponse, Filters } from '../types.ts';
import { readJson, refusal } from './send.ts';

/** Sends a request on the version of the API that both sides know; any status resolves. */
export type SendRequest = (request: EngineRequest) => Promise<EngineResponse>;

/** A request whose answer counts only when it succeeds. @throws AppError `docker.*` */
export async function ask(sendRequest: SendRequest, request: EngineRequest): Promise<EngineResponse> {
  const response = await sendRequest(request);
  if (response.status < 400) return response;
  throw await refusal(response);
}

export async function askJson<Shape extends z.ZodType>(
  sendRequest: SendRequest,
  request: EngineRequest,
  shape: Shape,
): Promise<z.output<Shape>> {
  const { stream } = await ask(sendRequest, request);
  return await readJson(stream, shape);
}

/** A request whose answer is empty; these statuses are as good as success. */
export async function tell(
  sendRequest: SendRequest,
  request: EngineRequest,
  { fine = [] }: { readonly fine?: readonly number[] } = {},
): Promise<void> {
  const response = await sendRequest(request);
  if (response.status >= 400 && !fine.includes(response.status)) throw await refusal(response);
  response.stream.resume();
}

export function filtersText(filters: Filters | undefined): string | undefined {
  return filters ? JSON.stringify(filters) : undefined;
}

/** `{ signal }` and nothing where there is none. */
export function cancelOf({ signal }: Cancel): Cancel {
  return signal ? { signal } : {};
}

export function segment(name: string): string {
  return encodeURIComponent(name);
}
