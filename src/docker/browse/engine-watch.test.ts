import { describe, expect, it } from 'vitest';
import { createManualClock } from '#testing';
import type { EngineEvent, EngineUp, EventOptions } from '../types.ts';
import { createEngineWatch, type EngineNews } from './engine-watch.ts';

interface Line {
  readonly push: (event: EngineUp | EngineEvent) => void;
  readonly end: () => void;
  readonly signal: AbortSignal;
}

/** An Engine whose subscriptions are held in hand. */
function heldEngine(): {
  lines: Line[];
  opened: () => Promise<Line>;
  events: (o: EventOptions) => AsyncIterable<EngineUp | EngineEvent>;
} {
  const lines: Line[] = [];
  let waiting: ((line: Line) => void) | undefined;
  return {
    lines,
    opened: () =>
      new Promise((resolve) => {
        waiting = resolve;
      }),
    async *events({ signal }) {
      const queue: (EngineUp | EngineEvent)[] = [];
      let over = false;
      let wake = (): void => undefined;
      const line: Line = {
        push: (event) => {
          queue.push(event);
          wake();
        },
        end: () => {
          over = true;
          wake();
        },
        signal,
      };
      signal.addEventListener('abort', line.end);
      lines.push(line);
      waiting?.(line);
      for (;;) {
        for (let event = queue.shift(); event; event = queue.shift()) yield event;
        if (over) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const event = (action: string): EngineEvent => ({
  type: 'event',
  kind: 'container',
  action,
  id: 'a',
  attributes: { name: 'db' },
});
const listenTo = (watch: ReturnType<typeof createEngineWatch>, until: (news: EngineNews) => boolean) => {
  const heard: EngineNews[] = [];
  let leave = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    leave = watch.listen((news) => {
      heard.push(news);
      if (until(news)) resolve();
    });
  });
  return { heard, reached, leave: () => leave() };
};

describe('watching the Engine', () => {
  it('has one subscription for all, none when nobody listens, and tells a late one how the Engine is', async () => {
    const engine = heldEngine();
    const watch = createEngineWatch({ docker: engine, clock: createManualClock() });
    expect(engine.lines).toHaveLength(0);
    const opening = engine.opened();
    const first = listenTo(watch, (news) => news.type === 'event' && news.action === 'die');
    const line = await opening;
    line.push({ type: 'up' });
    line.push(event('exec_create: probe'));
    line.push({ ...event('rename'), attributes: { name: 'db', oldName: '/store' } });
    line.push(event('die'));
    await first.reached;
    expect(first.heard).toEqual([
      { type: 'up' },
      { type: 'event', kind: 'container', action: 'rename', id: 'a', name: 'db', from: 'store' },
      { type: 'event', kind: 'container', action: 'die', id: 'a', name: 'db' },
    ]);
    const late = listenTo(watch, () => true);
    expect(late.heard).toEqual([{ type: 'up' }]);
    expect(engine.lines).toHaveLength(1);
    first.leave();
    expect(line.signal.aborted).toBe(false);
    late.leave();
    expect(line.signal.aborted).toBe(true);
  });

  it('says when the Engine goes away, once, and when it comes back', async () => {
    const engine = heldEngine();
    const clock = createManualClock();
    const watch = createEngineWatch({ docker: engine, clock });
    const opening = engine.opened();
    const down = listenTo(watch, ({ type }) => type === 'down');
    const line = await opening;
    line.push({ type: 'up' });
    line.end();
    await down.reached;
    const again = engine.opened();
    const back = listenTo(watch, ({ type }) => type === 'up');
    // The wait before the next try begins once the end has been told.
    await Promise.resolve();
    await new Promise(setImmediate);
    clock.advance(5000);
    (await again).push({ type: 'up' });
    await back.reached;
    expect(down.heard.map(({ type }) => type)).toEqual(['up', 'down', 'up']);
    down.leave();
    back.leave();
  });
});
