import type { LogLine } from '#contract';
import type { OutputChunk } from '#docker';

/** Longer lines are cut; the Engine breaks them up at 16 KiB, with a stamp in each part, so what is kept is all of one part. */
const longestLine = 8192;
const longestStamp = 40;

export interface LogLinesOptions {
  /** After so many bytes of lines it is enough; none for a log that is followed. */
  readonly limitBytes: number | undefined;
}

interface Unfinished {
  readonly parts: Buffer[];
  keptBytes: number;
  lostBytes: number;
}

/** The lines of what a container wrote, each with the Engine's stamp before it; batches are as the bytes come. */
export async function* logLines(
  chunks: AsyncIterable<OutputChunk>,
  { limitBytes }: LogLinesOptions,
): AsyncGenerator<readonly LogLine[]> {
  const unfinished = { stdout: fresh(), stderr: fresh() };
  let readBytes = 0;
  // The head of the answer goes out before the first line.
  yield [];
  for await (const { stream, bytes } of chunks) {
    const lines: LogLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      add(unfinished[stream], bytes.subarray(from, end));
      lines.push(lineOf(stream, unfinished[stream]));
      unfinished[stream] = fresh();
      from = end + 1;
    }
    add(unfinished[stream], bytes.subarray(from));
    readBytes += bytes.length;
    if (limitBytes !== undefined && readBytes > limitBytes) {
      yield [...lines, { type: 'limit' }];
      return;
    }
    if (lines.length > 0) yield lines;
  }
  const left = (['stdout', 'stderr'] as const).filter((stream) => unfinished[stream].keptBytes > 0);
  if (left.length > 0) yield left.map((stream) => lineOf(stream, unfinished[stream]));
}

function fresh(): Unfinished {
  return { parts: [], keptBytes: 0, lostBytes: 0 };
}

function add(line: Unfinished, bytes: Buffer): void {
  const room = longestLine + longestStamp - line.keptBytes;
  const kept = bytes.subarray(0, Math.max(0, room));
  if (kept.length > 0) line.parts.push(Buffer.from(kept));
  line.keptBytes += kept.length;
  line.lostBytes += bytes.length - kept.length;
}

function lineOf(stream: OutputChunk['stream'], { parts, lostBytes }: Unfinished): LogLine {
  const whole = Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
  const stamp = /^\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:\d\d) ?/.exec(whole)?.[0] ?? '';
  const text = whole.slice(stamp.length);
  return { stream, at: stamp.trim(), text, ...(lostBytes > 0 ? { cutBytes: lostBytes } : {}) };
}
