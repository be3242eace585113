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
}

export type TransferState =
  | { readonly state: 'running'; readonly progress: Progress }
  | { readonly state: 'done'; readonly message: string; readonly warnings: readonly string[] }
  | { readonly state: 'failed'; readonly message: string; readonly hint: string | undefined }
  | { readonly state: 'cancelled' };

export const begun: TransferState = {
  state: 'running',
  progress: { message: '', doneBytes: 0, totalBytes: 0, layers: {}, warnings: [] },
};

const mostWarnings = 20;

/** What one more line makes of it. What is over stays as it is. */
export function afterLine(before: TransferState, line: ProgressLine): TransferState {
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
      const doneBytes = Object.values(layers).reduce((sum, one) => sum + one.doneBytes, 0);
      return {
        state: 'running',
        // It never goes backwards, whatever order the lines come in.
        progress: {
          ...progress,
          message,
          layers,
          doneBytes: Math.max(progress.doneBytes, doneBytes),
          totalBytes: Math.max(progress.totalBytes, total),
        },
      };
    }
  }
}

/** 0 to 100, or undefined while the end is not known. */
export function percentOf({ doneBytes, totalBytes }: Progress): number | undefined {
  return totalBytes > 0 ? Math.min(100, (doneBytes / totalBytes) * 100) : undefined;
}
