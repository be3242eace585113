import { describe, expect, it } from 'vitest';
import { fuzzedBody } from './fuzz-json.ts';
import { createRandom } from './random.ts';
import { slopeOf } from './slope.ts';

const example = { model: 'ai/x', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2, stream: true };

function bodies(seed: number): readonly Buffer[] {
  const random = createRandom(seed);
  return Array.from({ length: 3000 }, () => fuzzedBody(example, random));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

describe('fuzzed bodies', () => {
  const all = bodies(7);
  const texts = all.map((body) => body.toString('latin1'));

  it('are the same for the same seed and others for another', () => {
    // One buffer each: comparing thousands takes minutes when they differ.
    expect(Buffer.concat(bodies(7)).equals(Buffer.concat(all))).toBe(true);
    expect(Buffer.concat(bodies(8)).equals(Buffer.concat(all))).toBe(false);
  });

  it.each([
    ['a key twice', /"(stream|max_tokens)":[^{}[\]]*"\1":/],
    ['a number beyond every double', /1e400/],
    ['a key of prototypes', /"__proto__":/],
    ['half a character', /\\ud800/],
    ['a NUL in a text', /\\u0000/],
    ['a byte that is no UTF-8', /\u00ff/],
    ['a mark of byte order', /^\u00ef\u00bb\u00bf/],
    ['nesting that overflows a stack', /(?:\[{10000}|(?:\{"a":){5000})/],
    ['one byte too few', /"stream":true$/],
    ['nothing', /^$/],
  ])('hold %s', (_name, pattern) => {
    expect(texts.some((text) => pattern.test(text))).toBe(true);
  });

  it('hold a NUL between tokens', () => {
    expect(texts.some((text) => text.includes('\0'))).toBe(true);
  });

  it('keep most of the example, so that they get further than noise', () => {
    const near = all.map(parsed).filter((value) => typeof value === 'object' && value !== null && 'messages' in value);
    expect(near.length).toBeGreaterThan(all.length / 2);
  });
});

describe('the slope of points', () => {
  it('is how much y grows for each x, whatever the noise around it', () => {
    const noise = [0, 3, -3, -3, 3, 0];
    expect(slopeOf(noise.map((off, x) => ({ x, y: 100 + 20 * x + off })))).toBeCloseTo(20, 0);
    expect(slopeOf([{ x: 1, y: 5 }])).toBe(0);
  });
});
