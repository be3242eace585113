import { rm, stat } from 'node:fs/promises';
import { AppError, type Clock, type Digest, type Log } from '#core';
import type { RemoteBlob, RemoteBody, Transfer, TransferOptions, TransferResult } from '../types.ts';
import { cancelled, download } from './download.ts';
import { readJournal, removeJournal, type Journal } from './journal.ts';
import { defaultTransferLimits, type TransferLimits } from './limits.ts';
import { checkSpace, freeBytes, openPartialFile, type ContentIdentity } from './partial-file.ts';
import { createPieces } from './pieces.ts';

export interface TransferDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<TransferLimits> | undefined;
  /** 0 to 1; spreads retries. */
  readonly random?: (() => number) | undefined;
  readonly free?: ((path: string) => Promise<number>) | undefined;
}

const mostRounds = 3;

/**
 * Makes the one way bytes come onto this disk. Two processes must not write the same `partial` at once; the caller's
 * lock sees to that. Within a process, calls with different partials are independent.
 */
export function createTransfer(dependencies: TransferDependencies): Transfer {
  const limits = { ...defaultTransferLimits, ...dependencies.limits };
  const { clock, log, random = Math.random, free = freeBytes } = dependencies;
  return async (blob, options) => {
    const tally: Tally = { fetchedBytes: 0, reportedBytes: 0 };
    for (let round = 1; ; round += 1) {
      if (options.signal.aborted) throw cancelled(options.signal);
      const environment = { clock, log, limits, random, free };
      try {
        return await runRound({ blob, options, tally, environment });
      } catch (error) {
        if (!(error instanceof StartOver)) throw error;
        await discard(options);
        if (round === mostRounds) throw error.failure;
        log.warn('transfer starts over', { label: blob.label, reason: error.failure.message });
      }
    }
  };
}

interface Tally {
  fetchedBytes: number;
  reportedBytes: number;
}

interface Round {
  readonly blob: RemoteBlob;
  readonly options: TransferOptions;
  readonly tally: Tally;
  readonly environment: {
    readonly clock: Clock;
    readonly log: Log;
    readonly limits: TransferLimits;
    readonly random: () => number;
    readonly free: (path: string) => Promise<number>;
  };
}

/** What is on disk is of no use, but the source may be fine. */
class StartOver extends Error {
  readonly failure: AppError;
  constructor(failure: AppError) {
    super(failure.message);
    this.failure = failure;
  }
}

