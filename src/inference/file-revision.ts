import { statSync } from 'node:fs';
import { errorCodeOf } from '#core';

/**
 * Tells whether a file that is only ever replaced as a whole is still the same one; for the index of the model store,
 * which other programs may replace too. Asks the system for the file's number and times, which takes some 5 µs, and reads nothing.
 */
export function fileRevision(path: string): () => string {
  return () => {
    try {
      const { ino, mtimeNs, size } = statSync(path, { bigint: true });
      return `${ino} ${mtimeNs} ${size}`;
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return 'absent';
      throw error;
    }
  };
}
