import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf, resultParts } from './result-parts.ts';

describe('the result of a tool', () => {
  it('is text, pixels, links and sizes', () => {
    expect(
      partsOf([
        { type: 'text', text: '<b>x</b>' },
        { type: 'image', data: 'iVBORw0K', mimeType: 'image/PNG' },
        { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
        { type: 'resource_link', uri: 'javascript:alert(1)', name: 'n' },
        { type: 'resource', resource: { uri: 'file:///a', text: 'inside' } },
        { type: 'resource', resource: { uri: 'file:///b', blob: 'AAAA', mimeType: 'application/gzip' } },
        { type: 'new' },
      ]),
    ).toEqual([
      { kind: 'text', text: '<b>x</b>' },
      { kind: 'image', source: 'data:image/png;base64,iVBORw0K', type: 'image/PNG', bytes: 6 },
      { kind: 'file', name: 'audio', type: 'audio/wav', bytes: 3 },
      { kind: 'link', uri: 'javascript:alert(1)', name: 'n', text: '' },
      { kind: 'resource', uri: 'file:///a', text: 'inside' },
      { kind: 'file', name: 'file:///b', type: 'application/gzip', bytes: 3 },
      { kind: 'other', json: '{\n  "type": "new"\n}' },
    ]);
  });

  it('shows no picture that could be a page, or leads somewhere', () => {
    const odd = ['image/svg+xml', 'text/html', 'image/png,<svg', 'image/png;x', undefined];
    for (const mimeType of odd) {
      expect(partsOf([{ type: 'image', data: 'PHN2Zz4=', mimeType }])).toMatchObject([{ kind: 'file' }]);
    }
    for (const data of ['http://evil.example/x.png', '" onerror="x', 'AA AA']) {
      expect(partsOf([{ type: 'image', data, mimeType: 'image/png' }])).toMatchObject([{ kind: 'file' }]);
    }
  });

  it('bears whatever a server answers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (content) => {
        expect(Array.isArray(partsOf(content))).toBe(true);
      }),
    );
  });

  it('is messages of a prompt and what a resource holds', () => {
    const messages = [{ role: 'user', content: { type: 'text', text: 'hi' } }, null];
    expect(resultParts({ messages })).toEqual([
      { kind: 'role', role: 'user' },
      { kind: 'text', text: 'hi' },
      { kind: 'role', role: '' },
      { kind: 'other', json: 'null' },
    ]);
    expect(resultParts({ contents: [{ uri: 'note://1', text: 'x' }] })).toEqual([
      { kind: 'resource', uri: 'note://1', text: 'x' },
    ]);
  });
});
