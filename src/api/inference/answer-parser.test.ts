import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerParser, type AnswerHead } from './answer-parser.ts';

interface Parsed {
  head: AnswerHead | undefined;
  body: string;
  ended: boolean;
  closed: boolean;
}

/** Feeds an answer in the parts given, each in a buffer that is used again for the next. */
function parse(parts: readonly string[]): Parsed {
  const parsed: Parsed = { head: undefined, body: '', ended: false, closed: false };
  const parser = createAnswerParser({
    head: (head) => (parsed.head = head),
    data: (payload) => (parsed.body += payload.toString('latin1')),
    end: () => (parsed.ended = true),
  });
  const shared = Buffer.alloc(65_536);
  for (const part of parts) parser.feed(shared.subarray(0, shared.write(part, 'latin1')));
  parsed.closed = parser.close();
  return parsed;
}

const chunked = (parts: readonly string[]): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n${parts
    .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
    .join('')}0\r\n\r\n`;

describe('an answer of a runner', () => {
  it('is the same however it is cut', () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.array(fc.nat(400), { maxLength: 12 }), (parts, cuts) => {
        const wire = chunked(parts);
        const places = [0, ...cuts.map((cut) => cut % wire.length), wire.length].toSorted((a, b) => a - b);
        const pieces = places.slice(1).map((place, index) => wire.slice(places[index], place));
        const { head, body, ended, closed } = parse(pieces);
        expect(head).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream' } });
        expect({ body, ended, closed }).toEqual({ body: parts.join(''), ended: true, closed: true });
      }),
      { numRuns: 2000 },
    );
  });

  it('may have a length', () => {
    const wire = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nhello';
    expect(parse([wire])).toMatchObject({ head: { status: 400 }, body: 'hello', ended: true, closed: true });
  });

  it('may end with the connection', () => {
    expect(parse(['HTTP/1.1 200 OK\r\n\r\nhel', 'lo'])).toMatchObject({ body: 'hello', ended: true, closed: true });
  });

  it('may be empty', () => {
    expect(parse(['HTTP/1.1 204 No Content\r\n\r\n'])).toMatchObject({ body: '', ended: true });
    expect(parse(['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'])).toMatchObject({ body: '', ended: true });
  });

  it('may come after an interim one, with trailers and chunk extensions', () => {
    const wire =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n';
    expect(parse([wire])).toMatchObject({ head: { status: 200 }, body: 'abc', ended: true });
  });

  it.each([
    ['in its head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nabc'],
    ['between chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['before its length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'],
  ])('that is cut off %s says so', (_where, wire) => {
    expect(parse([wire])).toMatchObject({ ended: false, closed: false });
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc'],
    ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc'],
    ['a head without an end', `HTTP/1.1 200 OK\r\n${'x'.repeat(66_000)}`],
    ['a line without an end', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'0'.repeat(5000)}`],
  ])('that is %s is refused', (_what, wire) => {
    expect(() => parse([wire.slice(0, 60_000), wire.slice(60_000)])).toThrow(/answer|chunk|Content-Length/);
  });
});
