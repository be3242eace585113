// CSI and OSC sequences (ECMA-48); what is left of broken ones loses its control characters below.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const sequences = /\u001B\[[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]{0,2000}(?:\u0007|\u001B\\)|\u001B[@-Z\\^_]/g;
// Control characters except tab, bidirectional controls (UAX #9), zero-width and tag characters.
const invisible = /[^\P{Cc}\t]|[\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|[\u{E0000}-\u{E007F}]/gu;

/** One line of a stranger's text that a terminal only shows: no colours, no cursor, no reordering. */
export function cleanLine(text: string): string {
  // A carriage return inside of a line is evidence of its own: files with Windows line ends.
  return text.replaceAll(sequences, '').replaceAll('\r', '\\r').replaceAll(invisible, '');
}

const hidden = '[redacted]';
const secretName = String.raw`[\w.-]{0,40}(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|authorization)[\w.-]{0,40}`;
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g, hidden],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  [/(:\/\/[^\s/@:]*:)[^\s/@]+@/g, `$1${hidden}@`],
  [
    new RegExp(
      String.raw`(?<![\w./-])((?![\w.-]{0,80}_FILE\b)${secretName}["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s"',;&]+)`,
      'gi',
    ),
    `$1${hidden}`,
  ],
  // As words of a command line, and as those in JSON.
  [new RegExp(String.raw`(?<![\w-])(--?${secretName}(?:=|\s+|",\s*"))([^\s"]+)`, 'gi'), `$1${hidden}`],
  [/\b(?:hf_|sk-|ghp_|gho_|ghs_|github_pat_|glpat-|dckr_pat_|xox[abps]-|npm_|pypi-)[\w-]{8,}/g, hidden],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, hidden],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g, hidden],
];

/** Blanks what looks like a credential, by its form or by the name before it. */
export function withoutSecrets(text: string): string {
  return patterns.reduce((left, [pattern, instead]) => left.replaceAll(pattern, instead), text);
}

const longestQuote = 300;
/** Enough to see a secret that begins where the quote ends. */
const longestLook = 600;

/** A text as evidence is shown: cleaned, without secrets, bounded. */
export function quotable(text: string): string {
  const safe = withoutSecrets(cleanLine(text.slice(0, 4 * longestLook)).slice(0, longestLook)).trim();
  return safe.length > longestQuote ? `${safe.slice(0, longestQuote)}…` : safe;
}
