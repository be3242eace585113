import type { ProgressLine } from '#contract';

export interface Layer {
  readonly doneBytes: number;
  /** 0 while it is not known. */
  readonly sizeBytes: number;
}

/** Bytes on their way, as far as the lines of the daemon have told. */
export interface Progress {
  readonly message: string;
  readonly doneBytes: number;
  /** 0 while it is not known. */
  readonly totalBytes: number;
  readonly layers: Readonly<Record<string, Layer>>;
  readonly warnings: readonly string[];
  /** Of the last seconds, oldest first. */
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly atMs: number;
  readonly doneBytes: number;
}

export type TransferState =
  | { readonly state: 'running'; readonly progress: Progress }
  | { readonly state: 'done'; readonly message: string; readonly warnings: readonly string[] }
  | { readonly state: 'failed'; readonly message: string; readonly hint: string | undefined }
  | { readonly state: 'cancelled'; /** What is kept of it. */ readonly hint?: string | undefined };

export const begun: TransferState = {
  state: 'running',
  progress: { message: '', doneBytes: 0, totalBytes: 0, layers: {}, warnings: [], samples: [] },
};

const mostWarnings = 20;
const rateMs = 5000;
const sampleMs = 250;

/** What one more line makes of it. What is over stays as it is. */
export function afterLine(before: TransferState, line: ProgressLine, atMs: number): TransferState {
  if (before.state !== 'running') return before;
  const { progress } = before;
  switch (line.type) {
    case 'success':
      return { state: 'done', message: line.message, warnings: progress.warnings };
    case 'error':
      return { state: 'failed', message: line.message, hint: line.hint };
    case 'warning':
      return {
        state: 'running',
        progress: { ...progress, warnings: [...progress.warnings, line.message].slice(-mostWarnings) },
      };
    case 'progress': {
      const { layer, total = 0, message } = line;
      const layers =
        layer?.id === undefined
          ? progress.layers
          : { ...progress.layers, [layer.id]: { doneBytes: layer.current, sizeBytes: layer.size } };
      const sum = Object.values(layers).reduce((bytes, one) => bytes + one.doneBytes, 0);
      // It never goes backwards, whatever order the lines come in.
      const doneBytes = Math.max(progress.doneBytes, sum);
      return {
        state: 'running',
        progress: {
          ...progress,
          message,
          layers,
          doneBytes,
          samples: sampled(progress.samples, { atMs, doneBytes }),
          totalBytes: Math.max(progress.totalBytes, total),
        },
      };
    }
  }
}

function sampled(before: readonly Sample[], next: Sample): readonly Sample[] {
  if (next.doneBytes === 0) return before;
  // What was here from an earlier attempt counts as no speed: the first sample is where it begins.
  const last = before.at(-1);
  if (last && before.length > 1 && next.atMs - last.atMs < sampleMs) return before;
  return [...before.filter(({ atMs }) => next.atMs - atMs <= rateMs), next];
}

/** Bytes a second over the last seconds; undefined before there is anything to tell it by. */
export function rateOf({ samples }: Progress): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < sampleMs) return undefined;
  return ((last.doneBytes - first.doneBytes) / (last.atMs - first.atMs)) * 1000;
}

/** Seconds until all is there at this speed. */
export function secondsLeft(progress: Progress): number | undefined {
  const rate = rateOf(progress);
  const missing = progress.totalBytes - progress.doneBytes;
  return rate !== undefined && rate > 0 && missing > 0 ? Math.ceil(missing / rate) : undefined;
}

/** 0 to 100, or undefined while the end is not known. */
export function percentOf({ doneBytes, totalBytes }: Progress): number | undefined {
  return totalBytes > 0 ? Math.min(100, (doneBytes / totalBytes) * 100) : undefined;
}
