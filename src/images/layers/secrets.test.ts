import { describe, expect, it } from 'vitest';
import { findSecrets, mayHoldSecret } from './secrets.ts';

const found = (path: string, text: string): readonly string[] =>
  findSecrets(Buffer.from(text), path).map(({ rule }) => rule);

describe('secrets in files', () => {
  it.each([
    ['app/.env', 'DB_PASSWORD=hunter2hunter2\n', 'env-file'],
    ['root/.ssh/id_ed25519', `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXktdjEA'.repeat(4)}\n`, 'ssh-key'],
    ['root/.npmrc', '//registry.npmjs.org/:_authToken=abc123\n', 'npm-token'],
    ['root/.git-credentials', 'https://me:secret@github.com\n', 'git-credentials'],
    ['root/.aws/credentials', '[default]\naws_secret_access_key = abc\n', 'aws-credentials'],
    ['app/config.py', 'KEY = "AKIAIOSFODNN7EXAMPLE"\n', 'aws-access-key'],
    ['app/settings.json', '{"url": "postgres://shop:hunter2@db/shop"}\n', 'url-password'],
    ['app/ci.yml', `token: ghp_${'a1B2'.repeat(9)}\n`, 'github-token'],
  ])('%s', (path, text, rule) => {
    expect(mayHoldSecret(path, text.length)).toBe(true);
    expect(found(path, text)).toContain(rule);
  });

  it.each([
    ['app/.env', 'PORT=80\nDEBUG=1\n'],
    ['root/.npmrc', 'registry=https://registry.npmjs.org\n//x/:_authToken=${NPM_TOKEN}\n'],
    ['app/readme.md', 'Connect to postgres://user:${PASSWORD}@db/shop\n'],
    ['app/cert.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n'],
  ])('none in %s', (path, text) => {
    expect(found(path, text)).toEqual([]);
  });

  it('are not shown', () => {
    const [one] = findSecrets(Buffer.from('x\nKEY = "AKIAIOSFODNN7EXAMPLE"\n'), 'app/config.py');
    expect(one).toEqual({ rule: 'aws-access-key', line: 2, hint: 'AKIA… (20)' });
  });

  it('are not looked for in what others made, nor in large files', () => {
    expect(mayHoldSecret('app/node_modules/x/test/key.pem', 100)).toBe(false);
    expect(mayHoldSecret('usr/share/doc/x', 100)).toBe(false);
    expect(mayHoldSecret('app/dump.sql', 10_000_000)).toBe(false);
  });
});
