import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPid } from './terminal-pid.ts';

async function read(pieces: readonly string[]): Promise<{ pid: number | undefined; text: string }> {
  let pid: number | undefined;
  let text = '';
  async function* output() {
    for (const piece of pieces) yield { stream: 'stdout' as const, bytes: Buffer.from(piece, 'latin1') };
  }
  for await (const { bytes } of readPid(output(), (found) => (pid = found))) text += bytes.toString('latin1');
  return { pid, text };
}

describe('the number of the process that a shell says first', () => {
  it('is taken out of what it writes, however it comes in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4_194_304 }), fc.array(fc.nat({ max: 40 })), async (pid, cuts) => {
        const all = `\u001B]7447;${pid}\u0007/ # ls\r\n`;
        const places = [...new Set([0, ...cuts.filter((cut) => cut < all.length), all.length])].toSorted(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((end, index) => all.slice(places[index], end));
        expect(await read(pieces)).toEqual({ pid, text: '/ # ls\r\n' });
      }),
    );
  });

  it('is not needed: what another program writes is passed on whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary-ascii' })), async (pieces) => {
        expect((await read(pieces)).text).toBe(pieces.join(''));
      }),
    );
    expect(await read(['\u001B]7447;no'])).toEqual({ pid: undefined, text: '\u001B]7447;no' });
  });
});
