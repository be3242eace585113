import type { ProgressLine } from '#contract';

/** Bytes known at a time; two of them give a speed. */
interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

export interface LayerProgress {
  readonly id: string;
  readonly sizeBytes: number;
  readonly currentBytes: number;
  /** Of the last few seconds, oldest first. */
  readonly samples: readonly Sample[];
}

/** Everything a pull has told so far. Pure data; `nextProgress` makes it, the renderers read it. */
export interface Progress {
  readonly layers: readonly LayerProgress[];
  /** Whole model, where the daemon says; 0 while unknown. */
  readonly totalBytes: number;
  readonly mode: 'pull' | 'push';
}

export const noProgress: Progress = { layers: [], totalBytes: 0, mode: 'pull' };

const windowMs = 5000;

export function nextProgress(progress: Progress, line: ProgressLine, nowMs: number): Progress {
  const layer = line.layer;
  if (line.type !== 'progress' || !layer || (layer.size === 0 && layer.current === 0)) return progress;
  const id = layer.id ?? '';
  const known = progress.layers.find((one) => one.id === id);
  const sample: Sample = { atMs: nowMs, bytes: layer.current };
  const samples = [...(known?.samples ?? []), sample];
  const next: LayerProgress = {
    id,
    sizeBytes: Math.max(layer.size, layer.current),
    currentBytes: layer.current,
    samples: samples.filter((one, index) => one.atMs >= nowMs - windowMs || index === samples.length - 1),
  };
  return {
    layers: known ? progress.layers.map((one) => (one === known ? next : one)) : [...progress.layers, next],
    totalBytes: Math.max(progress.totalBytes, line.total ?? 0),
    mode: line.mode ?? progress.mode,
  };
}

/** Bytes a second over the last few seconds; what was there at the first sight (a resumed transfer) does not count. */
export function speedOf(layer: LayerProgress, nowMs: number): number {
  const recent = layer.samples.filter((sample) => sample.atMs >= nowMs - windowMs);
  const [first] = recent;
  const last = recent.at(-1);
  if (!first || !last || nowMs - first.atMs < 200) return 0;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (nowMs - first.atMs));
}

export function isComplete(layer: LayerProgress): boolean {
  return layer.sizeBytes > 0 && layer.currentBytes >= layer.sizeBytes;
}

export interface Summary {
  readonly currentBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  /** Undefined while the speed or the size is unknown. */
  readonly remainingMs: number | undefined;
}

export function summarize(progress: Progress, nowMs: number): Summary {
  const sum = (value: (layer: LayerProgress) => number): number =>
    progress.layers.reduce((total, layer) => total + value(layer), 0);
  return summary({
    currentBytes: sum((layer) => layer.currentBytes),
    totalBytes: Math.max(
      progress.totalBytes,
      sum((layer) => layer.sizeBytes),
    ),
    bytesPerSecond: sum((layer) => speedOf(layer, nowMs)),
  });
}

export function summarizeLayer(layer: LayerProgress, nowMs: number): Summary {
  return summary({
    currentBytes: layer.currentBytes,
    totalBytes: layer.sizeBytes,
    bytesPerSecond: speedOf(layer, nowMs),
  });
}

function summary(parts: Omit<Summary, 'remainingMs'>): Summary {
  const left = parts.totalBytes - parts.currentBytes;
  const known = parts.totalBytes > 0 && parts.bytesPerSecond > 0 && left >= 0;
  return { ...parts, remainingMs: known ? (left * 1000) / parts.bytesPerSecond : undefined };
}
