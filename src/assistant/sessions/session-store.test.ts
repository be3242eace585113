import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import { createSessionStore } from './create-session-store.ts';
import { readLines } from './session-lines.ts';
import type { SessionChange, SessionMeta } from './types.ts';

let folder: string;
let removed: string[];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'gantry-sessions-')), 'sessions');
  removed = [];
});

const open = (keep = 100) =>
  createSessionStore({
    folder,
    clock: systemClock,
    log: silentLog,
    keep: () => keep,
    onRemoved: async (id) => void removed.push(id),
  });

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const meta = (number: number, more: Partial<SessionMeta> = {}): SessionMeta => ({
  id: idOf(number),
  title: `Session ${number}`,
  workingDirectory: '/work',
  createdAtMs: number,
  updatedAtMs: number,
  starred: false,
  mode: 'ask',
  model: null,
  ...more,
});
const at = '2026-01-01T00:00:00.000Z';
const asked = (seq: number, text = 'why?'): SessionChange => ({
  kind: 'event',
  event: { type: 'user_message', seq, at, messageId: `u${seq}`, text, attachments: [] },
});
const piece = (seq: number, text: string): SessionChange => ({
  kind: 'event',
  event: { type: 'text', seq, at, messageId: 'm1', text },
});
const ended: SessionChange = { kind: 'event', event: { type: 'turn_ended', seq: 9, at, stopReason: 'answered' } };
const fileOf = (number: number): string => join(folder, `${idOf(number)}.jsonl`);

describe('the store of sessions', () => {
  it('keeps what was appended, the latest first, in files of their owner alone', async () => {
    const store = open();
    await store.create(meta(1));
    await store.create(meta(2));
    await store.append(idOf(1), [asked(1), piece(2, 'Be'), piece(3, 'cause'), ended]);
    await store.append(idOf(1), [{ kind: 'feedback', messageId: 'm1', feedback: { rating: 'up' } }]);
    await store.append(idOf(1), [{ kind: 'meta', meta: meta(1, { updatedAtMs: 5, title: 'Why' }) }]);

    const again = open();
    expect((await again.list()).map(({ meta: one }) => one.title)).toEqual(['Why', 'Session 2']);
    const record = await again.get(idOf(1));
    expect(record?.events).toContainEqual({ type: 'text', seq: 3, at, messageId: 'm1', text: 'Because' });
    expect(record?.feedback).toEqual({ m1: { rating: 'up' } });
    expect((await stat(fileOf(1))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('ends what a killed daemon left, and tells the model what had been done', async () => {
    const store = open();
    await store.create(meta(1));
    await store.append(idOf(1), [
      { kind: 'messages', keep: 0, add: [{ role: 'user', content: 'restart web' }], untrusted: [] },
      asked(1, 'restart web'),
      {
        kind: 'event',
        event: {
          type: 'tool_call',
          seq: 2,
          at,
          callId: 'c',
          tool: 'restart_container',
          title: 'x',
          risk: 'R3',
          arguments: '',
        },
      },
    ]);
    const record = await open().get(idOf(1));
    expect(record?.events.at(-1)).toMatchObject({ type: 'turn_ended', stopReason: 'interrupted', seq: 3 });
    expect(record?.messages.at(-1)?.content).toContain('restart_container: not known to have ended');
    expect((await open().get(idOf(1)))?.events).toHaveLength(record?.events.length ?? 0);
  });

  it('reads a file that was cut anywhere, to the last whole line', async () => {
    const store = open();
    await store.create(meta(1));
    await store.append(idOf(1), [asked(1, '你好 "\n'), piece(2, 'a'), piece(3, 'b'), ended]);
    const whole = await readFile(fileOf(1));
    const firstLines = whole.indexOf(0x0a, whole.indexOf(0x0a) + 1) + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: firstLines, max: whole.length }), async (length) => {
        const read = readLines(whole.subarray(0, length));
        expect(read?.record.meta.id).toBe(idOf(1));
        await writeFile(fileOf(1), whole.subarray(0, length));
        const reopened = open();
        await reopened.append(idOf(1), [asked(20, 'next')]);
        expect((await open().get(idOf(1)))?.events).toContainEqual(expect.objectContaining({ text: 'next' }));
      }),
      { numRuns: 40 },
    );
  });

  it('removes the oldest without a star when there are too many, with what belongs to them', async () => {
    const store = open(2);
    await store.create(meta(1, { starred: true }));
    await store.create(meta(2));
    await store.create(meta(3));
    expect((await store.list()).map(({ meta: { id } }) => id)).toEqual([idOf(3), idOf(1)]);
    expect(removed).toEqual([idOf(2)]);
  });

  it('leaves nothing of what is removed', async () => {
    const store = open();
    await store.create(meta(1));
    await store.create(meta(2));
    expect(await store.remove(idOf(1))).toBe(true);
    expect(await store.remove(idOf(1))).toBe(false);
    await store.removeAll();
    expect(await readdir(folder)).toEqual([]);
    expect(removed).toEqual([idOf(1), idOf(2)]);
  });

  it('leaves files alone that it does not understand', async () => {
    const store = open();
    await store.create(meta(1));
    await writeFile(fileOf(2), 'something else\n');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    expect(await open().list()).toHaveLength(1);
    expect(await readdir(folder)).toContain('notes.txt');
    await expect(store.append(idOf(7), [ended])).rejects.toMatchObject({ code: 'request.not_found' });
  });

  it('refuses a question to a session that has become too long', async () => {
    const store = open();
    await store.create(meta(1));
    const add = [{ role: 'user', content: 'x'.repeat(17 * 1024 * 1024) } as const];
    await expect(store.append(idOf(1), [{ kind: 'messages', keep: 0, add, untrusted: [] }])).rejects.toMatchObject({
      code: 'request.too_large',
    });
  });
});
