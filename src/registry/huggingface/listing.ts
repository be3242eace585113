import { z } from 'zod';
import { AppError, digestFromHex } from '#core';
import { invalidResponse } from '../http/failures.ts';
import type { HuggingFaceFile } from '../types.ts';
import { isSafeFilePath } from './file-path.ts';

const revisionAnswer = z.object({
  id: z.string(),
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  lastModified: z.string().optional(),
});

export type RevisionAnswer = z.infer<typeof revisionAnswer>;

const sizeBytes = z.number().int().nonnegative();

const treeAnswer = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: sizeBytes.optional(),
    lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: sizeBytes }).nullish(),
  }),
);

export function parseRevision(body: unknown, host: string): RevisionAnswer {
  return parse(revisionAnswer, body, host);
}

/** Files of one page of a tree. @throws AppError `source.invalid_response` also for a path that could leave a folder. */
export function parseTreePage(body: unknown, host: string): HuggingFaceFile[] {
  return parse(treeAnswer, body, host)
    .filter(({ type }) => type === 'file')
    .map(({ path, size, lfs }) => {
      if (!isSafeFilePath(path)) {
        const shown = JSON.stringify(path.slice(0, 100));
        throw new AppError('source.invalid_response', `${host} lists a file with a name that is not safe: ${shown}.`, {
          params: { host, path: shown },
        });
      }
      return { path, sizeBytes: lfs?.size ?? size ?? 0, digest: lfs ? digestFromHex(lfs.oid) : undefined };
    });
}

function parse<T>(schema: z.ZodType<T>, body: unknown, host: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidResponse(host, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

/** Target of `rel="next"` in a Link header (RFC 8288), resolved; undefined on the last page. */
export function nextPage(link: string | undefined, pageUrl: string): URL | undefined {
  for (const match of (link ?? '').matchAll(/<([^<>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)/g)) {
    const [, target = '', parameters = ''] = match;
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters);
    const names = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next') && URL.canParse(target, pageUrl)) return new URL(target, pageUrl);
  }
  return undefined;
}
