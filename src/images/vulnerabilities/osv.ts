import { z } from 'zod';
import { compareApkVersions, compareDebVersions } from '../updates/versions.ts';
import type { Inventory, OsRelease, Package } from '../types.ts';
import { sorted } from './scanners.ts';
import type { Vulnerability, VulnerabilityReport, VulnerabilitySeverity } from './types.ts';

const event = z.looseObject({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
});

/** A record of the OSV schema, as far as it is compared. */
const osvRecord = z.looseObject({
  id: z.string(),
  aliases: z.array(z.string()).optional(),
  withdrawn: z.string().optional(),
  database_specific: z.looseObject({ severity: z.string().optional() }).optional().catch(undefined),
  affected: z
    .array(
      z.looseObject({
        package: z.looseObject({ ecosystem: z.string(), name: z.string() }).optional(),
        ranges: z.array(z.looseObject({ type: z.string(), events: z.array(event) })).optional(),
        versions: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

export type OsvRecord = z.output<typeof osvRecord>;

export function readOsv(value: unknown): OsvRecord | undefined {
  return osvRecord.safeParse(value).data;
}

/** `Debian:12`, `Alpine:v3.20`, `npm`: what OSV calls the place that a package comes from. */
export function ecosystemOf({ kind }: Package, os: OsRelease | undefined): string | undefined {
  if (kind === 'deb') return os?.id === 'ubuntu' ? `Ubuntu:${os.version}` : `Debian:${os?.version.split('.')[0] ?? ''}`;
  if (kind === 'apk') return `Alpine:v${/^\d+\.\d+/.exec(os?.version ?? '')?.[0] ?? ''}`;
  return ({ npm: 'npm', pypi: 'PyPI', golang: 'Go', maven: 'Maven' } as Partial<Record<Package['kind'], string>>)[kind];
}

/** Names by which OSV may know a package: distributions are named by their source packages. */
function namesOf({ kind, name, group, source }: Package): readonly string[] {
  if (kind === 'deb' || kind === 'apk') return [...new Set([source?.name ?? name, name])];
  if (kind === 'maven') return [`${group ?? ''}:${name}`];
  return [kind === 'pypi' ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name];
}

/** Packages by ecosystem and name, so that records can come by the hundred thousand. */
export function createMatcher({ packages, os }: Pick<Inventory, 'packages' | 'os'>): {
  take(record: OsvRecord): void;
  report(): VulnerabilityReport;
} {
  const known = new Map<string, Package[]>();
  for (const one of packages) {
    const ecosystem = ecosystemOf(one, os);
    if (ecosystem === undefined) continue;
    for (const name of namesOf(one)) {
      const key = `${ecosystem}|${name}`;
      const list = known.get(key);
      if (list) list.push(one);
      else known.set(key, [one]);
    }
  }
  const found = new Map<string, Vulnerability>();
  return {
    take(record) {
      if (record.withdrawn !== undefined) return;
      for (const { package: affected, ranges = [], versions = [] } of record.affected ?? []) {
        for (const one of known.get(`${affected?.ecosystem}|${affected?.name}`) ?? []) {
          const installed = (one.kind === 'deb' || one.kind === 'apk' ? one.source?.version : undefined) ?? one.version;
          const compare =
            one.kind === 'deb' ? compareDebVersions : one.kind === 'apk' ? compareApkVersions : compareReleases;
          const hit = ranges
            .filter(({ type }) => type !== 'GIT')
            .map(({ events }) => inRange(installed, events, compare))
            .find((range) => range.affected);
          if (!hit && !versions.includes(installed)) continue;
          const id = record.aliases?.find((alias) => alias.startsWith('CVE-')) ?? record.id;
          found.set(`${id}|${one.name}|${one.version}`, {
            id,
            package: one.name,
            installed: one.version,
            fixed: hit?.fixed,
            severity: severityOf(record),
          });
        }
      }
    },
    report: () => ({ state: 'known', by: 'OSV', vulnerabilities: sorted([...found.values()]) }),
  };
}

function severityOf(record: OsvRecord): VulnerabilitySeverity {
  const word = record.database_specific?.severity?.toLowerCase();
  if (word === 'moderate') return 'medium';
  return word === 'critical' || word === 'high' || word === 'medium' || word === 'low' ? word : 'unknown';
}

function inRange(
  installed: string,
  events: readonly z.output<typeof event>[],
  compare: (a: string, b: string) => number,
): { affected: boolean; fixed?: string | undefined } {
  let affected = false;
  let fixed: string | undefined;
  for (const one of events) {
    if (one.introduced !== undefined && (one.introduced === '0' || compare(installed, one.introduced) >= 0))
      affected = true;
    if (one.fixed !== undefined) {
      if (compare(installed, one.fixed) >= 0) affected = false;
      else fixed ??= one.fixed;
    }
    if (one.last_affected !== undefined && compare(installed, one.last_affected) > 0) affected = false;
  }
  return { affected, fixed: affected ? fixed : undefined };
}

/** Versions of npm, PyPI, Go and Maven, as far as they have numbers; a pre-release comes before its release. */
export function compareReleases(one: string, other: string): number {
  const parts = (version: string): [numbers: number[], rest: string] => {
    const match = /^[v=]*(\d+(?:\.\d+)*)(.*)$/.exec(version.trim());
    return [(match?.[1] ?? '0').split('.').map(Number), (match?.[2] ?? '').replace(/\+.*$/, '')];
  };
  const [[a, restA], [b, restB]] = [parts(one), parts(other)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (restA === restB) return 0;
  if (restA === '' || restB === '') return restA === '' ? (isLater(restB) ? -1 : 1) : isLater(restA) ? 1 : -1;
  return compareDebVersions(restA, restB);
}

/** What follows a release instead of leading up to it. */
function isLater(rest: string): boolean {
  return /^[.-]?(post|final|ga|release|jre|android|sp)/i.test(rest);
}
