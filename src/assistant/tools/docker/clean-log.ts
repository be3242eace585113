import { withoutControls } from '../define-tool.ts';

const longestLine = 4000;

/** A log as text: no colours, no cursor, of lines that were drawn over the last state, long lines cut. */
export function cleanLog(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const drawn = line.replace(/\r$/, '').split('\r').at(-1) ?? '';
      const plain = withoutControls(drawn);
      return plain.length > longestLine ? `${plain.slice(0, longestLine)}… (line cut)` : plain;
    })
    .join('\n')
    .trim();
}
