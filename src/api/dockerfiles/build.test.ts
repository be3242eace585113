import { describe, expect, it } from 'vitest';
import type { BuildDockerfileLine } from '#contract';
import { AppError } from '#core';
import type { DockerViews } from '../types.ts';
import { measureBuilds } from './build.ts';

type Measure = DockerViews['measureBuild'];
const measured = { sizeBytes: 10, layers: 2, durationMs: 5, builder: 'classic' } as const;

async function told(
  measureBuild: Measure,
  texts: { before: string; after?: string },
  signal = new AbortController().signal,
): Promise<BuildDockerfileLine[]> {
  const lines: BuildDockerfileLine[] = [];
  const wishes = { folder: '/x', before: texts.before, after: texts.after, signal };
  for await (const batch of measureBuilds({ measureBuild }, wishes)) lines.push(...batch);
  return lines;
}

describe('measuring builds', () => {
  it('builds one after the other, and tells what each printed before it tells its size', async () => {
    const measure: Measure = async (text, { onLine }) => {
      onLine(`Step 1/1 : ${text}`);
      return measured;
    };
    expect(await told(measure, { before: 'A', after: 'B' })).toEqual([
      { type: 'building', which: 'before' },
      { type: 'log', which: 'before', text: 'Step 1/1 : A' },
      { type: 'built', which: 'before', ...measured },
      { type: 'building', which: 'after' },
      { type: 'log', which: 'after', text: 'Step 1/1 : B' },
      { type: 'built', which: 'after', ...measured },
    ]);
  });

  it('ends with a build that fails, and says why as far as that is known', async () => {
    const measure: Measure = async (_text, { onLine }) => {
      onLine('Sending build context to Docker daemon  2.048kB');
      onLine('Step 2/2 : COPY requirements.txt /app/');
      onLine(
        'COPY failed: file not found in build context or excluded by .dockerignore: stat requirements.txt: file does not exist',
      );
      throw new AppError('docker.failed', 'The build failed.', { params: { reason: 'build', detail: 'COPY failed' } });
    };
    const lines = await told(measure, { before: 'A', after: 'B' });
    const last = lines.at(-1);
    expect(last).toMatchObject({ type: 'failed', which: 'before', reason: 'COPY failed', causes: [{ id: 'B03' }] });
    expect(lines.filter(({ type }) => type === 'building')).toHaveLength(1);
  });

  it('fails as a whole where there is no docker command', async () => {
    const measure: Measure = () =>
      Promise.reject(new AppError('docker.unavailable', 'The docker command was not found.'));
    await expect(told(measure, { before: 'A' })).rejects.toMatchObject({ code: 'docker.unavailable' });
  });

  it('says how many lines went by faster than anybody read', async () => {
    const measure: Measure = async (_text, { onLine }) => {
      for (let line = 0; line < 2500; line += 1) onLine(`${line}`);
      return measured;
    };
    const lines = await told(measure, { before: 'A' });
    expect(lines[1]).toEqual({ type: 'left', which: 'before', count: 500 });
    expect(lines.filter(({ type }) => type === 'log')).toHaveLength(2000);
    expect(lines.at(-2)).toEqual({ type: 'log', which: 'before', text: '2499' });
  });

  it('ends when nobody looks any more', async () => {
    const gone = new AbortController();
    const measure: Measure = async (_text, { signal, onLine }) => {
      onLine('begun');
      gone.abort();
      signal.throwIfAborted();
      return measured;
    };
    await expect(told(measure, { before: 'A' }, gone.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
