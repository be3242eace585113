import { expect, it } from 'vitest';
import { createPullProgress } from './pull-progress.ts';

const line = (id: string | undefined, status: string, [currentBytes, totalBytes]: number[] = []) => ({
  id,
  status,
  currentBytes,
  totalBytes,
});

it('sums the layers of a pull, and does not go back while they are extracted', () => {
  const progress = createPullProgress();
  expect(progress.add(line(undefined, 'Pulling from x'))).toBeUndefined();
  expect(progress.add(line('a', 'Pulling fs layer'))).toBeUndefined();
  expect(progress.add(line('a', 'Downloading', [10, 100]))).toMatchObject({ receivedBytes: 10, totalBytes: 100 });
  expect(progress.add(line('b', 'Downloading', [5, 50]))).toMatchObject({ receivedBytes: 15, totalBytes: 150 });
  expect(progress.add(line('a', 'Download complete'))).toMatchObject({ receivedBytes: 105, totalBytes: 150 });
  expect(progress.add(line('a', 'Extracting', [1, 100]))).toBeUndefined();
  expect(progress.add(line('b', 'Pull complete'))).toMatchObject({ receivedBytes: 150, totalBytes: 150 });
});
