import type { ConfigurationsBody, ConfigureRequest } from '#contract';

export const configurableModes = ['completion', 'embedding', 'reranking'] as const;

/** Texts of fields; empty is as it is without a wish. */
export interface ConfigureForm {
  /** Empty is every mode. */
  readonly mode: '' | (typeof configurableModes)[number];
  readonly contextSize: string;
  readonly keepAlive: string;
  readonly flags: string;
  /** Empty is as the model is; 0 keeps it from thinking, -1 lets it. */
  readonly reasoningBudget: string;
  readonly draftModel: string;
  readonly draftTokens: string;
  readonly minAcceptanceRate: string;
  /** JSON. */
  readonly hfOverrides: string;
  readonly gpuMemory: string;
}

export type ConfigureField = keyof ConfigureForm;

/** What a model of this format can be told in this mode, in the order of the form: the daemon refuses the rest. */
export function fieldsFor(format: string, mode: ConfigureForm['mode']): readonly ConfigureField[] {
  const first = ['mode', 'contextSize', 'keepAlive'] as const;
  const draft = ['draftModel', 'draftTokens', 'minAcceptanceRate'] as const;
  if (format !== 'gguf') return [...first, 'gpuMemory', ...draft, 'hfOverrides', 'flags'];
  return mode === '' || mode === 'completion' ? [...first, 'reasoningBudget', ...draft, 'flags'] : [...first, 'flags'];
}

/** The numbers of a draft model mean nothing without one. */
export function isAsked(field: ConfigureField, { draftModel }: ConfigureForm): boolean {
  return (field !== 'draftTokens' && field !== 'minAcceptanceRate') || draftModel.trim() !== '';
}

/** What was set for a model in a mode. What holds in every mode stands in the row of completion. */
export function formOf(rows: ConfigurationsBody, mode: ConfigureForm['mode']): ConfigureForm {
  const config = rows.find(({ Mode }) => Mode === (mode || 'completion'))?.Config;
  const { speculative, llamacpp, vllm } = config ?? {};
  const overrides = vllm?.['hf-overrides'];
  return {
    mode,
    contextSize: config?.['context-size']?.toString() ?? '',
    keepAlive: config?.keep_alive ?? '',
    flags: (config?.['runtime-flags'] ?? []).map(quoted).join(' '),
    reasoningBudget: llamacpp?.['reasoning-budget'].toString() ?? '',
    draftModel: speculative?.draft_model ?? '',
    draftTokens: speculative?.num_tokens?.toString() ?? '',
    minAcceptanceRate: speculative?.min_acceptance_rate?.toString() ?? '',
    hfOverrides: overrides === undefined ? '' : JSON.stringify(overrides),
    gpuMemory: vllm?.['gpu-memory-utilization']?.toString() ?? '',
  };
}

/** Fields that hold what cannot be. */
export function badFields(form: ConfigureForm): readonly ConfigureField[] {
  const { contextSize, draftTokens, minAcceptanceRate, gpuMemory, hfOverrides } = form;
  const isGood: Readonly<Partial<Record<ConfigureField, boolean>>> = {
    contextSize: isNumber(contextSize, (size) => Number.isInteger(size) && (size === -1 || size > 0)),
    draftTokens: isNumber(draftTokens, (count) => Number.isInteger(count) && count > 0 && count <= 1024),
    minAcceptanceRate: isNumber(minAcceptanceRate, (rate) => rate >= 0 && rate <= 1),
    gpuMemory: isNumber(gpuMemory, (share) => share > 0 && share <= 1),
    hfOverrides: hfOverrides.trim() === '' || jsonObject(hfOverrides) !== undefined,
  };
  return (Object.keys(form) as ConfigureField[]).filter((field) => isAsked(field, form) && isGood[field] === false);
}

function isNumber(text: string, isGood: (value: number) => boolean): boolean {
  return text.trim() === '' || isGood(Number(text));
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Only what is different is said, so that nothing that others set meanwhile is taken back. */
export function configureRequestOf(model: string, before: ConfigureForm, form: ConfigureForm): ConfigureRequest {
  const changed = <T>(field: ConfigureField, value: (text: string) => T): T | null | undefined => {
    const text = form[field].trim();
    if (text === before[field].trim()) return undefined;
    return text === '' ? null : value(text);
  };
  const flags = changed('flags', String);
  const speculative = given({
    draft_model: changed('draftModel', String),
    num_tokens: changed('draftTokens', Number),
    min_acceptance_rate: changed('minAcceptanceRate', Number),
  });
  const llamacpp = given({ 'reasoning-budget': changed('reasoningBudget', Number) });
  const vllm = given({
    'hf-overrides': changed('hfOverrides', jsonObject),
    'gpu-memory-utilization': changed('gpuMemory', Number),
  });
  return {
    model,
    ...given({
      mode: form.mode || undefined,
      'context-size': changed('contextSize', Number),
      keep_alive: changed('keepAlive', String),
      ...(flags === null ? { 'runtime-flags': null } : { 'raw-runtime-flags': flags }),
      // Without a draft model its numbers mean nothing.
      speculative: speculative?.draft_model === null ? null : speculative,
      llamacpp,
      vllm,
    }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends object>(fields: T): Given<T> | undefined {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return there.length === 0 ? undefined : (Object.fromEntries(there) as Given<T>);
}

const options: readonly (readonly [ConfigureField, string])[] = [
  ['mode', '--mode'],
  ['contextSize', '--context-size'],
  ['keepAlive', '--keep-alive'],
  ['draftModel', '--speculative-draft-model'],
  ['draftTokens', '--speculative-num-tokens'],
  ['minAcceptanceRate', '--speculative-min-acceptance-rate'],
  ['hfOverrides', '--hf_overrides'],
  ['gpuMemory', '--gpu-memory-utilization'],
];

/** The command that sets all of it. */
export function configureCommand(model: string, form: ConfigureForm): string {
  const said = options.flatMap(([field, option]) => {
    const text = form[field].trim();
    return text === '' ? [] : [` ${option} ${quoted(text)}`];
  });
  const think = { '': '', '0': ' --no-think', '-1': ' --think' }[form.reasoningBudget] ?? '';
  const flags = form.flags.trim();
  return `gantry configure${said.join('')}${think} ${quoted(model)}${flags && ` -- ${flags}`}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
