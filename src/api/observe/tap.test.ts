import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tap, type Tap } from './tap.ts';

const start = ({ keep }: { keep: boolean }): { taken: Tap; response: ServerResponse } => {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  return { taken: tap(request, response, { keep, now: () => 7 }), response };
};
const sizes = fc.array(fc.oneof(fc.nat(400), fc.nat(40_000)), { maxLength: 30 });

describe('what is kept of an answer as it passes', () => {
  it('is every part in its order, although their memory is used again', () => {
    fc.assert(
      fc.property(sizes, (lengths) => {
        const { taken } = start({ keep: true });
        const shared = Buffer.alloc(40_000);
        const expected: Buffer[] = [];
        for (const [index, length] of lengths.entries()) {
          const view = shared.subarray(0, length).fill(index + 1);
          expected.push(Buffer.from(view));
          taken.part(view);
        }
        shared.fill(0);
        const whole = Buffer.concat(expected);
        const kept = Buffer.concat(taken.kept());
        expect(kept.equals(whole.subarray(0, kept.length))).toBe(true);
        expect(kept.length + taken.lostBytes).toBe(whole.length);
        expect(whole.toString('utf8').endsWith(taken.tail())).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is bounded for an answer without end, of which the end is still seen', () => {
    for (const keep of [true, false]) {
      const { taken } = start({ keep });
      const part = Buffer.alloc(1000, 'x');
      for (let count = 0; count < 3000; count += 1) taken.part(part);
      taken.part(Buffer.from('the end'));
      const keptBytes = Buffer.concat(taken.kept()).length;
      if (keep) expect(keptBytes).toBeGreaterThan(1_000_000);
      expect(keptBytes).toBeLessThan(1_100_000);
      expect(keptBytes + taken.lostBytes).toBe(3_000_007);
      expect(taken.tail().endsWith('the end')).toBe(true);
      expect(taken.tail().length).toBeLessThan(100_000);
    }
  });

  it('holds what goes through the response, but not the comments that only wait', () => {
    const { taken, response } = start({ keep: true });
    response.write(': waiting for the model\n\n');
    expect(taken.firstPartAt).toBeUndefined();
    response.write('data: a\n\n');
    expect(taken.firstPartAt).toBe(7);
    response.write(Buffer.alloc(50_000, 'b'));
    response.end('data: é\n\n', 'utf8');
    const text = Buffer.concat(taken.kept()).toString('utf8');
    expect(text).toBe(`data: a\n\n${'b'.repeat(50_000)}data: é\n\n`);
  });
});
