import { z } from 'zod';
import { parseDurationMs } from '#core';
import type { Json } from '../types.ts';

const glob = z.string().min(1).max(1000);
const globs = z.union([glob.transform((one): readonly string[] => [one]), z.array(glob).min(1).max(200)]);
const pointer = z
  .string()
  .regex(/^(?:\/[^/]*)*$/, 'expected a JSON pointer such as /path or /options/force; * stands for any key')
  .max(1000);

const condition = z
  .strictObject({
    /** Where in the arguments: a JSON pointer, in which `*` is any key. */
    at: pointer,
    glob: glob.optional(),
    /** RE2: no backreferences, always quick. The whole value. */
    regex: z.string().min(1).max(2000).optional(),
    equals: z.custom<Json>((value) => value !== undefined).optional(),
    /** The value is a path at or below this folder, whatever `..` it has. */
    under: z.string().startsWith('/').optional(),
    not: z.boolean().optional(),
  })
  .refine((one) => [one.glob, one.regex, one.equals, one.under].filter((test) => test !== undefined).length === 1, {
    message: 'expected one of glob, regex, equals or under',
  });

/** Whom and what something is about; what is absent is any. */
const about = {
  server: globs.optional(),
  tool: globs.optional(),
  prompt: globs.optional(),
  /** URIs. */
  resource: globs.optional(),
  /** Names of clients as they introduce themselves. */
  client: globs.optional(),
};

const rule = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  effect: z.enum(['allow', 'deny', 'ask']),
  ...about,
  /** All of them. */
  arguments: z.array(condition).min(1).max(50).optional(),
  /** Told to whoever is refused. */
  reason: z.string().min(1).max(1000).optional(),
});

const limit = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  ...about,
  calls: z.number().int().min(1).max(10_000),
  per: z
    .string()
    .transform((text) => parseDurationMs(text))
    .refine((ms) => ms !== undefined && ms > 0, { message: 'expected a duration such as 1m or 1h' })
    .transform((ms) => ms ?? 0),
  /** What has a count of its own. */
  each: z.enum(['all', 'client', 'server']).default('all'),
});

/** `mcp/policy.yaml`. The first rule that fits decides; where none does, `default`. */
export const policySchema = z.strictObject({
  default: z.enum(['allow', 'deny']).default('allow'),
  rules: z.array(rule).max(2000).default([]),
  limits: z.array(limit).max(200).default([]),
});

export type Policy = z.output<typeof policySchema>;
export type PolicyRule = z.output<typeof rule>;
export type PolicyLimit = z.output<typeof limit>;
export type PolicyCondition = z.output<typeof condition>;

export const openPolicy: Policy = { default: 'allow', rules: [], limits: [] };
