import { addInterval, firstGap, frontier, totalBytes, type Interval, type Intervals } from './intervals.ts';

/** A range somebody fetches now. `end` moves down when another worker takes over its rest. */
export interface Piece {
  readonly start: number;
  /** Received up to here; not yet all on disk. */
  next: number;
  end: number;
  /** Bytes per second, measured lately; undefined before the first measurement. */
  rate: number | undefined;
}

/** Who fetches what. What is neither on disk nor being fetched is free to take, so a failed piece needs no bookkeeping. */
export interface Pieces {
  readonly done: Intervals;
  readonly active: ReadonlySet<Piece>;
  readonly doneBytes: number;
  readonly frontier: number;
  /** Infinity while nobody knows. */
  sizeBytes: number;
  /** The lowest free piece; when none is left, the rest of one that will take long. */
  take(): Piece | undefined;
  /** Everything from the frontier on, for a source that only sends whole contents. */
  takeAll(): Piece;
  release(piece: Piece): void;
  onDisk(range: Interval): void;
}

export interface PiecesOptions {
  readonly sizeBytes: number;
  readonly pieceBytes: number;
  readonly done: Intervals;
}

// Below this a new request costs more than it saves.
const leastSplitBytes = 2 << 20;
const longTailSeconds = 2;

export function createPieces(options: PiecesOptions): Pieces {
  const { pieceBytes } = options;
  let { sizeBytes } = options;
  let done = options.done;
  const active = new Set<Piece>();
  const start = (from: number, end: number): Piece => {
    const piece: Piece = { start: from, next: from, end, rate: undefined };
    active.add(piece);
    return piece;
  };
  return {
    get done() {
      return done;
    },
    active,
    get doneBytes() {
      return totalBytes(done);
    },
    get frontier() {
      return frontier(done);
    },
    get sizeBytes() {
      return sizeBytes;
    },
    set sizeBytes(value) {
      sizeBytes = value;
    },
    take() {
      let covered = done;
      for (const piece of active) covered = addInterval(covered, [piece.start, piece.end]);
      const gap = firstGap(covered, sizeBytes);
      if (gap) return start(gap[0], Math.min(gap[1], (Math.floor(gap[0] / pieceBytes) + 1) * pieceBytes));
      const victim = slowest(active);
      if (victim === undefined) return undefined;
      const end = victim.end;
      victim.end = victim.next + Math.ceil((end - victim.next) / 2);
      return start(victim.end, end);
    },
    takeAll: () => start(frontier(done), sizeBytes),
    release: (piece) => void active.delete(piece),
    onDisk(range) {
      done = addInterval(done, range);
    },
  };
}

/** The piece whose rest takes longest, if it is worth sharing. */
function slowest(active: ReadonlySet<Piece>): Piece | undefined {
  const secondsLeft = ({ next, end, rate }: Piece): number =>
    rate === undefined ? 0 : (end - next) / Math.max(rate, 1);
  const worthwhile = [...active].filter(
    (piece) => piece.end - piece.next >= leastSplitBytes && secondsLeft(piece) > longTailSeconds,
  );
  return worthwhile.toSorted((a, b) => secondsLeft(b) - secondsLeft(a))[0];
}
