import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { gantryMediaType } from '#contract';
import { startApi, type ApiUnderTest } from './api-under-test.ts';
import { managementWorld, type ManagementWorld } from './management-world.ts';

/** The routes that manage MCP servers, over a real socket. */
export interface Desk extends ManagementWorld {
  readonly api: ApiUnderTest;
  /** What a route answers, as the contract says. */
  readonly get: <T>(path: string, schema: z.ZodType<T>) => Promise<T>;
  readonly send: <T>(method: string, path: string, options?: { body?: unknown; schema?: z.ZodType<T> }) => Promise<T>;
  /** The error that a route answers with. */
  readonly refusal: (
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ status: number; code: string; message: string }>;
}

export async function desk(): Promise<Desk> {
  const world = await managementWorld();
  const api = await startApi({ mcpManagement: world.management });
  onTestFinished(async () => {
    await api[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });
  const ask = (method: string, path: string, body: unknown) =>
    api.ask(`/gantry/mcp/${path}`, {
      method,
      headers: { accept: gantryMediaType },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    ...world,
    api,
    get: async (path, schema) => schema.parse(JSON.parse((await ask('GET', path, undefined)).text)),
    async send(method, path, { body, schema } = {}) {
      const answer = await ask(method, path, body);
      if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
      return schema === undefined ? (undefined as never) : schema.parse(JSON.parse(answer.text));
    },
    async refusal(method, path, body) {
      const { status, text } = await ask(method, path, body);
      const { error } = JSON.parse(text) as { error: { code: string; message: string } };
      return { status, code: error.code, message: error.message };
    },
  };
}
