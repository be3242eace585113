import { describe, expect, it } from 'vitest';
import { sizeBytesOf } from './size-bytes.ts';
import { rowsOf } from './use-local-models.ts';

describe('the table of models', () => {
  it('shows a model under each of its names, or under its id', () => {
    const config = { parameters: '135M', architecture: 'llama', gguf: { 'llama.context_length': '8192' } };
    const rows = rowsOf(
      [
        { id: 'sha256:a', tags: ['docker.io/ai/x:1', 'docker.io/team/x:latest'], created: 1, config },
        { id: 'sha256:b', created: 1, config: {} },
      ],
      [{ backend_name: 'llama.cpp', model_name: 'ai/x', mode: 'completion', model_id: 'sha256:a' }],
    );
    expect(rows.map(({ name, contextSize, runner }) => [name, contextSize, runner !== undefined])).toEqual([
      ['x:1', 8192, true],
      ['team/x', 8192, true],
      ['sha256:b', undefined, false],
    ]);
  });

  it('orders sizes as numbers', () => {
    expect(['1 KiB', '2.5 MB', '3GiB', 'n/a', undefined].map(sizeBytesOf)).toEqual([
      1024,
      2_500_000,
      3 * 1024 ** 3,
      undefined,
      undefined,
    ]);
  });
});
