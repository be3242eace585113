import type { Piece } from './pieces.ts';

/** Measures every stream once per tick and names those so slow that a new connection is the better bet. */
export interface Pace {
  tick(active: ReadonlySet<Piece>, nowMs: number): Piece[];
}

interface Sample {
  next: number;
  atMs: number;
  readonly sinceMs: number;
}

const patienceMs = 2000;
const slowShare = 1 / 8;
// Reconnecting for a rest that comes soon anyway gains nothing.
const worthwhileSeconds = 3;
const mostReconnects = 3;
const memory = 0.9;

export function createPace(): Pace {
  const samples = new WeakMap<Piece, Sample>();
  const reconnects = new Map<number, number>();
  let best = 0;
  return {
    tick(active, nowMs) {
      best *= memory;
      const slow: Piece[] = [];
      for (const piece of active) {
        const sample = samples.get(piece);
        if (sample === undefined) {
          samples.set(piece, { next: piece.next, atMs: nowMs, sinceMs: nowMs });
          continue;
        }
        const seconds = Math.max(nowMs - sample.atMs, 1) / 1000;
        const current = (piece.next - sample.next) / seconds;
        piece.rate = piece.rate === undefined ? current : (piece.rate + current) / 2;
        best = Math.max(best, piece.rate);
        samples.set(piece, { next: piece.next, atMs: nowMs, sinceMs: sample.sinceMs });
      }
      for (const piece of active) {
        const age = nowMs - (samples.get(piece)?.sinceMs ?? nowMs);
        const { rate } = piece;
        if (rate === undefined || age < patienceMs || rate >= best * slowShare) continue;
        const secondsLeft = (piece.end - piece.next) / Math.max(rate, 1);
        const tried = reconnects.get(piece.end) ?? 0;
        if (secondsLeft < worthwhileSeconds || tried >= mostReconnects) continue;
        reconnects.set(piece.end, tried + 1);
        slow.push(piece);
      }
      return slow;
    },
  };
}
