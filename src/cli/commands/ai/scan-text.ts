import picocolors from 'picocolors';
import { formatSize } from '#core';
import type { AuditFinding, AuditId, Gap, PackageKind, UpdateReport, VulnerabilityReport } from '#images';
import type { CliContext } from '../../context.ts';
import type { MessageKey } from '../../messages/translate.ts';
import { colorsWanted } from '../../output/colors.ts';
import { printableLine } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';
import type { ScanReport } from './scan.ts';

const mostShown = 10;

/** The report for people: each part says what it found, or plainly why it cannot say. */
export async function scanText(report: ScanReport, context: CliContext): Promise<string> {
  const { t } = context;
  const paint = picocolors.createColors(colorsWanted(context.stdout, context.env));
  const title = (text: string): string => `\n${paint.bold(text)}\n`;
  return [
    headText(report, context),
    title(t('scan.packages')),
    packagesText(report, context),
    title(t('scan.updates')),
    await updatesText(report.updates, context),
    title(t('scan.vulnerabilities')),
    vulnerabilitiesText(report.vulnerabilities, context),
    title(t('scan.audit')),
    auditText(report.audit, context),
    title(t('scan.secrets')),
    secretsText(report, context),
    title(t('scan.layers')),
    layersText(report, context),
    gapsText(report.inventory.gaps, context),
  ].join('');
}

function headText({ image, inventory }: ScanReport, { t }: CliContext): string {
  const { config, os, sizeBytes } = inventory;
  const created = config.created.slice(0, 10);
  return `${t('scan.head', { image: printableLine(image), os: printableLine(os?.name || t('scan.noOs')), platform: printableLine(`${config.os}/${config.architecture}`), size: formatSize(sizeBytes), created: printableLine(created) })}\n`;
}

function packagesText({ inventory }: ScanReport, { t }: CliContext): string {
  if (inventory.packages.length === 0) return `${t('scan.noPackages')}\n`;
  const counts = new Map<PackageKind, number>();
  for (const { kind } of inventory.packages) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const parts = [...counts].map(([kind, n]) => `${kind} ${n}`).join(', ');
  return `${t('scan.packageCount', { n: inventory.packages.length, parts })}\n`;
}

async function updatesText(report: UpdateReport, { t }: CliContext): Promise<string> {
  if (report.state === 'unknown') {
    const detail = printableLine(report.detail);
    const texts = {
      no_packages: () => t('scan.updatesNoPackages'),
      distribution: () => t('scan.updatesDistribution', { name: detail }),
      unreachable: () => t('scan.updatesUnreachable', { reason: detail }),
      skipped: () => t('scan.updatesSkipped'),
    };
    return `${texts[report.reason]()}\n`;
  }
  const when = new Date(report.fetchedAtMs).toISOString().slice(0, 16).replace('T', ' ');
  if (report.updates.length === 0) return `${t('scan.updatesNone', { when })}\n`;
  const rows = report.updates.slice(0, mostShown).map(({ name, installed, fixed }) => [name, installed, fixed]);
  const head = [t('column.name'), t('scan.installed'), t('scan.fixed')];
  return `${t('scan.updatesCount', { n: report.updates.length, when })}\n${tableText(head, rows)}${moreText(report.updates.length, t)}`;
}

function vulnerabilitiesText(report: VulnerabilityReport, { t }: CliContext): string {
  if (report.state === 'none') return `${t('scan.noScanner')}\n`;
  if (report.state === 'failed')
    return `${t('scan.scannerFailed', { by: report.by, reason: printableLine(report.detail) })}\n`;
  const all = report.vulnerabilities;
  if (all.length === 0) return `${t('scan.noVulnerabilities', { by: report.by })}\n`;
  const rows = all
    .slice(0, mostShown)
    .map((one) => [one.severity, one.id, one.package, one.installed, one.fixed ?? '-']);
  const head = [t('scan.severity'), 'ID', t('column.name'), t('scan.installed'), t('scan.fixed')];
  return `${t('scan.vulnerabilityCount', { n: all.length, by: report.by })}\n${tableText(head, rows)}${moreText(all.length, t)}`;
}

