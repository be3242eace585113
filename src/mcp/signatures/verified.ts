import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createMutex, writeFileAtomic } from '#core';

/** What was verified before, so that starting a server needs no registry. Only successes are kept. */
export interface Verified {
  has(facts: readonly string[]): Promise<boolean>;
  add(facts: readonly string[]): Promise<void>;
}

const mostKept = 2000;
const file = z.object({ version: z.literal(1), verified: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });

/** The facts decide: another digest, repository or key is another entry. */
export function createVerified(path: string): Verified {
  const mutex = createMutex();
  const keyOf = (facts: readonly string[]): string => createHash('sha256').update(JSON.stringify(facts)).digest('hex');
  return {
    has: async (facts) => (await read(path)).includes(keyOf(facts)),
    add: (facts) =>
      mutex.run(async () => {
        const key = keyOf(facts);
        const others = (await read(path)).filter((one) => one !== key);
        const verified = [...others, key].slice(-mostKept);
        await writeFileAtomic(path, `${JSON.stringify({ version: 1, verified })}\n`, { mode: 0o600 });
      }),
  };
}

/** One that cannot be read vouches for nothing. */
async function read(path: string): Promise<readonly string[]> {
  try {
    return file.safeParse(JSON.parse(await readFile(path, 'utf8'))).data?.verified ?? [];
  } catch {
    return [];
  }
}
