import { z } from 'zod';
import { AppError, digestFromHex, type Digest } from '#core';
import { parseHtmlLinks } from './html-links.ts';

/** One link of a project page (PEP 503 and PEP 691). */
export interface SimpleFile {
  readonly filename: string;
  readonly url: string;
  readonly digest: Digest | undefined;
  readonly sizeBytes: number | undefined;
  /** PEP 592; undefined when not yanked, the reason or an empty text when it is. */
  readonly yanked: string | undefined;
}

export const simpleAccept =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';

const jsonPage = z.object({
  meta: z.object({ 'api-version': z.string().regex(/^1\.\d+$/) }),
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()).default({}),
      size: z.number().int().nonnegative().nullish(),
      yanked: z.union([z.boolean(), z.string()]).nullish(),
    }),
  ),
});

/** @throws AppError `source.invalid_response` */
export function parseSimplePage(
  text: string,
  { contentType, pageUrl }: { contentType: string; pageUrl: string },
): SimpleFile[] {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return mediaType.endsWith('json') ? parseJsonPage(text, pageUrl) : parseHtmlPage(text, pageUrl);
}

function parseJsonPage(text: string, pageUrl: string): SimpleFile[] {
  return parsePage(text, pageUrl).files.flatMap(({ filename, url, hashes, size, yanked }) => {
    if (!isPlainName(filename) || !URL.canParse(url, pageUrl)) return [];
    return {
      filename,
      url: new URL(url, pageUrl).href,
      digest: toDigest(Object.hasOwn(hashes, 'sha256') ? hashes['sha256'] : undefined),
      sizeBytes: size ?? undefined,
      yanked: yanked === true ? '' : yanked || undefined,
    };
  });
}

function parsePage(text: string, pageUrl: string): z.infer<typeof jsonPage> {
  const host = new URL(pageUrl).host;
  const fail = (reason: string, cause?: unknown): AppError =>
    new AppError('source.invalid_response', `The package index ${host} sent a page that makes no sense: ${reason}.`, {
      params: { host, reason },
      cause,
    });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw fail('it is not JSON', cause);
  }
  const result = jsonPage.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw fail(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

function parseHtmlPage(text: string, pageUrl: string): SimpleFile[] {
  return parseHtmlLinks(text, pageUrl).flatMap(({ href, attributes }) => {
    const url = new URL(href);
    const filename = lastSegment(url);
    if (!isPlainName(filename)) return [];
    const hash = /(?:^#|&)sha256=([0-9a-fA-F]{64})(?:&|$)/.exec(url.hash)?.[1];
    url.hash = '';
    return { filename, url: url.href, digest: toDigest(hash), sizeBytes: undefined, yanked: attributes['data-yanked'] };
  });
}

export function lastSegment(url: URL): string {
  const segment = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function toDigest(hex: string | undefined): Digest | undefined {
  return hex !== undefined && /^[0-9a-f]{64}$/i.test(hex) ? digestFromHex(hex.toLowerCase()) : undefined;
}

function isPlainName(filename: string): boolean {
  return /^[\w.!+-]{1,255}$/.test(filename) && !filename.startsWith('.');
}
