const escape = '\u001B';
const bell = '\u0007';
// CSI sequences and complete OSC sequences (ECMA-48); what is left of broken ones loses its control characters below.
const sequences = new RegExp(
  `${escape}\\[[0-?]*[ -/]*[@-~]|${escape}\\][^${bell}${escape}]{0,2000}(?:${bell}|${escape}\\\\)`,
  'g',
);
// Control characters (tab and newline are kept below), bidirectional controls (UAX #9), invisible tag characters.
const controls = /\p{Cc}|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|[\u{E0000}-\u{E007F}]/gu;

/** Text of strangers (models, registries) that can only be read: it cannot move the cursor, colour, or reorder. */
export function printable(text: string): string {
  return text
    .replaceAll(sequences, '')
    .replaceAll(controls, (character) => (character === '\n' || character === '\t' ? character : ''));
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text)
    .replaceAll(/[\n\t\u2028\u2029]+/g, ' ')
    .trim();
}
