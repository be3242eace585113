import { describe, expect, it } from 'vitest';
import { createManualClock } from '#testing';
import type { Item } from './items.ts';
import { createResponseStore, type ResponseStore, type StoredResponse } from './response-store.ts';

const item = (id: string, text = 'hi'): Item => ({
  id,
  type: 'message',
  role: 'user',
  status: 'completed',
  content: [{ type: 'input_text', text }],
});
const stored = (id: string, text?: string): StoredResponse => ({
  response: { id, object: 'response', status: 'completed', output: [item(`${id}-out`)] },
  input: [item(`${id}-in`, text)],
});
const has = (store: ResponseStore, id: string): boolean => {
  try {
    return store.get(id).response.id === id;
  } catch {
    return false;
  }
};
const limits = { maxCount: 3, maxBytes: 10_000, ttlMs: 1000 };

describe('the store of responses', () => {
  it('keeps a response until an hour, or what it was told, after its last use', () => {
    const clock = createManualClock();
    const store = createResponseStore(clock, limits);
    store.put(stored('a'));
    store.put(stored('b'));
    clock.advance(600);
    expect(has(store, 'a')).toBe(true);
    clock.advance(600);
    expect(has(store, 'a')).toBe(true);
    expect(has(store, 'b')).toBe(false);
    clock.advance(1001);
    expect(has(store, 'a')).toBe(false);
  });

  it('drops the one not used for longest when there are too many', () => {
    const store = createResponseStore(createManualClock(), limits);
    for (const id of ['a', 'b', 'c']) store.put(stored(id));
    store.get('a');
    store.put(stored('d'));
    expect(['a', 'b', 'c', 'd'].filter((id) => has(store, id))).toEqual(['a', 'c', 'd']);
  });

  it('drops as many as a large one needs, and keeps none that is larger than all of it', () => {
    const store = createResponseStore(createManualClock(), limits);
    store.put(stored('a', 'x'.repeat(1500)));
    store.put(stored('b', 'x'.repeat(1500)));
    expect(store.put(stored('c', 'x'.repeat(4000)))).toBe(true);
    expect(['a', 'b', 'c'].filter((id) => has(store, id))).toEqual(['c']);
    expect(store.put(stored('d', 'x'.repeat(20_000)))).toBe(false);
    expect(has(store, 'c')).toBe(true);
  });

  it('finds items of inputs and outputs, until their response is removed', () => {
    const store = createResponseStore(createManualClock(), limits);
    store.put(stored('a'));
    expect(store.finder()('a-in')?.id).toBe('a-in');
    expect(store.finder()('a-out')?.id).toBe('a-out');
    store.remove('a');
    expect(store.finder()('a-out')).toBeUndefined();
    expect(() => store.remove('a')).toThrow('no response "a"');
  });
});
