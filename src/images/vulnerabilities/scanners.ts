import { z } from 'zod';
import type { RunProgram, Vulnerability, VulnerabilityReport, VulnerabilitySeverity } from './types.ts';

interface Scanner {
  readonly name: string;
  readonly probe: readonly string[];
  readonly argv: (image: string) => readonly string[];
  readonly read: (value: unknown) => readonly Vulnerability[];
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

function severityOf(word: string): VulnerabilitySeverity {
  const plain = word.toLowerCase();
  if (plain === 'critical' || plain === 'high' || plain === 'medium' || plain === 'low') return plain;
  return plain === 'negligible' ? 'low' : 'unknown';
}

const trivyAnswer = z.looseObject({
  Results: z
    .array(
      z.looseObject({
        Vulnerabilities: z
          .array(
            z.looseObject({
              VulnerabilityID: z.string(),
              PkgName: text,
              InstalledVersion: text,
              FixedVersion: text,
              Severity: text,
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

const grypeAnswer = z.looseObject({
  matches: z.array(
    z.looseObject({
      vulnerability: z.looseObject({
        id: z.string(),
        severity: text,
        fix: z.looseObject({ versions: z.array(z.string()).nullish() }).nullish(),
      }),
      artifact: z.looseObject({ name: text, version: text }),
    }),
  ),
});

/** SARIF of Docker Scout: the only form of it with documented fields. */
const scoutAnswer = z.looseObject({
  runs: z.array(
    z.looseObject({
      tool: z.looseObject({
        driver: z.looseObject({
          rules: z
            .array(
              z.looseObject({
                id: z.string(),
                properties: z
                  .looseObject({
                    affected_version: text,
                    fixed_version: text,
                    cvssV3_severity: text,
                    purls: z.array(z.string()).nullish(),
                  })
                  .nullish(),
              }),
            )
            .nullish(),
        }),
      }),
    }),
  ),
});

const scanners: readonly Scanner[] = [
  {
    name: 'Trivy',
    probe: ['trivy', '--version'],
    argv: (image) => ['trivy', 'image', '--quiet', '--scanners', 'vuln', '--format', 'json', image],
    read: (value) =>
      (trivyAnswer.parse(value).Results ?? []).flatMap(({ Vulnerabilities }) =>
        (Vulnerabilities ?? []).map((one) => ({
          id: one.VulnerabilityID,
          package: one.PkgName,
          installed: one.InstalledVersion,
          fixed: one.FixedVersion || undefined,
          severity: severityOf(one.Severity),
        })),
      ),
  },
  {
    name: 'Grype',
    probe: ['grype', 'version'],
    argv: (image) => ['grype', `docker:${image}`, '--quiet', '--output', 'json'],
    read: (value) =>
      grypeAnswer.parse(value).matches.map(({ vulnerability, artifact }) => ({
        id: vulnerability.id,
        package: artifact.name,
        installed: artifact.version,
        fixed: vulnerability.fix?.versions?.[0],
        severity: severityOf(vulnerability.severity),
      })),
  },
  {
    name: 'Docker Scout',
    probe: ['docker', 'scout', 'version'],
    argv: (image) => ['docker', 'scout', 'cves', '--format', 'sarif', `local://${image}`],
    read: (value) =>
      scoutAnswer.parse(value).runs.flatMap(({ tool }) =>
        (tool.driver.rules ?? []).map(({ id, properties }) => ({
          id,
          package: /^pkg:\w+\/(.+?)@/.exec(properties?.purls?.[0] ?? '')?.[1] ?? '',
          installed: properties?.affected_version ?? '',
          fixed: properties?.fixed_version || undefined,
          severity: severityOf(properties?.cvssV3_severity ?? ''),
        })),
      ),
  },
];

/** Asks the first scanner that this machine has. */
export async function askScanner(
  image: string,
  run: RunProgram,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<VulnerabilityReport> {
  for (const scanner of scanners) {
    const there = await run(scanner.probe, { signal }).then(
      ({ code }) => code === 0,
      () => false,
    );
    signal?.throwIfAborted();
    if (!there) continue;
    try {
      const { code, stdout, stderr } = await run(scanner.argv(image), { signal });
      if (code !== 0) {
        const detail = stderr.trim().split('\n').at(-1) ?? `exit code ${code}`;
        return { state: 'failed', by: scanner.name, detail: detail.slice(0, 300) };
      }
      return { state: 'known', by: scanner.name, vulnerabilities: sorted(scanner.read(JSON.parse(stdout))) };
    } catch (error) {
      signal?.throwIfAborted();
      return { state: 'failed', by: scanner.name, detail: error instanceof Error ? error.message.slice(0, 300) : '' };
    }
  }
  return { state: 'none' };
}

const order: readonly VulnerabilitySeverity[] = ['critical', 'high', 'medium', 'low', 'unknown'];

export function sorted(all: readonly Vulnerability[]): readonly Vulnerability[] {
  const place = ({ severity }: Vulnerability): number => order.indexOf(severity);
  return all.toSorted((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
