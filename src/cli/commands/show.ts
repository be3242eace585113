import type { ModelBody } from '#contract';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { pairsText } from '../output/table.ts';

export interface ShowOptions {
  readonly remote?: boolean;
  readonly json?: boolean;
}

export async function show(context: CliContext, model: string, { remote, json }: ShowOptions): Promise<number> {
  const daemon = await context.daemon();
  const path = modelPath(model, remote ? { query: 'remote=true' } : {});
  const body = await daemon.json({ path }, (contract) => contract.modelBody);
  if (json) context.printJson(body);
  else context.print(showText(body, context));
  return 0;
}

function showText({ id, tags = [], created, config }: ModelBody, { t }: CliContext): string {
  const about: [string, string][] = [
    [t('show.model'), id],
    [t('show.tags'), tags.join(', ')],
    [t('show.created'), created > 0 ? new Date(created * 1000).toISOString().replace('.000Z', 'Z') : ''],
  ];
  const facts: [string, string][] = [
    [t('show.format'), config.format ?? ''],
    [t('show.architecture'), config.architecture ?? ''],
    [t('show.parameters'), config.parameters ?? ''],
    [t('show.size'), config.size ?? ''],
    [t('show.quantization'), config.quantization ?? ''],
    [t('show.context'), config.context_size === undefined ? '' : String(config.context_size)],
  ];
  const metadata = [
    ['GGUF', config.gguf],
    ['Safetensors', config.safetensors],
    ['Diffusers', config.diffusers],
  ] as const;
  const sections = metadata.flatMap(([kind, values]) => {
    const entries = Object.entries(values ?? {})
      .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([key, value]) => `  ${printableLine(key)}: ${printableLine(value)}\n`);
    return entries.length === 0 ? [] : [`${t('show.metadata', { kind })}\n${entries.join('')}`];
  });
  const known = (pairs: readonly [string, string][]): [string, string][] => pairs.filter(([, value]) => value !== '');
  const lines = pairsText([...known(about), ...known(facts)]).split(/(?<=\n)/);
  const head = lines.splice(0, known(about).length).join('');
  return [head, lines.join(''), ...sections].filter((part) => part !== '').join('\n');
}
