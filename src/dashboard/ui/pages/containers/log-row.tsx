import type { ReactNode } from 'react';
import { cutLine, useFormat } from '../../kit/index.ts';
import type { TextLine } from './log-buffer.ts';
import { piecesOf, type Pattern } from './log-search.ts';
import { useText } from './text.ts';

export const rowHeightPx = 20;

/** Once for all rows: a style for each would cost more than the row. */
export const rowStyles = {
  '& .log-row': {
    fontFamily: 'monospace',
    fontSize: 13,
    lineHeight: `${rowHeightPx}px`,
    minHeight: rowHeightPx,
    px: 1,
    unicodeBidi: 'isolate',
    whiteSpace: 'pre',
  },
  '& .wraps': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '& .is-error': { color: 'error.main' },
  '& .is-current': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: '-2px' },
  '& .log-aside': { color: 'text.secondary' },
} as const;

interface RowOptions {
  readonly pattern: Pattern;
  readonly wrap: boolean;
  readonly times: boolean;
  /** The match at which the search is. */
  readonly isCurrent: boolean;
}

/** One line as text: whatever the program wrote to fool a terminal or a page is inert. */
export function LogRow({ line, options }: { readonly line: TextLine; readonly options: RowOptions }): ReactNode {
  const t = useText();
  const format = useFormat();
  const { pattern, wrap, times, isCurrent } = options;
  const { text, cutChars } = cutLine(line.text);
  const lost = cutChars + (line.cutBytes ?? 0);
  const classes = ['log-row', wrap && 'wraps', line.stream === 'stderr' && 'is-error', isCurrent && 'is-current'];
  return (
    <div
      dir="auto"
      className={classes.filter(Boolean).join(' ')}
      aria-current={isCurrent || undefined}
      title={line.stream === 'stderr' ? t.stderr : undefined}
    >
      {times && <span className="log-aside">{line.at.slice(0, 23)} </span>}
      {piecesOf(text, pattern).map((piece, index) =>
        piece.isMatch ? (
          // oxlint-disable-next-line react/no-array-index-key -- pieces have no name but their place
          <mark key={index}>{piece.text}</mark>
        ) : (
          piece.text
        ),
      )}
      {lost > 0 && <span className="log-aside"> {t.cut(format.bytes(lost))}</span>}
    </div>
  );
}
