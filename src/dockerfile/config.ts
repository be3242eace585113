import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '#core';
import type { RateOptions } from './rate.ts';
import { catalogue } from './rules/catalogue.ts';

const severity = z.enum(['error', 'warning', 'info', 'off']);

const configSchema = z.strictObject({
  /** Rule ids, ours or those of other tools. */
  ignore: z.array(z.string()).optional(),
  severities: z.record(z.string(), severity).optional(),
  trustedRegistries: z.array(z.string()).optional(),
  requiredLabels: z.array(z.string()).optional(),
  profile: z.enum(['default', 'production']).optional(),
  /** Day that ends of life are compared with. */
  today: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .optional(),
  maxBaseAgeDays: z.number().int().positive().optional(),
  failUnder: z.number().min(0).max(100).optional(),
});

export interface RatingConfig {
  readonly options: Omit<RateOptions, 'context'>;
  readonly failUnder: number | undefined;
}

/** Reads the settings file; a name it does not know is refused, since ignoring it would turn a rule back on in silence. */
export function readRatingConfig(text: string, path: string): RatingConfig {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) throw refused(path, error.message.split('\n')[0] ?? 'YAML');
  const parsed = configSchema.safeParse(document.toJS({ maxAliasCount: 10 }) ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { ignore = [], severities = {}, failUnder, ...settings } = parsed.data;
  const known = new Set(catalogue.flatMap(({ id, equivalents }) => [id, ...Object.values(equivalents ?? {}).flat()]));
  const unknown = [...ignore, ...Object.keys(severities)].find((id) => !known.has(id));
  if (unknown !== undefined) throw refused(path, `there is no rule ${unknown}`);
  const off = Object.entries(severities)
    .filter(([, value]) => value === 'off')
    .map(([id]) => id);
  const set = Object.entries(severities).flatMap(([id, value]) => (value === 'off' ? [] : [[id, value] as const]));
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return {
    options: {
      disabled: [...ignore, ...off],
      severities: Object.fromEntries(set),
      settings: Object.fromEntries(given),
    },
    failUnder,
  };
}

function refused(path: string, reason: string): AppError {
  return new AppError('settings.invalid', `The settings in ${path} cannot be used: ${reason}.`, {
    hint: 'See docs/dockerfile-rating.md for what it may hold.',
    params: { reason: 'dockerfile_config', path, detail: reason },
  });
}
