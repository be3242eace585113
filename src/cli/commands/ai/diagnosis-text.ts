import picocolors from 'picocolors';
import type { Cause, Diagnosis, EvidenceLine, Fix } from '#diagnosis';
import type { CliContext } from '../../context.ts';
import type { MessageKey } from '../../messages/translate.ts';
import { colorsWanted } from '../../output/colors.ts';
import { printable } from '../../output/printable.ts';

/** A diagnosis as JSON: facts with stable ids, and the texts in the user's language. */
export async function diagnosisJson(diagnosis: Diagnosis, { language }: CliContext): Promise<unknown> {
  const { explain, shellLines } = await import('#diagnosis');
  const { causes, ...rest } = diagnosis;
  return {
    ...rest,
    state: rest.state ?? null,
    exitCode: rest.exitCode ?? null,
    causes: causes.map((cause) => ({
      ...cause,
      ...explain(cause, language),
      fixes: cause.fixes.map((fix) => ({ ...fix, shell: shellLines(fix, diagnosis.target) })),
    })),
  };
}

const sources = {
  state: 'why.source.state',
  log: 'why.source.log',
  health: 'why.source.health',
  event: 'why.source.event',
  inspect: 'why.source.inspect',
  image: 'why.source.image',
  engine: 'why.source.engine',
  host: 'why.source.host',
  process: 'why.source.process',
  output: 'why.source.output',
} as const satisfies Record<EvidenceLine['source'], MessageKey>;

const risks = {
  read: 'why.risk.read',
  reversible: 'why.risk.reversible',
  host: 'why.risk.host',
  destructive: 'why.risk.destructive',
} as const satisfies Record<Fix['risk'], MessageKey>;

/** A diagnosis for people: the likeliest cause in full, the others in a line, unless all are wanted. */
export async function diagnosisText(
  diagnosis: Diagnosis,
  { context, all }: { context: CliContext; all: boolean },
): Promise<string> {
  const { explain } = await import('#diagnosis');
  const { t, language } = context;
  const paint = picocolors.createColors(colorsWanted(context.stdout, context.env));
  const lines: string[] = [];
  if (diagnosis.target !== '-') lines.push(headline(diagnosis, context), '');
  if (diagnosis.verdict === 'well') lines.push(t('why.well'));
  if (diagnosis.verdict === 'cause_unknown') {
    lines.push(t('why.unknown'), ...diagnosis.telling.map((line) => `  ${evidenceText(line, context)}`));
    if (diagnosis.target !== '-')
      lines.push('', t('why.next', { command: `docker logs --tail 100 ${diagnosis.target}` }));
  }
  const shown = all ? diagnosis.causes : diagnosis.causes.slice(0, diagnosis.verdict === 'well' ? 0 : 1);
  for (const cause of shown) lines.push(...(await causeLines(cause, { diagnosis, context })), '');
  const more = diagnosis.causes.slice(shown.length);
  if (more.length > 0) {
    lines.push(t(diagnosis.verdict === 'well' ? 'why.noticed' : 'why.also'));
    for (const cause of more) {
      const { title } = explain(cause, language);
      lines.push(`  ${paint.dim(cause.id)} ${printable(title)} (${percent(cause.confidence)})`);
    }
    lines.push('');
  }
  for (const { part, reason } of diagnosis.unread) {
    lines.push(paint.dim(t('why.unread', { part: t(parts[part]), reason: printable(reason) })));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

const parts = {
  log: 'why.part.log',
  events: 'why.part.events',
  image: 'why.part.image',
  engine: 'why.part.engine',
  containers: 'why.part.containers',
  networks: 'why.part.networks',
  processes: 'why.part.processes',
  counters: 'why.part.counters',
  host: 'why.part.host',
} as const satisfies Record<Diagnosis['unread'][number]['part'], MessageKey>;

function headline({ target, state, exitCode, health }: Diagnosis, { t, stdout, env }: CliContext): string {
  const paint = picocolors.createColors(colorsWanted(stdout, env));
  const facts = [
    state ?? '',
    ...(exitCode === undefined ? [] : [t('why.exitCode', { code: exitCode })]),
    ...(health === 'none' ? [] : [health]),
  ];
  return `${paint.bold(printable(target))}  ${facts.join(' · ')}`;
}

async function causeLines(
  cause: Cause,
  { diagnosis, context }: { diagnosis: Diagnosis; context: CliContext },
): Promise<readonly string[]> {
  const { explain, shellLine, shellLines } = await import('#diagnosis');
  const { t, language } = context;
  const paint = picocolors.createColors(colorsWanted(context.stdout, context.env));
  const { title, why, advice } = explain(cause, language);
  const lines = [
    `${paint.bold(paint.red(printable(title)))}  ${paint.dim(`${cause.id} · ${t('why.sure', { percent: percent(cause.confidence) })}`)}`,
    `  ${printable(why)}`,
    '',
    t('why.evidence'),
    ...cause.evidence.map((line) => `  ${paint.dim(evidenceText(line, context))}`),
    '',
    t('why.fix'),
    `  ${printable(advice)}`,
  ];
  for (const fix of cause.fixes) {
    lines.push('', `  ${paint.dim(`# ${t(risks[fix.risk])}`)}`);
    lines.push(...shellLines(fix, diagnosis.target).map((line) => `  ${paint.cyan(`$ ${printable(line)}`)}`));
    if (fix.compose !== undefined) {
      lines.push('', `  ${paint.dim(`# ${t('why.compose')}`)}`);
      lines.push(
        ...fix.compose
          .trimEnd()
          .split('\n')
          .map((line) => `  ${printable(line)}`),
      );
    }
  }
  if (cause.verify.length > 0) {
    lines.push(
      '',
      t('why.verify'),
      ...cause.verify.map((command) => `  ${paint.cyan(`$ ${printable(shellLine(command))}`)}`),
    );
  }
  return lines;
}

function evidenceText({ source, text, line }: EvidenceLine, { t }: CliContext): string {
  return `${t(sources[source])}${line === undefined ? '' : `:${line}`}  ${printable(text)}`;
}

function percent(confidence: number): string {
  return `${Math.round(confidence * 100)}%`;
}
