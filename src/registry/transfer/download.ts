import { AppError, delay, toAppError, type Clock, type Log } from '#core';
import type { RemoteBlob, RemoteBody } from '../types.ts';
import { fetchPiece } from './fetch-piece.ts';
import type { TransferLimits } from './limits.ts';
import { createPace } from './pace.ts';
import type { Piece, Pieces } from './pieces.ts';
import { judge } from './retry.ts';

export interface DownloadOptions {
  readonly blob: RemoteBlob;
  readonly pieces: Pieces;
  readonly connections: number;
  readonly write: (start: number, buffers: readonly Uint8Array[]) => Promise<void>;
  /** Checks that an answer is still about the same content; throws when it is not. */
  readonly onOpen: (body: RemoteBody) => void;
  readonly onReceived: (bytes: number) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: TransferLimits;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

const tickMs = 500;
// After trouble the number of streams grows again only once the source has been well for so long.
const cautionMs = 10_000;

/** Fetches everything that is missing, with as many streams as help. Resolves with the size once all of it is on disk. */
export function download(options: DownloadOptions): Promise<number> {
  return createDownload(options).run();
}

function createDownload(options: DownloadOptions): { run(): Promise<number> } {
  const { blob, pieces, clock, log, limits, signal } = options;
  const stopping = new AbortController();
  const attempts = new Map<Piece, AbortController>();
  const workers = new Set<Promise<void>>();
  const pace = createPace();
  let sequential = !blob.acceptsRanges || options.connections < 2 || missingBytes() < limits.parallelFromBytes;
  let lastFailureAt = -Infinity;
  let failure: unknown;

  function missingBytes(): number {
    return pieces.sizeBytes - pieces.doneBytes;
  }

  function spawn(): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        failure ??= error;
        stopping.abort();
      })
      .finally(() => workers.delete(running));
    workers.add(running);
  }

  function spawnAnother(): void {
    const isCautious = clock.monotonic() - lastFailureAt < cautionMs;
    if (!sequential && !isCautious && workers.size < options.connections && !stopping.signal.aborted) spawn();
  }

  function nextPiece(): Piece | undefined {
    if (missingBytes() <= 0) return undefined;
    if (!sequential) return pieces.take();
    return pieces.active.size === 0 ? pieces.takeAll() : undefined;
  }

  function onOpen(piece: Piece, body: RemoteBody): void {
    options.onOpen(body);
    piece.end = Math.min(piece.end, pieces.sizeBytes);
    const isIgnored = body.startByte !== piece.start || (body.isWhole === true && piece.end < pieces.sizeBytes);
    const isEndless = piece.end !== Infinity && pieces.sizeBytes === Infinity;
    if (!sequential && (isIgnored || isEndless)) {
      sequential = true;
      log.info('source does not serve ranges; one stream is used', { label: blob.label });
      for (const [other, attempt] of attempts) if (other !== piece) attempt.abort(regroup);
      if (pieces.active.size > 1 || !isIgnored) throw regroup;
      piece.end = pieces.sizeBytes;
    }
    if (body.startByte > piece.start) {
      throw new AppError('source.invalid_response', `${blob.label}: the server sent bytes that were not asked for.`, {
        params: { label: blob.label },
      });
    }
    spawnAnother();
  }

  /** Fetches one piece; true when bytes came, whatever happened afterwards. */
  async function fetchOne(piece: Piece): Promise<{ progressed: boolean; error?: unknown }> {
    const attempt = new AbortController();
    attempts.set(piece, attempt);
    const before = pieces.doneBytes;
    try {
      const end = await fetchPiece({
        blob,
        piece,
        batchBytes: limits.batchBytes,
        signal: AbortSignal.any([signal, stopping.signal, attempt.signal]),
        write: options.write,
        onOpen: (body) => onOpen(piece, body),
        onReceived: options.onReceived,
      });
      if (!Number.isFinite(pieces.sizeBytes)) pieces.sizeBytes = end;
      return { progressed: true };
    } catch (error) {
      const isRegrouping = attempt.signal.reason === regroup || error === regroup;
      return {
        progressed: isRegrouping || piece.next > piece.start || pieces.doneBytes > before,
        error: isRegrouping ? undefined : error,
      };
    } finally {
      attempts.delete(piece);
      pieces.release(piece);
      attempt.abort();
    }
  }

  async function work(): Promise<void> {
    let fruitless = 0;
    for (;;) {
      const piece = stopping.signal.aborted ? undefined : nextPiece();
      if (piece === undefined) return;
      const { progressed, error: thrown } = await fetchOne(piece);
      if (signal.aborted) throw cancelled(signal);
      if (stopping.signal.aborted) return;
      if (progressed) fruitless = 0;
      if (thrown === undefined) continue;
      fruitless += 1;
      lastFailureAt = clock.monotonic();
      const error = toAppError(thrown);
      const verdict = judge({ error, attempt: fruitless, nowMs: clock.now(), jitter: options.random() }, limits);
      if (verdict.kind === 'give_up') throw thrown;
      log.info('transfer interrupted', {
        label: blob.label,
        code: error.code,
        attempt: fruitless,
        delayMs: verdict.delayMs,
      });
      // A source may allow fewer streams than we use: those that keep failing leave the rest to the others.
      if (fruitless >= 2 && workers.size > 1) return;
      await delay(verdict.delayMs, { clock, signal: AbortSignal.any([signal, stopping.signal]) }).catch(
        () => undefined,
      );
      if (signal.aborted) throw cancelled(signal);
    }
  }

  function watch(): () => void {
    let cancel = clock.schedule(tickMs, function tick() {
      for (const piece of pace.tick(pieces.active, clock.monotonic())) {
        if (sequential) continue;
        log.info('slow stream replaced', { label: blob.label, startByte: piece.next, bytesPerSecond: piece.rate });
        attempts.get(piece)?.abort(regroup);
      }
      // Streams that ended for want of work come back to share a long rest.
      spawnAnother();
      cancel = clock.schedule(tickMs, tick);
    });
    return () => cancel();
  }

  return {
    async run() {
      const unwatch = watch();
      try {
        // A stream may leave its piece to another one that is just ending; then one more begins.
        do {
          spawn();
          while (workers.size > 0) await Promise.race(workers);
        } while (failure === undefined && missingBytes() > 0);
      } finally {
        unwatch();
      }
      if (failure !== undefined) throw failure;
      return pieces.sizeBytes;
    },
  };
}

/** Reason for ending an attempt that nobody is to blame for. */
const regroup = Symbol('regroup');

export function cancelled(signal: AbortSignal): AppError {
  return new AppError('request.aborted', 'The transfer was cancelled; what has arrived is kept.', {
    cause: signal.reason,
  });
}
