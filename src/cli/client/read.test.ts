import { describe, expect, it } from 'vitest';
import { en } from '../messages/en.ts';
import { createTranslate } from '../messages/translate.ts';
import { splitLines } from './lines.ts';
import { modelPath } from './model-path.ts';
import { errorFromAnswer } from './read.ts';

const t = createTranslate(en);
const read = (text: string, status: number): ReturnType<typeof errorFromAnswer> =>
  errorFromAnswer(text, { path: '/models/x', status, t });

describe('an answer that is an error', () => {
  it('is ours with code, params and hint', () => {
    const text = JSON.stringify({
      error: { code: 'model.in_use', message: 'x is in use.', hint: 'Wait.', params: { model: 'x', list: ['no'] } },
    });
    expect(read(text, 409)).toMatchObject({
      code: 'model.in_use',
      message: 'x is in use.',
      hint: 'Wait.',
      params: { model: 'x' },
    });
  });

  it('is llama.cpp’s, with the sizes of an overflow', () => {
    const text =
      '{"error":{"code":400,"message":"request (9031 tokens) exceeds the available context size (8192 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9031,"n_ctx":8192}}';
    expect(read(text, 400)).toMatchObject({
      code: 'inference.context_overflow',
      params: { promptTokens: 9031, contextSize: 8192 },
    });
  });

  it.each([
    [404, 'request.not_found'],
    [401, 'source.unauthorized'],
    [409, 'model.conflict'],
    [422, 'request.invalid'],
    [429, 'inference.queue_full'],
    [503, 'daemon.stopping'],
    [500, 'internal'],
  ])('is plain text with status %d', (status, code) => {
    const error = read('it went wrong\nat some line', status);
    expect(error.code).toBe(code);
    expect(error.message).toBe(`The daemon answered ${status} to /models/x: it went wrong`);
  });

  it('may have a code of a newer daemon', () => {
    expect(read('{"error":{"code":"model.too_new","message":"New."}}', 404)).toMatchObject({
      code: 'request.not_found',
      message: 'New.',
    });
  });

  it.each(['{"error":{}}', '{"error":null}', '[]', '"x"', '{"error":{"message":5}}'])('may be nonsense: %s', (text) => {
    expect(read(text, 500).message).toContain('The daemon answered 500');
  });
});

describe('lines', () => {
  async function* pieces(...texts: readonly string[]): AsyncIterable<string> {
    yield* texts;
  }

  it('come whole however they were cut, without blank ones', async () => {
    const lines: string[] = [];
    for await (const line of splitLines(pieces('{"a"', ':1}\r\n\n{"b":', '2}\n', 'last'))) lines.push(line);
    expect(lines).toEqual(['{"a":1}', '{"b":2}', 'last']);
  });

  it('have a limit', async () => {
    const endless = Array.from({ length: 20 }, () => 'x'.repeat(100_000));
    await expect(async () => {
      for await (const _line of splitLines(pieces(...endless)));
    }).rejects.toThrow('longer than 1 MiB');
  });
});

describe('the path of a model', () => {
  it('escapes what a path cannot hold and keeps the rest readable', () => {
    expect(modelPath('hf.co/Org/Model:Q4_K_M')).toBe('/models/hf.co/Org/Model:Q4_K_M');
    expect(modelPath('x@sha256:ab', { query: 'remote=true' })).toBe('/models/x@sha256:ab?remote=true');
    expect(modelPath('npm:a@1#b c?%', { action: 'tag' })).toBe('/models/npm:a@1%23b%20c%3F%25/tag');
  });
});
