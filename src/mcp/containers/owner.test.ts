import { describe, expect, it } from 'vitest';
import { isGone, isSame, ownerIn, ownerLabels, ownerOfThisProcess, type Owner } from './owner.ts';

const self: Owner = { home: '/h', host: 'box', boot: 'b', namespace: '4026531836', pid: 10, startedAt: '77' };

it('is found again in labels', () => {
  const mine = ownerOfThisProcess('/home/me/.gantry');
  expect(ownerIn(ownerLabels(mine))).toEqual(mine);
  expect(isSame(mine, mine)).toBe(true);
  expect(isGone(mine, mine)).toBe(false);
});

describe('an owner is gone', () => {
  const running = (pid: number, startedAt: string) => (one: { pid: number; startedAt: string }) =>
    one.pid === pid && one.startedAt === startedAt;

  it.each<[string, Partial<Owner>, boolean]>([
    ['when its process runs', {}, false],
    ['when its process does not', { pid: 11 }, true],
    ['when its number is another process by now', { startedAt: '78' }, true],
    ['when it was before this boot, and of this home', { boot: 'a' }, true],
    ['when it was before this boot, and of another home', { boot: 'a', home: '/other' }, false],
    ['when it is on another machine', { host: 'other', pid: 11 }, false],
    ['when its number counts elsewhere', { namespace: '1', pid: 11 }, false],
  ])('%s: %j is %s', (_, fields, gone) => {
    expect(isGone({ ...self, ...fields }, self, running(10, 'b:77'))).toBe(gone);
  });
});

it.each([{}, { 'gantry.mcp.home': '/h' }, { 'gantry.mcp.home': '/h', 'gantry.mcp.owner': 'box/b/1/-1/7' }])(
  'is not guessed from %j',
  (labels) => {
    expect(ownerIn(labels)).toBeUndefined();
  },
);
