import { ApiError, type Api, type ApiRequest } from '../../kit/index.ts';

/** Hears the events of an answer by name until `last`, whose data it resolves with. @throws ApiError for an event `error` */
export async function followEvents(
  api: Api,
  request: ApiRequest,
  { last, on = {} }: { readonly last: string; readonly on?: Readonly<Record<string, (data: unknown) => void>> },
): Promise<unknown> {
  for await (const { event = '', data } of api.events(request)) {
    const value: unknown = JSON.parse(data);
    if (event === last) return value;
    if (event === 'error') throw errorOf(value);
    if (Object.hasOwn(on, event)) on[event]?.(value);
  }
  throw new ApiError('The answer ended before it was complete.', { code: 'unreachable' });
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly params?: Readonly<Record<string, string | number>> | undefined;
}

function errorOf(value: unknown): ApiError {
  const { code, message, hint, params } = value as Problem;
  return new ApiError(String(message), { code: String(code), hint, params });
}
