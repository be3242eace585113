import { describe, expect, it } from 'vitest';
import { refuseOtherPages } from './own-pages.ts';

const host = '127.0.0.1:12434';

describe('pages that may manage this machine', () => {
  it.each([
    ['a program', { host }],
    ['the page of the daemon', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }],
    ['the page over TLS', { host, origin: `https://${host}` }],
    ['an address that somebody typed', { host, 'sec-fetch-site': 'none' }],
  ])('are %s', (_who, headers) => {
    expect(() => refuseOtherPages({ headers })).not.toThrow();
  });

  it.each([
    ['of another site', { host, origin: 'https://evil.example' }],
    ['of another port', { host, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
    ['of another name for this machine', { host, origin: 'http://localhost:12434' }],
    ['without an origin', { host, origin: 'null' }],
    ['that only read, which browsers let them', { host, 'sec-fetch-site': 'cross-site' }],
    ['of nobody', { origin: `http://${host}` }],
  ])('are none %s', (_who, headers) => {
    expect(() => refuseOtherPages({ headers })).toThrow(/other origins/);
  });
});
