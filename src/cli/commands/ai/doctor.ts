import picocolors from 'picocolors';
import { formatSize } from '#core';
import type { DoctorReport, Finding, FindingId } from '#diagnosis';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { colorsWanted } from '../../output/colors.ts';
import { printable } from '../../output/printable.ts';
import { startSpinner } from '../../output/spinner.ts';

export interface DoctorOptions {
  readonly json?: boolean;
}

/** Ends with 0 when all is well, 1 when something is wrong, 7 when no Engine answers. Notes do not count. */
export async function doctor(context: CliContext, { json = false }: DoctorOptions): Promise<number> {
  const spinner = startSpinner(() => context.t('doctor.looking'), { output: context.stderr, clock: context.clock });
  let report: DoctorReport;
  try {
    report = await examineEngine(context);
  } finally {
    spinner.stop();
  }
  if (json) context.printJson(await reportJson(report, context));
  else context.print(await reportText(report, context));
  if (!report.engine) return exitCodes.runtime;
  return report.findings.some(({ severity }) => severity !== 'note') ? exitCodes.unexpected : exitCodes.ok;
}

export async function examineEngine(context: CliContext): Promise<DoctorReport> {
  const { examine, thisHost } = await import('#diagnosis');
  const docker = await context.docker();
  return await examine({ docker, host: thisHost, now: () => context.clock.now() }, { signal: context.signal });
}

/** With the texts in the user's language. */
export async function reportJson(report: DoctorReport, context: CliContext): Promise<unknown> {
  const { diagnosisJson } = await import('./diagnosis-text.ts');
  return {
    ...report,
    engine: report.engine ?? null,
    findings: await Promise.all(
      report.findings.map(async (finding) => ({
        ...finding,
        text: findingText(finding, context),
        diagnosis: finding.diagnosis ? await diagnosisJson(finding.diagnosis, context) : null,
      })),
    ),
  };
}

export async function reportText(report: DoctorReport, context: CliContext): Promise<string> {
  const { explain } = await import('#diagnosis');
  const { t, language } = context;
  const paint = picocolors.createColors(colorsWanted(context.stdout, context.env));
  const lines: string[] = [];
  const { engine, counts } = report;
  if (engine) {
    const { version, os, arch, url } = engine;
    lines.push(t('doctor.engine', { version: printable(version), platform: `${os}/${arch}`, url: printable(url) }));
    lines.push(t('doctor.counts', counts), '');
  }
  const marks = { problem: paint.red('✗'), warning: paint.yellow('!'), note: paint.dim('·') };
  const order = ['problem', 'warning', 'note'] as const;
  const sorted = report.findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  for (const finding of sorted) {
    lines.push(`${marks[finding.severity]} ${findingText(finding, context)}`);
    const cause = finding.diagnosis?.causes[0];
    if (cause) lines.push(`    ${cause.id} ${printable(explain(cause, language).title)}`);
    const { shellLine } = await import('#diagnosis');
    for (const argv of finding.commands) lines.push(`    ${paint.cyan(`$ ${printable(shellLine({ argv }))}`)}`);
  }
  if (engine && report.findings.length === 0) lines.push(t('doctor.well'));
  for (const { part, reason } of report.unread) {
    lines.push(paint.dim(t('doctor.unread', { part: printable(part), reason: printable(reason) })));
  }
  if (!engine) lines.push('', t('doctor.without'));
  return `${lines.join('\n').trimEnd()}\n`;
}

function findingText({ id, params }: Finding, { t }: CliContext): string {
  const value = (name: string): string => printable(String(params[name] ?? '?'));
  const bytes = (name: string): string => formatSize(Number(params[name] ?? 0));
  const texts: Record<FindingId, () => string> = {
    'engine.down': () => t('doctor.engineDown', { reason: value('reason') }),
    'engine.old': () => t('doctor.engineOld', { version: value('version'), oldest: value('oldest') }),
    'engine.warning': () => t('doctor.engineWarning', { text: value('text') }),
    'disk.low': () => t('doctor.diskLow', { free: bytes('freeBytes'), total: bytes('totalBytes') }),
    'disk.reclaimable': () => t('doctor.buildCache', { size: bytes('bytes') }),
    'images.dangling': () => t('doctor.dangling', { n: value('count'), size: bytes('bytes') }),
    'volumes.unused': () => t('doctor.volumes', { n: value('count'), size: bytes('bytes') }),
    'containers.old': () => t('doctor.oldContainers', { n: value('count') }),
    'container.loop': () => t('doctor.loop', { name: value('name'), status: value('status') }),
    'container.unhealthy': () => t('doctor.unhealthy', { name: value('name'), status: value('status') }),
    'container.failed': () => t('doctor.failed', { name: value('name'), status: value('status') }),
    'port.open': () => t('doctor.openPort', { name: value('name'), port: value('port'), host: value('host') }),
    'memory.low': () => t('doctor.memoryLow', { free: bytes('freeBytes') }),
  };
  return texts[id]();
}
