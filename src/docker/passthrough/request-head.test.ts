import { describe, expect, it } from 'vitest';
import { parseRequestHead } from './request-head.ts';

const head = (line: string, ...headers: string[]): ReturnType<typeof parseRequestHead> =>
  parseRequestHead([line, 'Host: docker', ...headers].join('\r\n'));

describe('the head of a request', () => {
  it.each([
    ['GET /_ping HTTP/1.1', [], { kind: 'length', bytes: 0 }],
    ['POST /v1.41/containers/create HTTP/1.1', ['Content-Length: 12'], { kind: 'length', bytes: 12 }],
    ['POST /build HTTP/1.1', ['transfer-encoding: Chunked'], { kind: 'chunked' }],
    ['POST /v1.41/containers/x/attach?stdin=1 HTTP/1.1', ['Upgrade: tcp', 'Connection: Upgrade'], { kind: 'raw' }],
    ['POST /v1.41/containers/x/attach HTTP/1.1', [], { kind: 'raw' }],
    ['POST /exec/x/start HTTP/1.1', ['Content-Length: 30'], { kind: 'raw' }],
    ['POST /session HTTP/1.1', ['Upgrade: h2c'], { kind: 'raw' }],
    ['PRI * HTTP/2.0', [], { kind: 'raw' }],
    ['POST /v1.41/containers/x/wait HTTP/1.1', [], { kind: 'length', bytes: 0 }],
  ])('%s %j ends as %j', (line, headers, framing) => {
    expect(head(line, ...headers)?.framing).toEqual(framing);
  });

  it.each([
    ['POST / HTTP/1.1', ['Content-Length: 1', 'Content-Length: 2']],
    ['POST / HTTP/1.1', ['Content-Length: -1']],
    ['POST / HTTP/1.1', ['Content-Length: 1', 'Transfer-Encoding: chunked']],
    ['POST / HTTP/1.1', ['Transfer-Encoding: gzip, chunked']],
    ['POST / HTTP/1.1', [' folded: line']],
    ['POST / HTTP/1.1', ['no colon']],
    ['POST /a b HTTP/1.1', []],
    ['hello', []],
    ['', []],
  ])('%s %j could end anywhere, and is refused', (line, headers) => {
    expect(head(line, ...headers)).toBeUndefined();
  });

  it.each([
    ['/exp/vDD4.40/models?x=1', '/exp/vDD4.40/models'],
    ['http://docker/exp/vDD4.40/models', '/exp/vDD4.40/models'],
    ['http://docker', '/'],
  ])('the path of %s is %s', (target, path) => {
    expect(head(`GET ${target} HTTP/1.1`)?.path).toBe(path);
  });
});
