export interface ChunkedBody {
  /** How many of the next bytes belong to the body; throws RangeError when they are no chunks. */
  take(bytes: Buffer): number;
  readonly ended: boolean;
}

const maxLineBytes = 16 * 1024;

/** Finds the end of a chunked body, trailers included, in bytes that come in any pieces. */
export function createChunkedBody(): ChunkedBody {
  let state: 'size' | 'data' | 'trailers' | 'ended' = 'size';
  let line = '';
  let missing = 0;

  const endLine = (): void => {
    const text = line.replace(/\r?\n$/, '');
    line = '';
    if (state === 'trailers') {
      if (text === '') state = 'ended';
      return;
    }
    const [, digits] = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(text) ?? [];
    if (digits === undefined) throw new RangeError('the size of a chunk is no number');
    const size = Number.parseInt(digits, 16);
    state = size === 0 ? 'trailers' : 'data';
    // With the line end behind the data.
    missing = size + 2;
  };

  return {
    take(bytes) {
      let at = 0;
      while (at < bytes.length && state !== 'ended') {
        if (state === 'data') {
          const here = Math.min(missing, bytes.length - at);
          at += here;
          missing -= here;
          if (missing === 0) state = 'size';
          continue;
        }
        const newline = bytes.indexOf(0x0a, at);
        const end = newline === -1 ? bytes.length : newline + 1;
        line += bytes.toString('latin1', at, end);
        at = end;
        if (line.length > maxLineBytes) throw new RangeError('a line between chunks is too long');
        if (newline !== -1) endLine();
      }
      return at;
    },
    get ended() {
      return state === 'ended';
    },
  };
}
