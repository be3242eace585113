import { AppError } from '#core';

const longestLine = 1024 * 1024;

/** Splits text that comes in pieces into lines without their ends; blank lines are left out. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new AppError('internal', 'The daemon sent a line longer than 1 MiB.');
    for (const line of lines) if (line.trim() !== '') yield line.trimEnd();
  }
  if (rest.trim() !== '') yield rest.trimEnd();
}
