import { AppError } from './errors.ts';

const hidden = '[redacted]';
const maxText = 2000;
const maxItems = 50;
const maxDepth = 5;

// Most names and texts hold nothing to hide; one look tells, where cleaning each would cost every request.
const maySecretName = /tok|pas|sec|key|cred|auth|cook|bear/i;
const mayHoldSecret = /bearer|basic|:\/\/|hf_|sk-|ghp_|dckr_pat_/i;

function isSecretName(name: string): boolean {
  // Separators may stand anywhere in a name, so only names without any can be passed over at a glance.
  if (/^[a-z]+$/i.test(name) && !maySecretName.test(name)) return false;
  const plain = name.toLowerCase().replaceAll(/[-_.\s]/g, '');
  return /(token|password|passwd|secret|apikey|accesskey|privatekey|credentials?)$|authorization|cookie|bearer/.test(
    plain,
  );
}

/** Cuts a text to what a log line may hold, and blanks credentials that came along in it. */
export function safeText(text: string): string {
  const cut = text.length > maxText ? `${text.slice(0, maxText)}… (${text.length - maxText} more characters)` : text;
  if (!mayHoldSecret.test(cut)) return cut;
  return cut
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${hidden}`)
    .replaceAll(/:\/\/[^\s/@:]+:[^\s/@]+@/g, `://${hidden}@`)
    .replaceAll(/\b(hf_|sk-|ghp_|dckr_pat_)[\w-]{8,}/g, `$1${hidden}`);
}

/** A copy fit for a log: secrets blanked by the name of their field, depth and lengths bounded, errors spelled out. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '[deeper]';
  if (value instanceof Error) return describeError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) {
    const items = value.slice(0, maxItems).map((item) => redact(item, depth + 1));
    return value.length > maxItems ? [...items, `[${value.length - maxItems} more]`] : items;
  }
  const entries = Object.entries(value).slice(0, maxItems);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, isSecretName(name) && item !== undefined ? hidden : redact(item, depth + 1)]),
  );
}

function describeError(error: Error, depth: number): unknown {
  return {
    name: error.name,
    message: safeText(error.message),
    ...('code' in error ? { code: redact(error.code, depth + 1) } : {}),
    ...(error instanceof AppError ? { params: redact(error.params, depth + 1) } : {}),
    ...(isExpected(error) || error.stack === undefined ? {} : { stack: safeText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

// Failures that have a name are explained by their sentence; where they were thrown helps nobody.
function isExpected(error: Error): boolean {
  return error instanceof AppError && error.code !== 'internal';
}
