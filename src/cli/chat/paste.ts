/** Stands for a line end inside one line of the editor; shown as the sign for "new line". */
export const lineEndSign = '\u2424';

export function toEditorLine(text: string): string {
  return text.replaceAll('\n', lineEndSign);
}

export function fromEditorLine(line: string): string {
  return line.replaceAll(lineEndSign, '\n');
}

const begin = '\u001B[200~';
const end = '\u001B[201~';

/** Switches the terminal's bracketed paste on and off (xterm control sequences, DECSET 2004). */
export const pasteMode = { on: '\u001B[?2004h', off: '\u001B[?2004l' } as const;

/**
 * Turns what a terminal sends into what the line editor can take: pasted text becomes one line, so that a paste of several
 * lines is one message and none of its control characters acts as a key.
 */
export function createPasteFilter(): (chunk: string) => string {
  let pasting = false;
  let rest = '';
  return (chunk) => {
    let input = rest + chunk;
    rest = '';
    let output = '';
    for (;;) {
      const marker = pasting ? end : begin;
      const at = input.indexOf(marker);
      const piece = at === -1 ? input : input.slice(0, at);
      if (at === -1) {
        const held = heldBack(piece, marker);
        rest = piece.slice(piece.length - held);
        const ready = piece.slice(0, piece.length - held);
        return output + (pasting ? pasted(ready) : ready);
      }
      output += pasting ? pasted(piece) : piece;
      pasting = !pasting;
      input = input.slice(at + marker.length);
    }
  };
}

// A marker may come in two pieces. One ESC alone is the key of that name and is passed on at once.
function heldBack(text: string, marker: string): number {
  for (let length = Math.min(marker.length - 1, text.length); length >= 2; length -= 1) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}

function pasted(text: string): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').replaceAll('\t', '    ');
  return toEditorLine(lines).replaceAll(/\p{Cc}/gu, '');
}
