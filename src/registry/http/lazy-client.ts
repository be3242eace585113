import type { ClosableHttpClient, HttpClientOptions } from './client.ts';

/**
 * A client whose machinery is loaded with its first request: commands that may need the network, and mostly do not, start without it.
 */
export function createHttpClient(options: HttpClientOptions): ClosableHttpClient {
  let made: Promise<ClosableHttpClient> | undefined;
  let isClosed = false;
  const client = (): Promise<ClosableHttpClient> =>
    (made ??= import('./client.ts').then(async (http) => {
      const created = http.createHttpClient(options);
      if (isClosed) await created.close();
      return created;
    }));
  const close = async (): Promise<void> => {
    isClosed = true;
    await (await made)?.close();
  };
  return {
    request: async (url, request) => await (await client()).request(url, request),
    close,
    [Symbol.asyncDispose]: close,
  };
}
