/** A stretch of base64 and what it says. */
export interface DecodedRun {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** Shorter texts hold no secret of any kind that we know. */
const shortest = 24;
const pieceChars = 1 << 20;
const overlapChars = 1024;

// Lines of base64 may be folded, and inside JSON a line end is written as \n.
const folded = /(?:(?:\r?\n|(?:\\r)?\\n)[\w+/-]{4,})*/y;
const lineEnd = /\\[rn]|[\r\n]/g;

/**
 * Every stretch of base64 (also its URL form), decoded once, a bounded piece at a time; `bytes` are the text's in Latin-1. Long identifiers
 * decode to noise: harmless.
 */
export function* decodedRuns(text: string, bytes: Uint8Array): Generator<DecodedRun> {
  const alphabet = base64Alphabet();
  let start = 0;
  for (let index = 0; index <= bytes.length; index += 1) {
    if (index < bytes.length && alphabet[bytes[index] ?? 0] === 1) continue;
    if (index - start >= shortest) {
      folded.lastIndex = index;
      const end = index + (folded.exec(text)?.[0].length ?? 0);
      yield* decodedPieces(text, { start, end });
      index = end;
    }
    start = index + 1;
  }
}

function* decodedPieces(text: string, { start, end }: { start: number; end: number }): Generator<DecodedRun> {
  const plain = text.slice(start, end).replaceAll(lineEnd, '');
  for (let from = 0; from < plain.length; from += pieceChars - overlapChars) {
    yield { start, end, bytes: Buffer.from(plain.slice(from, from + pieceChars), 'base64') };
    if (from + pieceChars >= plain.length) return;
  }
}

function base64Alphabet(): Uint8Array {
  const alphabet = new Uint8Array(256);
  for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_'))
    alphabet[byte] = 1;
  return alphabet;
}
