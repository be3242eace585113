import { formatIecSize } from '#core';
import type { EffectiveBody } from '#contract';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import type { MessageKey } from '../messages/translate.ts';
import { tableText } from '../output/table.ts';
import { usageError } from '../usage-error.ts';

export interface InspectOptions {
  readonly json?: boolean;
  readonly openai?: boolean;
  readonly remote?: boolean;
  readonly effective?: boolean;
}

export async function inspect(context: CliContext, model: string, options: InspectOptions): Promise<number> {
  const given = (['remote', 'openai', 'effective'] as const).filter((name) => options[name]);
  if (given.length > 1) {
    throw usageError(context.t('usage.together', { first: `--${given[0]}`, second: `--${given[1]}` }));
  }
  const daemon = await context.daemon();
  if (options.effective) {
    const path = `/gantry/effective?model=${encodeURIComponent(model)}`;
    const effective = await daemon.json({ path }, (contract) => contract.effectiveBody);
    if (options.json) context.printJson(effective);
    else context.print(effectiveTable(effective, context));
  } else if (options.openai) {
    context.printJson(JSON.parse(await daemon.text({ path: `/engines/v1${modelPath(model)}` })));
  } else {
    const path = modelPath(model, options.remote ? { query: 'remote=true' } : {});
    context.printJson(await daemon.json({ path }, (contract) => contract.modelBody));
  }
  return 0;
}

function effectiveTable(effective: EffectiveBody, { t }: CliContext): string {
  const keepAlive = effective.keepAlive.value;
  const rows: [string, string, string][] = [
    [t('effective.contextSize'), String(effective.contextSize.value), effective.contextSize.origin],
    [t('effective.parallel'), String(effective.parallel.value), effective.parallel.origin],
    [t('effective.threads'), String(effective.threads.value), effective.threads.origin],
    [t('effective.batchThreads'), String(effective.batchThreads.value), effective.batchThreads.origin],
    [
      t('effective.runtimeFlags'),
      effective.runtimeFlags.value.join(' ') || t('word.none'),
      effective.runtimeFlags.origin,
    ],
    ...thinkingRows(effective, t),
    [
      t('effective.keepAlive'),
      keepAlive.startsWith('-') ? t('effective.forever') : keepAlive,
      effective.keepAlive.origin,
    ],
    [t('effective.pin'), t(effective.pin.value ? 'word.yes' : 'word.no'), effective.pin.origin],
    [t('effective.estimate'), formatIecSize(effective.estimatedBytes), 'fitted'],
  ];
  const header = [t('column.setting'), t('column.value'), t('column.origin')];
  return tableText(
    header,
    rows.map(([name, value, origin]) => [name, value, originText(origin, t)]),
  );
}

/** What a model may have, and most do not. */
function thinkingRows(
  { speculative, reasoningBudget }: EffectiveBody,
  t: CliContext['t'],
): readonly [string, string, string][] {
  const rows: [string, string, string][] = [];
  if (speculative) {
    const { draftModel, tokens, minAcceptanceRate } = speculative.value;
    const parts = [draftModel.replace('sha256:', '').slice(0, 12), tokens, minAcceptanceRate];
    const text = parts.filter((part) => part !== undefined).join(' · ');
    rows.push([t('effective.speculative'), text, speculative.origin]);
  }
  if (reasoningBudget) {
    const { value, origin } = reasoningBudget;
    rows.push([t('effective.reasoningBudget'), value < 0 ? t('effective.unlimited') : String(value), origin]);
  }
  return rows;
}

const origins: Readonly<Record<string, MessageKey>> = {
  request: 'origin.request',
  'model settings': 'origin.modelSettings',
  settings: 'origin.settings',
  package: 'origin.package',
  fitted: 'origin.fitted',
  default: 'origin.default',
};

function originText(origin: string, t: CliContext['t']): string {
  const key = Object.hasOwn(origins, origin) ? origins[origin] : undefined;
  // The table of an origin's texts has no values to fill in.
  return key === undefined ? origin : (t as (key: MessageKey) => string)(key);
}
