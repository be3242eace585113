import { z } from 'zod';
import type { JsonObject } from '../types.ts';

/** What scripts may use up. */
export interface ScriptLimits {
  /** Without the time in which tools work. */
  readonly computeMs: number;
  readonly totalMs: number;
  readonly memoryBytes: number;
  /** Characters of the result and of what was printed, each. */
  readonly outputLength: number;
  readonly calls: number;
}

export const defaultScriptLimits: ScriptLimits = {
  computeMs: 5000,
  totalMs: 120_000,
  memoryBytes: 64 * 1024 * 1024,
  outputLength: 1_000_000,
  calls: 100,
};

const limits = z.object({
  computeMs: z.number(),
  totalMs: z.number(),
  memoryBytes: z.number(),
  outputLength: z.number(),
  calls: z.number(),
});

/** Lines that the sandbox's process reads. */
export const toSandbox = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    script: z.string(),
    /** Names of functions in the script, by the tools they stand for. */
    functions: z.record(z.string(), z.string()),
    limits,
  }),
  z.object({ type: z.literal('answer'), id: z.number(), result: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('refusal'), id: z.number(), message: z.string() }),
]);

/** Lines that it writes. */
export const fromSandbox = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number(), tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('done'), value: z.string(), printed: z.string() }),
  z.object({ type: z.literal('failed'), message: z.string(), printed: z.string() }),
]);

export type ToSandbox = z.infer<typeof toSandbox>;
export type FromSandbox = z.infer<typeof fromSandbox>;
export type RunRequest = Extract<ToSandbox, { type: 'run' }>;

/** Calls a tool; rejects with what the script is told. The result is one of `tools/call`. */
export type CallTool = (tool: string, args: JsonObject) => Promise<JsonObject>;
