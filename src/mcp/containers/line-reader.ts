const newline = 0x0a;

export interface LineOptions {
  /** A longer line is not read: `onTooLong` instead of it, once, and nothing more. */
  readonly maxBytes: number;
  readonly onLine: (line: string) => void;
  readonly onTooLong: () => void;
}

/** Takes bytes as they come apart into lines. Holds no more than one line of the longest length. */
export function createLineReader({ maxBytes, onLine, onTooLong }: LineOptions): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let over = false;

  function take(piece: Buffer): boolean {
    held += piece.length;
    if (held > maxBytes) {
      over = true;
      parts = [];
      onTooLong();
      return false;
    }
    if (piece.length > 0) parts.push(piece);
    return true;
  }

  return (bytes) => {
    let from = 0;
    while (!over) {
      const end = bytes.indexOf(newline, from);
      if (!take(bytes.subarray(from, end < 0 ? bytes.length : end))) return;
      if (end < 0) return;
      const [only] = parts;
      const line = parts.length === 1 && only ? only : Buffer.concat(parts);
      parts = [];
      held = 0;
      from = end + 1;
      onLine(line.toString('utf8'));
    }
  };
}
