import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { drained } from './drained.ts';

function fakeResponse(closed = false): { response: ServerResponse; emitter: EventEmitter } {
  const emitter = new EventEmitter();
  return { response: Object.assign(emitter, { closed }) as unknown as ServerResponse, emitter };
}

describe('waiting for a slow reader', () => {
  it.each(['drain', 'close'])('ends with %s and leaves no listener, however often it is done', async (event) => {
    const { response, emitter } = fakeResponse();
    for (let count = 0; count < 20; count += 1) {
      const waiting = drained({ response });
      emitter.emit(event);
      await waiting;
    }
    expect(emitter.eventNames()).toEqual([]);
  });

  it('does not wait for one that has left already', async () => {
    const { response, emitter } = fakeResponse(true);
    await drained({ response });
    expect(emitter.eventNames()).toEqual([]);
  });
});
