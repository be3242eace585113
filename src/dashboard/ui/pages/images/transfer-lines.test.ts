import { expect, it } from 'vitest';
import type { ProgressLine, PullImageLine } from '#contract';
import { transferLines } from './transfer-lines.ts';

const layer = (id: string | null, status: string, [current, total]: readonly number[] = []): PullImageLine => ({
  type: 'progress',
  layer: id,
  status,
  currentBytes: current ?? null,
  totalBytes: total ?? null,
});

async function read(...given: readonly PullImageLine[]): Promise<readonly ProgressLine[]> {
  async function* lines(): AsyncGenerator<PullImageLine> {
    yield* given;
  }
  const all: ProgressLine[] = [];
  const words = {
    mode: 'push' as const,
    status: (status: string) => status.toUpperCase(),
    done: ({ digest }: { digest?: string | undefined }) => `done ${digest}`,
    tell: ({ code }: { code: string }) => ({ message: `told ${code}`, hint: 'do this' }),
  };
  for await (const line of transferLines(lines(), words)) all.push(line);
  return all;
}

it('adds up the layers, and lets none go back or beyond its size', async () => {
  const all = await read(
    layer(null, 'The push refers to repository [x]'),
    layer('a', 'Preparing'),
    layer('a', 'Pushing', [50, 100]),
    layer('b', 'Downloading', [20, 40]),
    layer('a', 'Pushing', [130, 100]),
    layer('b', 'Extracting', [1, 40]),
    layer('a', 'Pushed'),
    layer('c', 'Layer already exists'),
  );
  expect(all[0]).toEqual({ type: 'progress', message: 'THE PUSH REFERS TO REPOSITORY [X]', mode: 'push' });
  expect(all.slice(1).map(({ layer: one, total }) => [one?.id, one?.current, one?.size, total])).toEqual([
    ['a', 0, 0, 0],
    ['a', 50, 100, 100],
    ['b', 20, 40, 140],
    ['a', 100, 100, 140],
    ['b', 40, 40, 140],
    ['a', 100, 100, 140],
    ['c', 0, 0, 140],
  ]);
});

it('ends with what was done, or with what went wrong and what to do, in the words of the page', async () => {
  expect(await read({ type: 'done', name: 'x', digest: 'sha256:1' })).toEqual([
    { type: 'success', message: 'done sha256:1' },
  ]);
  expect(await read({ type: 'error', code: 'docker.failed', message: 'no' })).toEqual([
    { type: 'error', message: 'told docker.failed', code: 'docker.failed', hint: 'do this' },
  ]);
});
