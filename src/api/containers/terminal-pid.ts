import type { OutputChunk } from '#docker';

const mark = '\u001B]7447;';
const longest = mark.length + 12;

/** Takes the number of the process, which the shell says first, out of what it writes. A shell that does not say it loses nothing. */
export async function* readPid(
  output: AsyncIterable<OutputChunk>,
  found: (pid: number) => void,
): AsyncGenerator<OutputChunk> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of output) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk.bytes]);
    const text = head.toString('latin1');
    const match = new RegExp(`^${mark.replace(']', String.raw`\]`)}(\\d{1,10})\u0007`).exec(text);
    if (!match && head.length < longest && (mark.startsWith(text) || text.startsWith(mark))) continue;
    if (match) found(Number(match[1]));
    const rest = match ? head.subarray(match[0].length) : head;
    head = undefined;
    if (rest.length > 0) yield { ...chunk, bytes: rest };
  }
  if (head !== undefined && head.length > 0) yield { stream: 'stdout', bytes: head };
}
