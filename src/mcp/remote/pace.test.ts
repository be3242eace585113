import { describe, expect, it } from 'vitest';
import { deferred } from '#core';
import { createPace } from './pace.ts';
import { bounded } from './fetch-through.ts';

async function* pieces(read: string[]): AsyncGenerator<Uint8Array> {
  for (const text of ['data: 1\n', 'data: 2\n', 'data: 3\n']) {
    read.push(text);
    yield Buffer.from(text);
  }
}

describe('the answer of a server', () => {
  it('is read as it comes where everybody keeps up', async () => {
    const read: string[] = [];
    const stream = bounded(pieces(read), { maxBytes: 100, perLine: true, pace: createPace(() => undefined) });
    for await (const bytes of stream) expect(bytes.length).toBe(8);
    expect(read.length).toBe(3);
  });

  it('is not read on while whoever is told of it cannot keep up, and is afterwards, to its end', async () => {
    const read: string[] = [];
    const congested = deferred<undefined>();
    let isCongested = true;
    const pace = createPace(() => (isCongested ? congested.promise : undefined));
    const stream = bounded(pieces(read), { maxBytes: 100, perLine: true, pace });
    await stream.next();
    const next = stream.next();
    // Whatever could have been read by now is waited for: another answer goes by meanwhile, from its beginning to its end.
    for await (const bytes of bounded(pieces([]), { maxBytes: 100, perLine: true })) expect(bytes.length).toBe(8);
    expect(read.length).toBe(1);
    isCongested = false;
    congested.resolve(undefined);
    expect(Buffer.from((await next).value ?? '').toString()).toBe('data: 2\n');
    await stream.next();
    expect(await stream.next()).toMatchObject({ done: true });
  });

  it('that nobody is told of any more waits for nobody', async () => {
    const pace = createPace(() => new Promise(() => undefined));
    const stream = bounded(pieces([]), { maxBytes: 100, perLine: true, pace });
    await stream.next();
    const next = stream.next();
    pace.stop();
    expect(await next).toMatchObject({ done: false });
    expect(await stream.next()).toMatchObject({ done: false });
  });
});
