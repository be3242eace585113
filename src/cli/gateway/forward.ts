import type { Dispatcher } from 'undici';
import type { Deployment } from './config.ts';

/** A request for an alias, its body as an object so that the model can be named anew. */
export interface GatewayRequest {
  /** `chat/completions` or `embeddings`. */
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** Sends a request to one upstream. @throws what the connection throws */
export async function forward(
  dispatcher: Dispatcher,
  { action, body, signal }: GatewayRequest,
  { style, baseUrl, model, apiKey, apiVersion, timeoutMs }: Deployment,
): Promise<Dispatcher.ResponseData> {
  const azure = style === 'azure';
  const path = azure ? `/openai/deployments/${encodeURIComponent(model)}/${action}` : `/${action}`;
  const url = new URL(`${baseUrl}${path}`);
  if (azure && apiVersion !== undefined) url.searchParams.set('api-version', apiVersion);
  const { origin, pathname, search } = url;
  return await dispatcher.request({
    origin,
    path: `${pathname}${search}`,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: body['stream'] === true ? 'text/event-stream' : 'application/json',
      ...keyHeader(apiKey, { azure }),
    },
    body: JSON.stringify({ ...body, model }),
    signal,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

function keyHeader(apiKey: string | undefined, { azure }: { azure: boolean }): Record<string, string> {
  if (apiKey === undefined) return {};
  return azure ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` };
}
