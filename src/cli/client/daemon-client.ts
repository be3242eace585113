import type { ZodType } from 'zod';
import type { Translate } from '../messages/translate.ts';
import type { DaemonAddress } from './address.ts';
import type { DaemonRequest, DaemonResponse, Send } from './http.ts';
import { checkStatus, readAnswer, readText } from './read.ts';

type Contract = typeof import('#contract');
type Request = Omit<DaemonRequest, 'signal'>;

/** Typed requests to one daemon, all ended by one signal. */
export interface DaemonClient {
  readonly address: DaemonAddress;
  /** A JSON answer, checked by a schema of the contract. @throws AppError as the daemon says */
  json<T>(request: Request, schema: (contract: Contract) => ZodType<T>): Promise<T>;
  /** An answer whose body does not matter, or is returned as it is. @throws AppError as the daemon says */
  text(request: Request): Promise<string>;
  /** An answer that streams; its status is a good one. @throws AppError as the daemon says */
  stream(request: Request, options?: { signal?: AbortSignal | undefined }): Promise<DaemonResponse>;
}

export function createDaemonClient(
  send: Send,
  { address, signal, t }: { address: DaemonAddress; signal: AbortSignal; t: Translate },
): DaemonClient {
  return {
    address,
    async json(request, schema) {
      return await readAnswer(await send({ ...request, signal }), schema, { path: request.path, t });
    },
    async text(request) {
      return await readText(await send({ ...request, signal }), { path: request.path, t });
    },
    async stream(request, options = {}) {
      const response = await send({ ...request, signal: options.signal ?? signal });
      await checkStatus(response, { path: request.path, t });
      return response;
    },
  };
}
