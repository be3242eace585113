import type { RpcMessage } from '../types.ts';

/** Requests sent to a remote server and not answered yet. */
export interface PendingRequests {
  /** Notes a request; a signal that ends its answer where the protocol's version cancels that way. */
  sent(message: RpcMessage): AbortSignal | undefined;
  /** The method of the request that this answers. */
  answered(message: RpcMessage): string | undefined;
  /** True when the message cancels a request by ending its answer, so that it is not sent itself. */
  cancelled(message: RpcMessage): boolean;
  /** False when it was answered already. */
  forget(id: string | number): boolean;
  clear(): void;
}

const versionKey = 'io.modelcontextprotocol/protocolVersion';

/** From 2026-07-28 on a request over HTTP is cancelled by ending its answer; before, by a notification. */
function endsByItsStream(message: RpcMessage): boolean {
  const meta = message.params?.['_meta'];
  return typeof meta === 'object' && meta !== null && !Array.isArray(meta) && versionKey in meta;
}

export function pendingRequests(): PendingRequests {
  const open = new Map<string | number, { readonly method: string; readonly abort: AbortController | undefined }>();
  return {
    sent(message) {
      if (message.id === undefined || message.method === undefined) return undefined;
      const abort = endsByItsStream(message) ? new AbortController() : undefined;
      open.set(message.id, { method: message.method, abort });
      return abort?.signal;
    },
    answered(message) {
      if (message.id === undefined || message.method !== undefined) return undefined;
      const method = open.get(message.id)?.method;
      open.delete(message.id);
      return method;
    },
    cancelled(message) {
      if (message.method !== 'notifications/cancelled') return false;
      const id = message.params?.['requestId'];
      if (typeof id !== 'string' && typeof id !== 'number') return false;
      const abort = open.get(id)?.abort;
      if (abort === undefined) return false;
      open.delete(id);
      abort.abort();
      return true;
    },
    forget: (id) => open.delete(id),
    clear() {
      for (const { abort } of open.values()) abort?.abort();
      open.clear();
    },
  };
}
