export interface TransferLimits {
  /** Streams at once for large blobs. */
  readonly connections: number;
  /** What one request of several asks for. */
  readonly pieceBytes: number;
  /** From how many missing bytes on several streams are worth it. */
  readonly parallelFromBytes: number;
  /** Pieces of work collected before a write. */
  readonly batchBytes: number;
  /** The journal is brought up to date after so many bytes or so much time, whichever comes first; a kill wastes at most that. */
  readonly journalBytes: number;
  readonly journalMs: number;
  /** Attempts without a single new byte before a transfer fails. */
  readonly attempts: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** A server that asks for a longer pause is taken at its word and the transfer fails. */
  readonly longestPauseMs: number;
}

const mebibyte = 1 << 20;

export const defaultTransferLimits: TransferLimits = {
  connections: 4,
  pieceBytes: 16 * mebibyte,
  parallelFromBytes: 32 * mebibyte,
  batchBytes: mebibyte,
  journalBytes: 4 * mebibyte,
  journalMs: 1000,
  attempts: 5,
  backoffBaseMs: 500,
  backoffMaxMs: 15_000,
  longestPauseMs: 60_000,
};
