import { basename } from 'node:path';
import type { FixedDockerfileBody, RatedDockerfileBody, WrittenFileBody } from '#contract';
import type { Finding, FixedDockerfile, Rating, WrittenFile } from '#dockerfile';
import { docLinks } from './doc-links.ts';

export interface Placed {
  /** Undefined for a text without a place. */
  readonly path: string | undefined;
  readonly text: string;
  readonly digest: string | undefined;
  /** What says which files a build is not sent; undefined for a text without a place. */
  readonly ignoreFile?: IgnoreFile | undefined;
}

export interface IgnoreFile {
  readonly path: string;
  /** What is there; undefined where nothing is. */
  readonly text: string | undefined;
  /** What was rated. */
  readonly rated: string | undefined;
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
    links: docLinks(one.equivalents),
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
  { path, text, digest, ignoreFile }: Placed,
  fixed: FixedDockerfile,
): Promise<FixedDockerfileBody> {
  const { digestOfText, findingText, unifiedDiff } = await import('#dockerfile');
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
    // Completed from what was read: not to be written over something that could not be.
    ignoreFile:
      ignoreFile && fixed.dockerignore !== undefined && ignoreFile.text === ignoreFile.rated
        ? {
            path: ignoreFile.path,
            digest: ignoreFile.text === undefined ? null : digestOfText(ignoreFile.text),
            text: fixed.dockerignore,
            diff: unifiedDiff(basename(ignoreFile.path), ignoreFile.text, fixed.dockerignore),
          }
        : null,
  };
}

export function writtenBodyOf({ path, digest, before, backup }: WrittenFile): WrittenFileBody {
  return { path, digest, before: before ?? null, backup: backup ?? null };
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
