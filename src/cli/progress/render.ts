import { formatSize } from '#core';
import type { Translate } from '../messages/translate.ts';
import { shortDuration } from '../output/duration.ts';
import { printableLine } from '../output/printable.ts';
import { cutToWidth, displayWidth, padToWidth } from '../output/width.ts';
import { isComplete, summarize, summarizeLayer, type LayerProgress, type Progress, type Summary } from './state.ts';

export interface RenderOptions {
  readonly nowMs: number;
  readonly columns: number;
  /** Most lines that may be drawn. */
  readonly rows: number;
  readonly t: Translate;
  /** What a layer whose id is not a digest is called. */
  readonly label: string;
}

const widestBar = 40;
const narrowestBar = 8;

/** One line per layer as Docker draws them, and a total when there are several. None is wider than the terminal. */
export function barLines(progress: Progress, options: RenderOptions): string[] {
  const { t, nowMs } = options;
  const several = progress.layers.length > 1;
  const shown = visible(progress.layers, options.rows - (several ? 1 : 0));
  const titles = shown.map(
    (layer) => `${title(layer, options.label)}: ${stateWord(layer, { mode: progress.mode, t })}`,
  );
  const totalTitle = `${t('progress.total')}:`;
  const width = Math.max(...[...titles, ...(several ? [totalTitle] : [])].map(displayWidth), 0);
  const line = (text: string, summary: Summary): string =>
    fit(padToWidth(text, width), { summary, columns: options.columns, t });
  const lines = shown.map((layer, index) => {
    const text = titles[index] ?? '';
    return isComplete(layer)
      ? cutToWidth(`${padToWidth(text, width)} ${formatSize(layer.sizeBytes)}`, options.columns)
      : line(text, summarizeLayer(layer, nowMs));
  });
  return several ? [...lines, line(totalTitle, summarize(progress, nowMs))] : lines;
}

/** `Downloaded 12MB of 98MB (12%)  5MB/s  ETA 16s`, for logs and pipes. */
export function plainLine(progress: Progress, { nowMs, t }: { nowMs: number; t: Translate }): string {
  const all = summarize(progress, nowMs);
  const current = formatSize(all.currentBytes);
  const known = { current, total: formatSize(all.totalBytes), percent: percentOf(all) };
  const sent = progress.mode === 'push' ? t('progress.plainUpload', known) : t('progress.plain', known);
  const text = all.totalBytes > 0 ? sent : t('progress.plainUnknown', { current });
  return [text, ...rates(all, t)].join('  ');
}

export function percentOf({ currentBytes, totalBytes }: Summary): number {
  return totalBytes > 0 ? Math.floor((Math.min(currentBytes, totalBytes) * 100) / totalBytes) : 0;
}

// With many shards, those that move are worth their lines more than those that are done or wait.
function visible(layers: readonly LayerProgress[], rows: number): readonly LayerProgress[] {
  if (layers.length <= rows) return layers;
  const moving = layers.filter((layer) => !isComplete(layer));
  return (moving.length > 0 ? moving : layers).slice(0, Math.max(rows, 0));
}

function title(layer: LayerProgress, label: string): string {
  const hex = /^sha256:([0-9a-f]{12})/.exec(layer.id)?.[1];
  return hex ?? cutToWidth(printableLine(label), 40);
}

function stateWord(layer: LayerProgress, { mode, t }: { mode: Progress['mode']; t: Translate }): string {
  if (isComplete(layer)) return t('progress.complete');
  if (layer.currentBytes === 0) return t('progress.waiting');
  return t(mode === 'push' ? 'progress.uploading' : 'progress.downloading');
}

function rates(summary: Summary, t: Translate): string[] {
  if (summary.bytesPerSecond <= 0) return [];
  const speed = `${formatSize(Number(summary.bytesPerSecond.toPrecision(3)))}/s`;
  if (summary.remainingMs === undefined || summary.currentBytes >= summary.totalBytes) return [speed];
  return [speed, t('progress.eta', { duration: shortDuration(summary.remainingMs) })];
}

function fit(text: string, { summary, columns, t }: { summary: Summary; columns: number; t: Translate }): string {
  const amount =
    summary.totalBytes > 0
      ? `${formatSize(summary.currentBytes)}/${formatSize(summary.totalBytes)}`
      : formatSize(summary.currentBytes);
  const right = [amount, ...rates(summary, t)].join('  ');
  // Two spaces around the bar and its two brackets.
  const room = columns - displayWidth(text) - displayWidth(right) - 4;
  if (summary.totalBytes === 0 || room < narrowestBar) return cutToWidth(`${text} ${right}`, columns);
  return `${text} ${bar(Math.min(room, widestBar), summary)} ${right}`;
}

function bar(width: number, { currentBytes, totalBytes }: Summary): string {
  const filled = Math.min(width, Math.round((currentBytes / totalBytes) * width));
  if (filled >= width) return `[${'='.repeat(width)}]`;
  return `[${`${'='.repeat(filled)}>`.padEnd(width).slice(0, width)}]`;
}
