import { isObject } from './json.ts';

const mediaChars = 100;
const deepest = 200;
const hidden = '[redacted]';

// Media without a `data:` before it: one long word of base64.
const longBase64 = /^[A-Za-z0-9+/_-]{400,}={0,2}$/;
const dataUrl = /data:[\w.+-]*\/?[\w.+-]*(?:;[\w=.-]+)*;base64,[A-Za-z0-9+/=_-]*/gi;
const secretName =
  /^(?:authorization|proxy-authorization|x?-?api[-_]?key|password|passwd|(?:client|shared)[-_]?secret|secret|(?:access|refresh|auth|bearer|id)?[-_]?token|private[-_]?key|credentials?|cookie)$/i;
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${hidden}`],
  [/:\/\/[^\s/@:"]+:[^\s/@"]+@/g, `://${hidden}@`],
  [/\b(hf_|sk-|ghp_|gho_|ghs_|github_pat_|glpat-|dckr_pat_|xox[abprs]-|npm_|pypi-)[\w-]{8,}/g, `$1${hidden}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, hidden],
  [/\bAIza[\w-]{30,}/g, hidden],
  [/\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/g, hidden],
];

/** A text without credentials that can be told by their look, and with media cut to their beginning. */
export function redactText(text: string): string {
  if (longBase64.test(text)) return cut(text);
  let safe = text.includes(';base64,')
    ? text.replaceAll(dataUrl, (url) => (url.length > mediaChars ? cut(url) : url))
    : text;
  for (const [pattern, instead] of secrets) safe = safe.replaceAll(pattern, instead);
  return safe;
}

/** A copy of a JSON value without credentials and media. Names of fields are looked at too. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (depth > deepest) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      typeof item === 'string' && item !== '' && secretName.test(name) ? hidden : redactValue(item, depth + 1),
    ]),
  );
}

function cut(media: string): string {
  return `${media.slice(0, mediaChars)}…[${media.length - mediaChars} more characters]`;
}
