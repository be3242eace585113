import type { Clock } from '#core';
import type { ProgressLine } from '#contract';
import type { Translate } from '../messages/translate.ts';
import { columnsOf, createLiveArea } from '../output/live-area.ts';
import type { CliOutput } from '../types.ts';
import { barLines, percentOf, plainLine } from './render.ts';
import { isComplete, nextProgress, noProgress, summarize, type Progress } from './state.ts';

export interface ProgressReport {
  add(line: ProgressLine): void;
  /** Writes a line without disturbing the bars. */
  say(text: string): void;
  /** Leaves the last state on the screen and stops all timers. */
  end(): void;
}

export interface ProgressDeps {
  readonly output: CliOutput;
  readonly clock: Clock;
  readonly t: Translate;
  readonly label: string;
}

const redrawMs = 100;
const tickMs = 1000;
const plainEveryMs = 1000;
const plainAtLeastEveryMs = 10_000;
const plainStepPercent = 10;

export function createProgressReport(deps: ProgressDeps): ProgressReport {
  return deps.output.isTTY ? createBars(deps) : createPlainLines(deps);
}

function createBars({ output, clock, t, label }: ProgressDeps): ProgressReport {
  const area = createLiveArea(output);
  let progress: Progress = noProgress;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let cancelTick = (): void => {};

  const draw = (): void => {
    drawnAt = clock.monotonic();
    const rows = Math.max(1, (output.rows ?? 24) - 1);
    area.draw(barLines(progress, { nowMs: drawnAt, columns: columnsOf(output), rows, t, label }));
    cancelTick();
    // Without news the speed falls and the ETA grows; the lines must say so.
    cancelTick = clock.schedule(tickMs, draw);
  };

  return {
    add(line) {
      progress = nextProgress(progress, line, clock.monotonic());
      if (progress.layers.length > 0 && clock.monotonic() - drawnAt >= redrawMs) draw();
    },
    say: (text) => area.printAbove(text),
    end() {
      if (progress.layers.length > 0) draw();
      cancelTick();
      area.leave();
    },
  };
}

/** At most a line a second, for every tenth of the way; a slow transfer says where it is every ten seconds. */
function createPlainLines({ output, clock, t }: ProgressDeps): ProgressReport {
  let progress: Progress = noProgress;
  let said: { atMs: number; percent: number; bytes: number } | undefined;
  const write = (text: string): void => {
    output.write(`${text}\n`);
  };
  const tell = (): void => {
    const nowMs = clock.monotonic();
    const all = summarize(progress, nowMs);
    said = { atMs: nowMs, percent: percentOf(all), bytes: all.currentBytes };
    write(plainLine(progress, { nowMs, t }));
  };
  const tellUntold = (): void => {
    if (said && said.bytes !== summarize(progress, clock.monotonic()).currentBytes) tell();
  };
  return {
    add(line) {
      const nowMs = clock.monotonic();
      const before = progress;
      progress = nextProgress(progress, line, nowMs);
      if (progress === before) return;
      said ??= { atMs: nowMs - plainEveryMs, percent: 0, bytes: -1 };
      const sinceMs = nowMs - said.atMs;
      const steps = percentOf(summarize(progress, nowMs)) - said.percent;
      if (sinceMs >= plainAtLeastEveryMs || (sinceMs >= plainEveryMs && steps >= plainStepPercent)) tell();
    },
    say(text) {
      // What is told next comes after the transfer, so its end is told first.
      if (progress.layers.length > 0 && progress.layers.every(isComplete)) tellUntold();
      write(text);
    },
    end: tellUntold,
  };
}
