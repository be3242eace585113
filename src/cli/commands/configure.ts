import type { ConfigureRequest } from '#contract';
import type { CliContext } from '../context.ts';
import { jsonText } from '../output/json.ts';
import { printableLine } from '../output/printable.ts';
import { usageError } from '../usage-error.ts';

export const configureModes = ['completion', 'embedding', 'reranking', 'image-generation'] as const;

export interface ConfigureOptions {
  readonly contextSize?: number;
  readonly speculativeDraftModel?: string;
  readonly speculativeNumTokens?: number;
  readonly speculativeMinAcceptanceRate?: number;
  readonly hf_overrides?: string;
  readonly gpuMemoryUtilization?: number;
  readonly think?: boolean;
  readonly mode?: (typeof configureModes)[number];
  readonly keepAlive?: string;
  readonly json?: boolean;
}

export async function configure(
  context: CliContext,
  { model, flags }: { model: string; flags: readonly string[] },
  options: ConfigureOptions,
): Promise<number> {
  const { t, calledAs } = context;
  const body = requestOf(context, { model, flags }, options);
  // Compose configures each of its models, also those it says nothing about.
  if (calledAs.style === 'gantry' && Object.keys(body).every((key) => key === 'model' || key === 'mode')) {
    throw usageError(t('configure.nothing'));
  }
  const daemon = await context.daemon();
  await daemon.text({ method: 'POST', path: '/engines/_configure', body });
  if (options.json) context.printJson(body);
  else context.notice(t('configure.done', { name: printableLine(model) }));
  return 0;
}

export async function showConfigurations(context: CliContext, model: string | undefined): Promise<number> {
  const daemon = await context.daemon();
  const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`;
  const all = await daemon.json({ path: `/engines/_configure${query}` }, (contract) => contract.configurationsBody);
  context.print(jsonText(all, { indent: 2 }));
  return 0;
}

/** Only what was named is sent: the daemon leaves the rest as it is. */
function requestOf(
  { t }: CliContext,
  { model, flags }: { model: string; flags: readonly string[] },
  options: ConfigureOptions,
): ConfigureRequest {
  const { mode, contextSize, keepAlive, think } = options;
  if (mode === 'image-generation') throw usageError(t('configure.imageGeneration'));
  const speculative = given({
    draft_model: options.speculativeDraftModel === '' ? null : options.speculativeDraftModel,
    num_tokens: options.speculativeNumTokens,
    min_acceptance_rate: options.speculativeMinAcceptanceRate,
  });
  const vllm = given({
    'hf-overrides': options.hf_overrides === undefined ? undefined : jsonObject(options.hf_overrides, t),
    'gpu-memory-utilization': options.gpuMemoryUtilization,
  });
  return {
    model,
    ...given({
      mode,
      'context-size': contextSize,
      keep_alive: keepAlive,
      'runtime-flags': flags.length > 0 ? [...flags] : undefined,
      speculative: options.speculativeDraftModel === '' ? null : filled(speculative),
      vllm: filled(vllm),
      llamacpp: think === undefined ? undefined : { 'reasoning-budget': think ? -1 : 0 },
    }),
  };
}

function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function filled<T extends object>(fields: T): T | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function jsonObject(text: string, t: CliContext['t']): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below.
  }
  throw usageError(t('configure.notJson', { value: text }));
}
