import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretScanner } from '#core';
import { createHideSecrets, secretValues } from './hide-secrets.ts';

const scanner = createSecretScanner();
const canary = 'zebra-Quartz-77-lantern';
const hide = createHideSecrets({
  byForm: (text) => scanner.hide(text),
  env: { MY_TOKEN: canary, EDITOR: 'vim-vim-vim', SHORT_KEY: 'abc' },
  known: () => ['postgres-hunter2'],
});

describe('hiding secrets', () => {
  it('knows values of the environment and of the project as they are, encoded or not', () => {
    expect(hide(`a ${canary} b postgres-hunter2 c`)).toBe('a [redacted known-value] b [redacted known-value] c');
    expect(hide(Buffer.from(canary).toString('base64'))).not.toContain(
      Buffer.from(canary).toString('base64').slice(0, 8),
    );
    for (const before of ['', 'a', 'ab', 'abc']) {
      const there = Buffer.from(`${before}${canary}`).toString('base64');
      expect(Buffer.from(hide(there).replace(/\[.*?\]/, ''), 'base64').toString()).not.toContain(canary.slice(6, 18));
    }
    expect(hide(Buffer.from(canary).toString('hex'))).toBe('[redacted known-value]');
    expect(hide('vim-vim-vim abc')).toBe('vim-vim-vim abc');
  });

  it('knows secrets by their form', () => {
    expect(hide('AKIAIOSFODNN7QRSTUVW is it')).toContain('[redacted ');
  });

  it('hides nothing twice', () => {
    const parts = fc.constantFrom(
      canary,
      'postgres-hunter2',
      'AKIAIOSFODNN7QRSTUVW',
      ' ',
      '\n',
      '[redacted',
      ']',
      'x',
      '=',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (words) => {
        const once = hide(words.join(''));
        expect(hide(once)).toBe(once);
        expect(once).not.toContain(canary);
      }),
    );
  });

  it('takes of a .env file what may be a secret', () => {
    const text = `# comment\nexport A_TOKEN="tok en value"\nPORT=8080\nNAME=production\nURL=https://example.com/a\nDB=postgres://u:p@h/db\nX=s0me-Th1ng-long\n`;
    expect(secretValues(text)).toEqual(['tok en value', 'postgres://u:p@h/db', 's0me-Th1ng-long']);
  });
});
