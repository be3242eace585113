import { AppError, type Clock } from '#core';
import type { Item } from './items.ts';
import type { ResponseBody } from './response-builder.ts';

export interface StoredResponse {
  readonly response: ResponseBody;
  /** All that the model was given: earlier turns and this request's input. */
  readonly input: readonly Item[];
}

/** Responses that can be asked for again and continued: in memory, bounded, and gone an hour after their last use. */
export interface ResponseStore {
  /** @throws AppError `request.not_found` */
  get(id: string, param?: string): StoredResponse;
  /** @throws AppError `request.not_found` */
  remove(id: string): void;
  /** Looks up items of stored inputs and outputs. */
  finder(): (id: string) => Item | undefined;
  /** Whether it was kept: a conversation larger than the whole store is not. */
  put(stored: StoredResponse): boolean;
}

export interface StoreLimits {
  readonly maxCount: number;
  readonly maxBytes: number;
  readonly ttlMs: number;
}

export const storeLimits: StoreLimits = { maxCount: 1000, maxBytes: 64 * 1024 * 1024, ttlMs: 3_600_000 };

interface Entry extends StoredResponse {
  readonly sizeBytes: number;
  expiresAt: number;
}

export function createResponseStore(clock: Clock, limits: StoreLimits = storeLimits): ResponseStore {
  // The order of a Map is that of insertion: the first entry is the one not used for longest.
  const entries = new Map<string, Entry>();
  let totalBytes = 0;
  let sweeping = false;

  function drop(id: string, { sizeBytes }: Entry): void {
    entries.delete(id);
    totalBytes -= sizeBytes;
  }

  function dropExpired(): void {
    for (const [id, entry] of entries) {
      if (entry.expiresAt > clock.now()) break;
      drop(id, entry);
    }
  }

  function sweepLater(): void {
    if (sweeping) return;
    sweeping = true;
    clock.schedule(limits.ttlMs, () => {
      sweeping = false;
      dropExpired();
      if (entries.size > 0) sweepLater();
    });
  }

  function allItems(): Map<string, Item> {
    dropExpired();
    const items = new Map<string, Item>();
    for (const { input, response } of entries.values()) {
      for (const item of input) items.set(item.id, item);
      for (const item of response.output) items.set(item.id, item);
    }
    return items;
  }

  function find(id: string, param: string | undefined): Entry {
    dropExpired();
    const entry = entries.get(id);
    if (entry) return entry;
    throw new AppError('request.not_found', `There is no response "${id.slice(0, 100)}".`, {
      hint: 'Responses are kept for an hour after their last use, and not across restarts.',
      params: param === undefined ? {} : { param },
    });
  }

  return {
    get(id, param) {
      const entry = find(id, param);
      entries.delete(id);
      entry.expiresAt = clock.now() + limits.ttlMs;
      entries.set(id, entry);
      return entry;
    },
    remove: (id) => drop(id, find(id, undefined)),
    finder() {
      let items: Map<string, Item> | undefined;
      return (id) => {
        items ??= allItems();
        return items.get(id);
      };
    },
    put(stored) {
      dropExpired();
      // Turns that several responses share count for each: what is kept is never more than the limit.
      const sizeBytes = sizeOf(stored);
      if (sizeBytes > limits.maxBytes) return false;
      for (const [id, entry] of entries) {
        if (entries.size < limits.maxCount && totalBytes + sizeBytes <= limits.maxBytes) break;
        drop(id, entry);
      }
      entries.set(stored.response.id, { ...stored, sizeBytes, expiresAt: clock.now() + limits.ttlMs });
      totalBytes += sizeBytes;
      sweepLater();
      return true;
    },
  };
}

/** In memory a text takes up to two bytes for each of its characters. */
function sizeOf(stored: StoredResponse): number {
  return 2 * JSON.stringify(stored).length;
}
