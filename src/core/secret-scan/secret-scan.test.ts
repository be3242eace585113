import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretScanner } from './scanner.ts';
import { secretRules } from './rules.ts';
import { createRandom, sampleSecrets } from './samples.ts';

const scanner = createSecretScanner();
const seeds = [1, 2, 3];
const samples = seeds.flatMap(sampleSecrets);

/** Where secrets are met. */
const places: Readonly<Record<string, (secret: string) => string>> = {
  alone: (secret) => secret,
  'in a sentence': (secret) => `Use this one: ${secret} until Friday.`,
  'in compact JSON': (secret) => JSON.stringify({ content: [{ type: 'text', text: secret }] }),
  'in JSON inside JSON': (secret) => JSON.stringify({ text: JSON.stringify({ token: secret }) }),
  'after a line end inside JSON': (secret) => JSON.stringify({ text: `here:\n${secret}\nand more` }),
  'in base64': (secret) => JSON.stringify({ blob: Buffer.from(`# file\n${secret}\n`).toString('base64') }),
  'in folded base64': (secret) =>
    Buffer.from(`some words before it ${secret} and after`).toString('base64').replaceAll(/.{76}/g, '$&\n'),
};

describe('the secret scan', () => {
  it.each(Object.keys(places))('finds every form %s', (place) => {
    const missed = samples.filter(({ text }) => scanner.find(places[place]?.(text) ?? '').length === 0);
    expect(missed.map(({ rule }) => rule)).toEqual([]);
  });

  it('says which kind each is', () => {
    const wrong = samples.filter(({ rule, text }) => !scanner.find(text).some((hit) => hit.rule === rule));
    expect(wrong.map(({ rule, text }) => `${rule}: ${scanner.find(text)[0]?.rule ?? ''}`)).toEqual([]);
  });

  it('has a test for nearly every rule, and each rule has its own name', () => {
    const tested = new Set(samples.map(({ rule }) => rule));
    const names = secretRules.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((id) => tested.has(id)).length / names.length).toBeGreaterThan(0.9);
    expect(samples.length * Object.keys(places).length).toBeGreaterThan(300);
  });

  it('finds a Google service account, compact or not, also inside JSON', () => {
    const account = { type: 'service_account', project_id: 'x', private_key_id: 'ab'.repeat(20), private_key: '…' };
    for (const text of [JSON.stringify(account), JSON.stringify(account, null, 2)]) {
      expect(scanner.find(text)).toHaveLength(1);
      expect(scanner.find(JSON.stringify({ text }))).toHaveLength(1);
    }
    expect(scanner.find('{"type":"service_account"}')).toEqual([]);
  });

  it('finds the login of a registry in a Docker configuration', () => {
    const auth = Buffer.from('me:hunter2hunter2').toString('base64');
    expect(scanner.find(JSON.stringify({ auths: { 'r.example.com': { auth } } }))).toMatchObject([
      { rule: 'docker-config-auth' },
    ]);
  });

  it('never tells the secret', () => {
    for (const { text } of samples) {
      const told = JSON.stringify(scanner.find(text));
      for (const word of text.match(/[\w-]{16,}/g) ?? []) expect(told).not.toContain(word);
    }
  });

  it('covers the whole secret when it hides it', () => {
    for (const { rule, text } of samples) {
      const hidden = scanner.hide(`before ${text} after`);
      const longest =
        (text.match(/[\w-]+/g) ?? [])
          .filter((word) => !/_(?:SECRET|TOKEN|KEY|SK)$/.test(word))
          .toSorted((one, other) => other.length - one.length)[0] ?? '';
      expect(hidden, rule).toContain('[redacted ');
      expect(hidden, rule).not.toContain(longest);
      expect(hidden, rule).toMatch(/^before .* after$/s);
    }
  });
});

describe('what is no secret', () => {
  const random = createRandom(7);
  const hex = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const bytes = (count: number): Buffer => Buffer.from(hex(count * 2), 'hex');
  const harmless = Array.from({ length: 60 }, () => [
    `sha256:${hex(64)}`,
    `commit ${hex(40)}`,
    `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    `"integrity": "sha512-${bytes(64).toString('base64')}"`,
    `data:image/png;base64,${bytes(600).toString('base64')}`,
    `{"next_page_token":"${bytes(24).toString('base64url')}"}`,
    `ETag: "${hex(32)}"`,
    `https://example.com/a/${hex(24)}?sig_version=2&page=${hex(3)}`,
  ]).flat();
  const words = [
    'export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'password: "${DB_PASSWORD}"',
    'client_secret: <your-client-secret-goes-here>',
    'postgres://user:password@localhost/app',
    'postgres://postgres:postgres@localhost/app',
    'const apiKey = process.env.OPENAI_API_KEY',
    'api_key = get_secret_from_the_store("prod/openai")',
    'const accessToken = await fetchAccessTokenFromServer()',
    'the password: correct horse battery staple',
    'sk-learn-contrib-really-long-package-name-here-and-more',
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
    '-----BEGIN PRIVATE KEY-----',
    'Authorization: Bearer <token>',
    'eyJhbGciOiJIUzI1NiJ9',
    'npm_config_registry=https://registry.npmjs.org/',
  ];

  it.each(words)('%s', (text) => {
    expect(scanner.find(text)).toEqual([]);
  });

  it('digests, ids, images and page tokens', () => {
    const wrong = harmless.flatMap((text) => scanner.find(text).map(({ rule }) => `${rule}: ${text.slice(0, 80)}`));
    expect(wrong).toEqual([]);
  });

  it('this repository’s lock file and the code it depends on', () => {
    for (const file of [
      'package-lock.json',
      'node_modules/yaml/dist/compose/composer.js',
      'node_modules/zod/README.md',
    ]) {
      expect(scanner.find(readFileSync(file, 'utf8'))).toEqual([]);
    }
  });

  it('stays where it is when a text is hidden, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        fc.pre(scanner.find(text).length === 0);
        expect(scanner.hide(text)).toBe(text);
      }),
    );
  });
});

describe('hostile texts', () => {
  it('cost no more the more keywords they repeat', () => {
    // What is counted is work, not time: 40,000 characters of each keyword must end, which it would not if any pattern ran away.
    for (const keyword of new Set(secretRules.flatMap(({ keywords }) => keywords))) {
      expect(
        scanner.find(keyword.repeat(Math.ceil(40_000 / keyword.length)), { maxHits: 5 }).length,
      ).toBeLessThanOrEqual(5);
    }
  });

  it('give their hits in order and apart', () => {
    const texts = fc.array(fc.constantFrom(...samples.map(({ text }) => text), '\n', ' ', '\\', '"', '='), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('');
        const hits = scanner.find(text);
        for (const [index, { start, end }] of hits.entries()) {
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(hits[index - 1]?.end ?? 0);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
