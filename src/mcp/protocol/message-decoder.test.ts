import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RpcMessage } from '../types.ts';
import { createMessageDecoder } from './message-decoder.ts';

function decode(chunks: readonly Buffer[], maxBytes = 1_048_576) {
  const messages: RpcMessage[] = [];
  const strays: string[] = [];
  const tooLarge: number[] = [];
  const decoder = createMessageDecoder({
    maxBytes,
    message: (message) => messages.push(message),
    stray: (line) => strays.push(line),
    tooLarge: (sizeBytes) => tooLarge.push(sizeBytes),
  });
  for (const chunk of chunks) decoder.push(chunk);
  return { messages, strays, tooLarge, pending: decoder.pendingBytes() };
}

describe('messages on lines', () => {
  it('come out the same, however the bytes were cut', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 10 }), fc.array(fc.nat(60), { maxLength: 40 }), (texts, cuts) => {
        const messages = texts.map((value, id) => ({ jsonrpc: '2.0', id, result: { value } }));
        const bytes = Buffer.from(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut));
          at += cut;
        }
        chunks.push(bytes.subarray(at));
        expect(decode(chunks)).toEqual({ messages, strays: [], tooLarge: [], pending: 0 });
      }),
    );
  });

  it('lets servers print where only messages belong', () => {
    const { messages, strays } = decode([
      Buffer.from('Server ready!\r\n\r\n{"jsonrpc":"2.0","id":1,"result":{}}\r\n[1]\n'),
    ]);
    expect(messages).toHaveLength(1);
    expect(strays).toEqual(['Server ready!', '[1]']);
  });

  it.each([
    ['last, as most write it', (filler: string) => `{"result":{"content":"${filler}"},"jsonrpc":"2.0","id":7}`],
    ['first', (filler: string) => `{"jsonrpc":"2.0","id":7,"result":{"content":"${filler}"}}`],
  ])('answers in the place of a server whose message is too large, where its id comes %s', (_where, write) => {
    const bytes = Buffer.from(`${write('x'.repeat(3 * 1_048_576))}\n{"jsonrpc":"2.0","id":8,"result":{}}\n`);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, n) =>
      bytes.subarray(n * 65_536, (n + 1) * 65_536),
    );
    const { messages, pending } = decode(chunks);
    expect(messages).toEqual([
      {
        jsonrpc: '2.0',
        id: 7,
        error: { code: -32_603, message: "The server's answer has 3 MiB; at most 1 MiB are passed on." },
      },
      { jsonrpc: '2.0', id: 8, result: {} },
    ]);
    expect(pending).toBe(0);
  });

  it('says how large it was when it cannot know whom it concerns', () => {
    expect(decode([Buffer.from(`${'x'.repeat(2000)}\n`)], 1000).tooLarge).toEqual([2000]);
  });

  it('never keeps more than the limit', () => {
    expect(
      decode(
        Array.from({ length: 100 }, () => Buffer.alloc(1000, 'x')),
        10_000,
      ).pending,
    ).toBeLessThanOrEqual(10_000);
  });
});
