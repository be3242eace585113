import type { Clock } from '#core';
import type { CliOutput } from '../types.ts';
import { columnsOf, createLiveArea } from './live-area.ts';
import { cutToWidth } from './width.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;

/** A moving sign with a text made anew for every frame; nothing on a file or pipe. Stopping removes it. */
export function startSpinner(
  text: (elapsedMs: number) => string,
  { output, clock, afterMs = 150 }: { output: CliOutput; clock: Clock; afterMs?: number },
): { stop(): void } {
  if (!output.isTTY) return { stop() {} };
  const area = createLiveArea(output);
  const beganAt = clock.monotonic();
  let frame = 0;
  const draw = (): void => {
    const line = `${frames[frame % frames.length]} ${text(clock.monotonic() - beganAt)}`;
    frame += 1;
    area.draw([cutToWidth(line, columnsOf(output))]);
    cancel = clock.schedule(frameMs, draw);
  };
  // An answer that comes at once needs no flicker.
  let cancel = clock.schedule(afterMs, draw);
  return {
    stop() {
      cancel();
      area.clear();
    },
  };
}
