/** Nobody else may embed, read or keep what is served, and it says nothing about where it was opened. */
const isolated = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Of the page. Scripts come from this server's files alone; styles too, or from the style sheets that our script makes, which bear
 * the nonce. Text cannot become script by any way: trusted types forbid all sinks.
 */
export function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    ...isolated,
    'content-security-policy': policy.join('; '),
    'x-frame-options': 'DENY',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=()',
    'cache-control': 'no-store',
    'content-type': 'text/html; charset=utf-8',
  };
}

/** Of a script, style or picture, whose name has a hash. */
export function fileHeaders(type: string): Readonly<Record<string, string>> {
  return { ...isolated, 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' };
}
