import { expect, it } from 'vitest';
import { noWishes, wishesFrom } from './wishes.ts';

it('asks for what is filled in, and for nothing else', () => {
  expect(wishesFrom(noWishes)).toEqual({ wishes: {}, refused: [] });
  const form = {
    name: ' web ',
    memory: '64m',
    env: 'MODE=fast\n\nDSN=a=b',
    ports: { '80': '8081', '443': '' },
    isPublic: true,
  };
  expect(wishesFrom(form).wishes).toEqual({
    name: 'web',
    memory: '64m',
    env: { MODE: 'fast', DSN: 'a=b' },
    ports: { '80': 8081 },
    isPublic: true,
  });
});

it('names what is no variable and no port, instead of passing over it', () => {
  expect(wishesFrom({ ...noWishes, env: 'no value', ports: { '80': '99999' } })).toEqual({
    wishes: {},
    refused: ['no value', '99999'],
  });
});