const audits = {
  'root-user': 'scan.audit.rootUser',
  'no-healthcheck': 'scan.audit.noHealthcheck',
  'secret-in-env': 'scan.audit.secretInEnv',
  'secret-in-history': 'scan.audit.secretInHistory',
  'ssh-port': 'scan.audit.sshPort',
  setuid: 'scan.audit.setuid',
  'add-url': 'scan.audit.addUrl',
  'pipe-to-shell': 'scan.audit.pipeToShell',
  'old-image': 'scan.audit.oldImage',
  'base-end-of-life': 'scan.audit.endOfLife',
  'base-ends-soon': 'scan.audit.endsSoon',
} as const satisfies Record<AuditId, MessageKey>;

const levels = { high: 'scan.level.high', medium: 'scan.level.medium', low: 'scan.level.low' } as const;

function auditText(findings: readonly AuditFinding[], { t }: CliContext): string {
  if (findings.length === 0) return `${t('scan.auditClean')}\n`;
  return findings
    .map(({ id, severity, params }) => {
      const values = Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, printableLine(String(value))]),
      );
      const text = (t as (key: MessageKey, values: Record<string, string>) => string)(audits[id], values);
      return `  ${t(levels[severity])}  ${text}\n`;
    })
    .join('');
}

function secretsText({ inventory }: ScanReport, { t }: CliContext): string {
  if (inventory.secrets.length === 0) return `${t('scan.noSecrets')}\n`;
  const rows = inventory.secrets
    .slice(0, mostShown)
    .map((one) => [
      one.rule,
      `${one.path}${one.line === undefined ? '' : `:${one.line}`}`,
      one.hint,
      String(one.layer),
      one.deletedLater ? t('scan.deletedLater') : '',
    ]);
  const head = [t('scan.rule'), t('column.path'), t('scan.hint'), t('scan.layer'), ''];
  return `${tableText(head, rows)}${moreText(inventory.secrets.length, t)}`;
}

function layersText({ inventory }: ScanReport, { t }: CliContext): string {
  const rows = inventory.layers.map((one) => [
    String(one.index),
    formatSize(one.sizeBytes),
    String(one.files),
    one.wastedBytes > 0 ? formatSize(one.wastedBytes) : '-',
    printableLine(one.createdBy)
      .replace(/^\/bin\/sh -c (#\(nop\) +)?/, '')
      .slice(0, 70),
  ]);
  const head = [t('scan.layer'), t('column.size'), t('scan.files'), t('scan.wasted'), t('scan.createdBy')];
  const share = inventory.sizeBytes === 0 ? 0 : Math.round((inventory.wastedBytes / inventory.sizeBytes) * 100);
  const total = t('scan.wastedTotal', { size: formatSize(inventory.wastedBytes), percent: share });
  const largest = inventory.wasted
    .slice(0, 3)
    .map(
      ({ path, bytes, why }) =>
        `  ${formatSize(bytes)}  ${printableLine(path)}  (${t(why === 'deleted' ? 'scan.why.deleted' : 'scan.why.replaced')})\n`,
    );
  return `${tableText(head, rows)}${inventory.wastedBytes > 0 ? `${total}\n${largest.join('')}` : ''}`;
}

const gapTexts = {
  rpm: 'scan.gap.rpm',
  jar: 'scan.gap.jar',
  file: 'scan.gap.file',
  layers: 'scan.gap.layers',
  files: 'scan.gap.file',
  'foreign-layer': 'scan.gap.layers',
} as const satisfies Record<Gap['what'], MessageKey>;

function gapsText(gaps: readonly Gap[], { t }: CliContext): string {
  if (gaps.length === 0) return '';
  const lines = gaps.slice(0, mostShown).map(({ what, path }) => `  ${t(gapTexts[what])}: ${printableLine(path)}\n`);
  return `\n${t('scan.gaps')}\n${lines.join('')}${moreText(gaps.length, t)}`;
}

function moreText(count: number, t: CliContext['t']): string {
  return count > mostShown ? `${t('scan.more', { n: count - mostShown })}\n` : '';
}
