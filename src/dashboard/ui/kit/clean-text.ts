/** Longest line that is laid out at once: browsers take seconds for one of megabytes. */
export const mostLineChars = 4000;

// Terminal control: CSI, OSC (to its end or the line's), and two-character escapes.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const escapes = /\u001B(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001B\n]*(?:\u0007|\u001B\\)?|[ -/]*[0-~])/g;
// What says nothing on a page, or turns what is beside it around: C0 and C1 controls, bidi marks, zero-width and tag characters.
const silent =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** Text of strangers as text: escape sequences are gone, what cannot be seen is shown as its number. */
export function cleanText(text: string): string {
  return text
    .replace(escapes, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replace(silent, (char) => `\u27E8${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}\u27E9`);
}

export interface CutLine {
  readonly text: string;
  /** Characters left out at the end. */
  readonly cutChars: number;
}

/** A line as it is shown; cleaning costs no more than what is shown. */
export function cutLine(line: string, mostChars = mostLineChars): CutLine {
  const shown = line.length > mostChars ? line.slice(0, mostChars) : line;
  return { text: cleanText(shown).replaceAll('\n', ' '), cutChars: line.length - shown.length };
}
