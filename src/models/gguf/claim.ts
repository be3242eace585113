import { AppError } from '#core';

/** Error for a file whose header says something that is not so. `claim` finishes the sentence and names what is false. */
export function falseClaim(file: string, claim: string): AppError {
  return new AppError('model.invalid_file', `${file} is not a usable GGUF file: ${claim}.`, {
    hint: 'Fetch the file again; if it stays the same, its publisher has to repair it.',
    params: { file, claim },
  });
}

/** What a header may claim at most. Real files stay far below; a hostile one must not cost more than this. */
export const headerLimits = {
  headerBytes: 256 * 1024 * 1024,
  entries: 65_536,
  tensors: 200_000,
  keyBytes: 65_535,
  textBytes: 4 * 1024 * 1024,
  /** All texts together that are kept. */
  keptTextBytes: 32 * 1024 * 1024,
  arrayDepth: 4,
  dimensions: 4,
  /** Elements of an array that are kept; longer ones are skipped. */
  keptItems: 2048,
} as const;
