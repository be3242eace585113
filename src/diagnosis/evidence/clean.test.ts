import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, quotable, withoutSecrets } from './clean.ts';

describe('text of a stranger', () => {
  it.each([
    ['\u001B[31mred\u001B[0m', 'red'],
    ['a\u001B]0;title\u0007b', 'ab'],
    ['abc\u202Etxt.exe', 'abctxt.exe'],
    ['zero\u200Bwidth', 'zerowidth'],
    ['bash\r: not found', String.raw`bash\r: not found`],
    ['tab\tstays', 'tab\tstays'],
    ['中文不变', '中文不变'],
  ])('%j is shown as %j', (text, shown) => {
    expect(cleanLine(text)).toBe(shown);
  });

  it('never holds a control character afterwards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanLine(text).replaceAll('\t', '')).not.toMatch(/\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  it('is bounded', () => {
    expect(quotable('x'.repeat(5000)).length).toBeLessThan(400);
  });
});

describe('a secret', () => {
  it.each([
    'password=hunter2hunter2',
    'DB_PASSWORD: hunter2hunter2',
    '"api_key": "hunter2hunter2"',
    '["app","--password","hunter2hunter2"]',
    'app --db-password hunter2hunter2 --port 80',
    'postgres://shop:hunter2hunter2@db/shop',
    'Authorization: Bearer hunter2hunter2',
    'token ghp_hunter2hunter2hunter2',
    'AKIAHUNTER2HUNTER2HU',
  ])('in %s is not shown', (text) => {
    expect(withoutSecrets(text)).not.toMatch(/hunter2/i);
  });

  it.each([
    'POSTGRES_PASSWORD_FILE=/run/secrets/pg',
    'Config.Env: POSTGRES_PASSWORD absent',
    'Error: superuser password is not specified.',
    'cannot open /run/secrets/db_password: No such file',
  ])('is none in %s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});
