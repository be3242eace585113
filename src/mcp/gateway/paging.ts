import type { Json, JsonObject } from '../types.ts';

/** As many as Docker's gateway puts on a page (contract mcp-toolkit §3.3). */
const pageSize = 1000;

export interface Page {
  readonly items: readonly JsonObject[];
  readonly nextCursor: string | undefined;
}

/** A page of a list; undefined when the cursor is not ours. The cursor is a position. */
export function pageOf(items: readonly JsonObject[], cursor: Json | undefined): Page | undefined {
  const start = cursor === undefined || cursor === null ? 0 : readCursor(cursor);
  if (start === undefined || start > items.length) return undefined;
  const end = start + pageSize;
  if (start === 0 && end >= items.length) return { items, nextCursor: undefined };
  return {
    items: items.slice(start, end),
    nextCursor: end < items.length ? Buffer.from(`at:${end}`).toString('base64url') : undefined,
  };
}

function readCursor(cursor: Json): number | undefined {
  if (typeof cursor !== 'string' || cursor.length > 64) return undefined;
  const found = /^at:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
