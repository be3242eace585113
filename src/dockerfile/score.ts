import type { Analysis } from './analysis/analyse.ts';
import { dimensionIds, type DimensionId, type Severity } from './rules/types.ts';

export type Grade = 'A' | 'B' | 'C' | 'D' | 'F';

export interface Score {
  /** 0 to 100, whole. */
  readonly score: number;
  readonly grade: Grade;
  /** By dimension, 0 to 100, whole; null where nothing of the file falls into it. */
  readonly dimensions: Readonly<Record<DimensionId, number | null>>;
}

const weights: Readonly<Record<DimensionId, number>> = {
  security: 0.2,
  cache: 0.15,
  size: 0.15,
  'best-practice': 0.15,
  reproducibility: 0.12,
  maintainability: 0.08,
  portability: 0.08,
  resources: 0.07,
};
const costs: Readonly<Record<Severity, number>> = { error: 25, warning: 10, info: 3 };
/** With an open error of security nothing else makes a file good. */
const cappedAt = 59;

interface Scored {
  readonly id: string;
  readonly dimension: DimensionId;
  readonly severity: Severity;
}

/** As docs/dockerfile-rating.md tells it. */
export function score(findings: readonly Scored[], analysis: Pick<Analysis, 'stages'>): Score {
  const applicable = applicableTo(analysis);
  const dimensions = Object.fromEntries(
    dimensionIds.map((id) => [
      id,
      applicable(id) ? scoreOf(findings.filter(({ dimension }) => dimension === id)) : null,
    ]),
  ) as Record<DimensionId, number | null>;
  let sum = 0;
  let weight = 0;
  for (const id of dimensionIds) {
    const value = dimensions[id];
    if (value === null) continue;
    sum += value * weights[id];
    weight += weights[id];
  }
  const isCapped = findings.some(({ dimension, severity }) => dimension === 'security' && severity === 'error');
  const mean = weight === 0 ? 0 : Math.round(sum / weight);
  const total = isCapped ? Math.min(mean, cappedAt) : mean;
  return { score: total, grade: gradeOf(total), dimensions };
}

/** Each further finding of one rule costs half of the one before. */
function scoreOf(findings: readonly Scored[]): number {
  const byRule = new Map<string, number[]>();
  for (const { id, severity } of findings) byRule.set(id, [...(byRule.get(id) ?? []), costs[severity]]);
  let lost = 0;
  for (const all of byRule.values()) {
    for (const [index, cost] of all.toSorted((a, b) => b - a).entries()) lost += cost / 2 ** index;
  }
  return Math.max(0, Math.round(100 - lost));
}

export function gradeOf(value: number): Grade {
  if (value >= 90) return 'A';
  if (value >= 80) return 'B';
  if (value >= 70) return 'C';
  return value >= 60 ? 'D' : 'F';
}

/** A file that runs and copies nothing has no cache and no layers to judge. */
function applicableTo({ stages }: Pick<Analysis, 'stages'>): (id: DimensionId) => boolean {
  const all = stages.all.flatMap(({ instructions }) => instructions);
  const runs = all.some(({ keyword }) => keyword === 'RUN');
  const copies = all.some(({ keyword }) => keyword === 'COPY' || keyword === 'ADD');
  return (id) => (id === 'cache' ? runs || copies : true);
}
