import type { AppError } from '#core';
import type { CallOutcome, Json, JsonObject, RpcError, RpcMessage } from '../types.ts';

export type RpcId = string | number;

export interface RpcRequest {
  readonly jsonrpc: '2.0';
  readonly id: RpcId;
  readonly method: string;
  readonly params?: JsonObject | undefined;
}

export interface RpcNotification {
  readonly jsonrpc: '2.0';
  readonly method: string;
  readonly params?: JsonObject | undefined;
}

export const rpcCodes = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  resourceNotFound: -32_002,
  headerMismatch: -32_020,
  missingCapability: -32_021,
  unsupportedVersion: -32_022,
} as const;

export function isRequest(message: RpcMessage): message is RpcRequest {
  return message.method !== undefined && message.id !== undefined;
}

export function isNotification(message: RpcMessage): message is RpcNotification {
  return message.method !== undefined && message.id === undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of an object that is not known to be one; nothing for anything else. */
export function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : noMembers;
}

const noMembers: JsonObject = {};

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The message that a value of JSON is, or what keeps it from being one. */
export function readMessage(value: unknown): RpcMessage | { readonly invalid: string } {
  if (!isJsonObject(value)) return { invalid: 'it is not an object' };
  if (value['jsonrpc'] !== '2.0') return { invalid: 'jsonrpc is not "2.0"' };
  const { id, method, params, result, error } = value;
  if (id !== undefined && !isId(id) && !(id === null && error !== undefined)) {
    return { invalid: 'id is neither a text nor a whole number' };
  }
  if (method !== undefined) {
    if (typeof method !== 'string') return { invalid: 'method is not a text' };
    if (params !== undefined && !isJsonObject(params)) return { invalid: 'params is not an object' };
    if (result !== undefined || error !== undefined) return { invalid: 'it is a request and an answer at once' };
    return value as unknown as RpcMessage;
  }
  if (error !== undefined) {
    if (!isJsonObject(error) || typeof error['code'] !== 'number' || typeof error['message'] !== 'string') {
      return { invalid: 'error has no code or no message' };
    }
    return value as unknown as RpcMessage;
  }
  if (id === undefined) return { invalid: 'it has neither method nor id' };
  if (!isJsonObject(result)) return { invalid: 'result is not an object' };
  return value as unknown as RpcMessage;
}

function isId(value: Json): value is RpcId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value));
}

export function failed(code: number, message: string, data?: Json): CallOutcome {
  return { kind: 'error', error: { code, message, ...(data === undefined ? {} : { data }) } };
}

export function succeeded(result: JsonObject): CallOutcome {
  return { kind: 'result', result };
}

export function answerOf(id: RpcId, outcome: CallOutcome): RpcMessage {
  return outcome.kind === 'result'
    ? { jsonrpc: '2.0', id, result: outcome.result }
    : { jsonrpc: '2.0', id, error: outcome.error };
}

/** What a client is told of a failure of ours: one sentence, what to do about it, and the code for programs. */
export function rpcErrorOf(error: AppError): RpcError {
  const code = error.code === 'request.invalid' ? rpcCodes.invalidParams : rpcCodes.internal;
  return {
    code,
    message: error.hint === undefined ? error.message : `${error.message} ${error.hint}`,
    data: { code: error.code, ...error.params },
  };
}
