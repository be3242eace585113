export interface HttpLimits {
  /** From the start of a connection attempt to a usable connection: name resolution, every address, proxy and TLS together. */
  readonly connectMs: number;
  /** From the end of the request to the header of the answer. */
  readonly headerMs: number;
  /** Between two pieces of a body, while somebody waits for the next one. */
  readonly idleMs: number;
}

export const defaultHttpLimits: HttpLimits = { connectMs: 8000, headerMs: 30_000, idleMs: 30_000 };
