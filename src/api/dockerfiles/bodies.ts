import type { FixedDockerfileBody, RatedDockerfileBody } from '#contract';
import type { Finding, FixedDockerfile, Rating } from '#dockerfile';

export interface Placed {
  /** Undefined for a text without a place. */
  readonly path: string | undefined;
  readonly text: string;
  readonly digest: string | undefined;
}

type RatingBody = FixedDockerfileBody['before'];

export async function ratedBodyOf({ path, text, digest }: Placed, rating: Rating): Promise<RatedDockerfileBody> {
  const { findingText } = await import('#dockerfile');
  const finding = (one: Finding): RatedDockerfileBody['findings'][number] => ({
    id: one.id,
    dimension: one.dimension,
    severity: one.severity,
    line: one.line,
    endLine: one.endLine,
    column: one.column,
    evidence: one.evidence,
    fixKind: one.fix,
    text: { en: findingText(one, 'en'), zh: findingText(one, 'zh') },
  });
  return {
    ...(await ratingBodyOf(rating)),
    path: path ?? null,
    text,
    digest: digest ?? null,
    findings: rating.findings.map(finding),
    ignored: rating.ignored,
  };
}

export async function fixedBodyOf(
  { path, text, digest }: Placed,
  fixed: FixedDockerfile,
): Promise<FixedDockerfileBody> {
  const { findingText, unifiedDiff } = await import('#dockerfile');
  return {
    path: path ?? null,
    digest: digest ?? null,
    diff: unifiedDiff(path ?? 'Dockerfile', text, fixed.source),
    text: fixed.source,
    before: await ratingBodyOf(fixed.before),
    after: await ratingBodyOf(fixed.after),
    applied: fixed.applied.map((one) => ({
      id: one.id,
      line: one.line,
      title: { en: findingText(one, 'en').title, zh: findingText(one, 'zh').title },
    })),
  };
}

async function ratingBodyOf({ score, grade, dimensions }: Rating): Promise<RatingBody> {
  const { dimensionIds, labels } = await import('#dockerfile');
  return {
    score,
    grade,
    dimensions: dimensionIds.map((id) => ({
      id,
      name: { en: labels.en.dimensions[id], zh: labels.zh.dimensions[id] },
      score: dimensions[id],
    })),
  };
}
