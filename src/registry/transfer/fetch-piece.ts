import { AppError } from '#core';
import type { RemoteBlob, RemoteBody } from '../types.ts';
import { createBatchWriter } from './batch-writer.ts';
import type { Piece } from './pieces.ts';

export interface FetchOptions {
  readonly blob: RemoteBlob;
  readonly piece: Piece;
  readonly batchBytes: number;
  readonly signal: AbortSignal;
  readonly write: (start: number, buffers: readonly Uint8Array[]) => Promise<void>;
  /** Looks at the header of the answer; throws to refuse it. */
  readonly onOpen: (body: RemoteBody) => void;
  readonly onReceived: (bytes: number) => void;
}

/** Fetches one piece to disk, or as much of it as nobody else takes over. Returns where the content ended. */
export async function fetchPiece({
  blob,
  piece,
  batchBytes,
  signal,
  write,
  onOpen,
  onReceived,
}: FetchOptions): Promise<number> {
  const range = { startByte: piece.start, endByte: Number.isFinite(piece.end) ? piece.end : undefined };
  const body = await blob.open(range, { signal });
  const writer = createBatchWriter({ start: piece.start, batchBytes, write });
  let position = body.startByte;
  onOpen(body);
  const askedEnd = piece.end;
  try {
    for await (const chunk of body.chunks) {
      onReceived(chunk.byteLength);
      const wanted = chunk.subarray(Math.max(0, piece.start - position), Math.max(0, piece.end - position));
      position += chunk.byteLength;
      if (wanted.byteLength > 0) {
        piece.next = Math.min(position, piece.end);
        const full = writer.push(wanted);
        if (full) await full;
      }
      // Up to the asked end the body is read to its own end, which keeps the connection usable.
      if (position > askedEnd || (position >= piece.end && piece.end < askedEnd)) break;
    }
  } finally {
    // What has arrived is kept, also when the rest did not.
    await writer.flush();
  }
  if (Number.isFinite(piece.end) && position < piece.end) {
    throw new AppError('source.truncated', `${blob.label} ended ${piece.end - position} bytes early.`, {
      hint: 'Try again; the transfer continues where it stopped.',
      params: { label: blob.label, missingBytes: piece.end - position },
    });
  }
  return position;
}
