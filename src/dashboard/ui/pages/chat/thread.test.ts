import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Turn } from './conversation.ts';
import { added, branchesAt, emptyThread, nextIdOf, pathOf, replaced, switchedTo, type Thread } from './thread.ts';

const ask = (text: string): Turn => ({ role: 'user', text, images: [] });
const shown = (thread: Thread): readonly string[] => pathOf(thread).map(({ turn }) => turn.text);
const said = (...texts: string[]): Thread =>
  texts.reduce((thread, text) => added(thread, { parent: thread.leaf, turn: ask(text) }), emptyThread);

describe('what was said in a chat', () => {
  it('is shown in its order', () => {
    expect(shown(said('a', 'b', 'c'))).toEqual(['a', 'b', 'c']);
    expect(shown(emptyThread)).toEqual([]);
  });

  it('keeps what was said before a turn was edited, and shows it again', () => {
    const edited = added(said('a', 'b', 'c'), { parent: 1, turn: ask('B') });
    expect(shown(edited)).toEqual(['a', 'B']);
    expect(branchesAt(edited, { parent: 1 })).toEqual([2, 4]);
    expect(shown(switchedTo(edited, 2))).toEqual(['a', 'b', 'c']);
    expect(shown(switchedTo(switchedTo(edited, 2), 4))).toEqual(['a', 'B']);
  });

  it('has branches from its first turn on', () => {
    const other = added(said('a', 'b'), { parent: null, turn: ask('A') });
    expect(shown(other)).toEqual(['A']);
    expect(branchesAt(other, { parent: null })).toEqual([1, 3]);
  });

  it('takes the place of what was there when it is replaced', () => {
    expect(shown(replaced(said('a', 'b'), { id: 2, turn: ask('c') }))).toEqual(['a', 'c']);
  });

  it('never loops and loses nothing, whatever is added and shown', () => {
    const steps = fc.array(fc.record({ at: fc.nat(30), isSwitch: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (all) => {
        let thread = emptyThread;
        for (const [index, { at, isSwitch }] of all.entries()) {
          const there = thread.nodes[at % Math.max(1, thread.nodes.length)];
          thread =
            isSwitch && there
              ? switchedTo(thread, there.id)
              : added(thread, { parent: there?.id ?? null, turn: ask(String(index)) });
          const path = pathOf(thread);
          expect(path.at(-1)?.id ?? null).toBe(thread.leaf);
          if (isSwitch && there) expect(path).toContain(there);
          expect(path[0]?.parent ?? null).toBe(null);
        }
        expect(nextIdOf(thread)).toBe(thread.nodes.length + 1);
      }),
    );
  });

  it('ends where a stored turn is after itself', () => {
    expect(pathOf({ nodes: [{ id: 1, parent: 1, turn: ask('a') }], leaf: 1 })).toHaveLength(1);
  });
});
