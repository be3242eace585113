import { describe, expect, it } from 'vitest';
import { mergeCompose } from './merge-compose.ts';

const file = `# our shop
services:
  # the database
  db:
    image: postgres:16
    environment:
      - POSTGRES_DB=shop
      - POSTGRES_PASSWORD=
    cap_add: [SYS_TIME]
  web:
    image: shop:1
    environment:
      PORT: "80"
`;

describe('what a fix says of a service in a Compose file', () => {
  it('is added with comments, order and other services kept', () => {
    const patch = 'services:\n  web:\n    environment:\n      DB: "x"\n    mem_limit: 512m\n    cap_add: [NET_ADMIN]\n';
    expect(mergeCompose(file, patch)).toBe(
      `${file.replace('PORT: "80"\n', 'PORT: "80"\n      DB: x\n')}    mem_limit: 512m\n    cap_add:\n      - NET_ADMIN\n`,
    );
  });

  it('goes into lists as their items, each name once', () => {
    const patch =
      'services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?}\n    cap_add: [SYS_TIME, MKNOD]\n';
    const merged = mergeCompose(file, patch);
    expect(merged).toContain('- POSTGRES_DB=shop\n      - POSTGRES_PASSWORD=${POSTGRES_PASSWORD:?}\n');
    expect(merged).toMatch(/cap_add: \[ ?SYS_TIME, MKNOD ?\]/);
    expect(mergeCompose(merged, patch)).toBe(merged);
  });

  it.each([
    ['a file that is no YAML', 'services: [', 'services:\n  db:\n    init: true\n', 'no valid YAML'],
    ['a service of another file', file, 'services:\n  cache:\n    init: true\n', 'no service cache'],
    [
      'what others use too',
      'x-env: &env\n  A: "1"\nservices:\n  db:\n    environment: *env\n',
      'services:\n  db:\n    environment:\n      B: "2"\n',
      'environment is an alias',
    ],
  ])('does not change %s', (_name, ...[text, patch, reason]) => {
    expect(() => mergeCompose(text, patch)).toThrow(reason);
  });
});