async function runRound({ blob, options, tally, environment }: Round): Promise<TransferResult> {
  const { clock, log, limits, random, free } = environment;
  const { expected, signal, partial, destination } = options;
  const journalPath = `${partial}.json`;
  const knownSize = expected.sizeBytes ?? blob.sizeBytes;
  const journal = await usableJournal(journalPath, { partial, digest: expected.digest, sizeBytes: knownSize });
  const resumedBytes = journal?.done.reduce((sum, [start, end]) => sum + end - start, 0) ?? 0;
  const identity: ContentIdentity = {
    sizeBytes: knownSize ?? journal?.sizeBytes,
    etag: journal?.etag,
    digest: expected.digest,
  };
  const pieces = createPieces({
    sizeBytes: identity.sizeBytes ?? Infinity,
    pieceBytes: limits.pieceBytes,
    done: journal?.done ?? [],
  });
  if (identity.sizeBytes !== undefined) {
    await checkSpace(partial, { missingBytes: identity.sizeBytes - pieces.doneBytes, free });
  }
  const report = (): void => {
    tally.reportedBytes = Math.max(tally.reportedBytes, pieces.doneBytes);
    options.onProgress?.(tally.reportedBytes, identity.sizeBytes);
  };
  const file = await openPartialFile({
    path: partial,
    journalPath,
    pieces,
    identity,
    clock,
    limits,
    onWritten: report,
  });
  let isMixed = false;
  let isFirstAnswer = true;
  let isSpent = false;
  try {
    if (resumedBytes > 0) report();
    const onOpen = (body: RemoteBody): void => {
      checkSize(body, { identity, blob, stated: knownSize });
      if (identity.sizeBytes !== undefined) pieces.sizeBytes = identity.sizeBytes;
      const isChanged = identity.etag !== undefined && body.etag !== undefined && identity.etag !== body.etag;
      const isResuming = isFirstAnswer && resumedBytes > 0;
      isFirstAnswer = false;
      // Within one transfer a digest proves the result anyway, and copies of one content may carry different etags.
      if (isChanged && (expected.digest === undefined || isResuming)) throw new StartOver(sourceChanged(blob));
      isMixed ||= isChanged;
      identity.etag ??= body.etag;
    };
    const sizeBytes = await download({
      blob,
      pieces,
      connections: options.connections ?? limits.connections,
      write: (start, buffers) => file.write(start, buffers),
      onOpen,
      onReceived: (bytes) => (tally.fetchedBytes += bytes),
      clock,
      log,
      limits,
      random,
      signal,
    });
    const digest = await file.digest(sizeBytes);
    if (expected.digest !== undefined && digest !== expected.digest) {
      isSpent = true;
      const failure = digestMismatch(blob, { expected: expected.digest, actual: digest });
      const comesFromElsewhere = blob.onWrongContent?.() === true;
      throw resumedBytes > 0 || isMixed || comesFromElsewhere ? new StartOver(failure) : failure;
    }
    await file.publish(destination, sizeBytes);
    report();
    return { digest, sizeBytes, fetchedBytes: tally.fetchedBytes };
  } catch (error) {
    isSpent ||= pieces.doneBytes === 0;
    // The failure itself is what the caller must hear about; a journal that is behind only costs some bytes.
    if (!isSpent) await file.save().catch(() => undefined);
    throw error;
  } finally {
    await file.close();
    if (isSpent) await discard(options);
  }
}

async function usableJournal(
  path: string,
  { partial, digest, sizeBytes }: { partial: string; digest: Digest | undefined; sizeBytes: number | undefined },
): Promise<Journal | undefined> {
  const journal = await readJournal(path);
  if (journal === undefined) return undefined;
  const size = await stat(partial).then(
    (found) => found.size,
    () => -1,
  );
  const isOther =
    (digest !== undefined && journal.digest !== digest) ||
    (sizeBytes !== undefined && journal.sizeBytes !== undefined && journal.sizeBytes !== sizeBytes) ||
    size < (journal.done.at(-1)?.[1] ?? 0) ||
    (sizeBytes ?? Infinity) < (journal.done.at(-1)?.[1] ?? 0);
  return isOther ? undefined : journal;
}

function checkSize(
  { totalBytes }: RemoteBody,
  { identity, blob, stated }: { identity: ContentIdentity; blob: RemoteBlob; stated: number | undefined },
): void {
  if (totalBytes === undefined || totalBytes === identity.sizeBytes) return;
  if (identity.sizeBytes === undefined) {
    identity.sizeBytes = totalBytes;
    return;
  }
  if (stated === undefined) throw new StartOver(sourceChanged(blob));
  throw new AppError(
    'source.invalid_response',
    `${blob.label} has ${totalBytes} bytes where ${stated} were announced.`,
    {
      hint: 'Try again later; the source contradicts itself.',
      params: { label: blob.label, actual: totalBytes, expected: stated },
    },
  );
}

function sourceChanged(blob: RemoteBlob): AppError {
  return new AppError('source.invalid_response', `${blob.label} keeps changing while it is fetched.`, {
    hint: 'Try again later, or name a fixed version.',
    params: { label: blob.label },
  });
}

function digestMismatch(blob: RemoteBlob, { expected, actual }: { expected: Digest; actual: Digest }): AppError {
  return new AppError(
    'source.digest_mismatch',
    `${blob.label} is not what its digest says: ${actual} came instead of ${expected}.`,
    {
      hint: 'What was fetched is removed. Try again; if it stays so, the source or something on the way changes the content.',
      params: { label: blob.label, expected, actual },
    },
  );
}

async function discard({ partial }: TransferOptions): Promise<void> {
  await removeJournal(`${partial}.json`);
  await rm(partial, { force: true });
}
