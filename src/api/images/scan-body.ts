import type { ScanLine, ScanReportBody } from '#contract';
import type { ScanNews, ScanReport } from '#images';

const mostPackages = 20_000;
const mostRows = 1000;

/** A report as the contract has it. */
export function scanReportBodyOf({ image, digest, scannedAtMs, ...report }: ScanReport): ScanReportBody {
  const { inventory, audit, updates, vulnerabilities } = report;
  return {
    image,
    digest,
    scannedAt: scannedAtMs,
    os: inventory.os?.name ?? null,
    sizeBytes: inventory.sizeBytes,
    wastedBytes: inventory.wastedBytes,
    layers: inventory.layers.map((layer) => ({ ...layer, createdBy: layer.createdBy.slice(0, 4000) })),
    wasted: inventory.wasted.slice(0, mostRows).map((file) => ({ ...file })),
    packages: inventory.packages.slice(0, mostPackages).map(({ kind, name, version, licence, path }) => ({
      kind,
      name,
      version,
      licence: licence ?? '',
      path,
    })),
    packagesLeft: Math.max(0, inventory.packages.length - mostPackages),
    secrets: inventory.secrets.slice(0, mostRows).map(({ rule, path, hint, layer, deletedLater }) => ({
      rule,
      path,
      hint,
      layer,
      deletedLater,
    })),
    audit: audit.map(({ id, severity, params }) => ({ id, severity, params: { ...params } })),
    gaps: inventory.gaps.slice(0, mostRows).map((gap) => ({ ...gap })),
    updates:
      updates.state === 'known'
        ? {
            state: 'known',
            index: updates.index,
            fetchedAt: updates.fetchedAtMs,
            updates: updates.updates.slice(0, mostPackages).map((update) => ({ ...update })),
          }
        : updates,
    vulnerabilities:
      vulnerabilities.state === 'known'
        ? {
            state: 'known',
            by: vulnerabilities.by,
            vulnerabilities: vulnerabilities.vulnerabilities
              .slice(0, mostPackages)
              .map(({ fixed, ...one }) => ({ ...one, fixed: fixed ?? null })),
          }
        : vulnerabilities,
  };
}

export function scanLineOf(news: ScanNews): ScanLine {
  return news.type === 'done' ? { type: 'done', report: scanReportBodyOf(news.report) } : news;
}
