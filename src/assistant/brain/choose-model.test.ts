import { describe, expect, it } from 'vitest';
import { chooseModel, sizeOf, type ModelCandidate } from './choose-model.ts';

const model = (name: string, more: Partial<ModelCandidate> = {}): ModelCandidate => ({
  name,
  chats: true,
  hasTools: true,
  parameters: 3e9,
  estimatedBytes: 4e9,
  isLoaded: false,
  ...more,
});
const chosen = (...all: readonly ModelCandidate[]): string | undefined => chooseModel(all, { budgetBytes: 8e9 })?.name;

describe('the model that answers when nobody named one', () => {
  it.each([
    ['none, when there is none', [], undefined],
    ['one that fits into memory', [model('big', { parameters: 70e9, estimatedBytes: 40e9 }), model('fits')], 'fits'],
    ['none, when none fits', [model('big', { estimatedBytes: 40e9 })], undefined],
    ['none that cannot run', [model('broken', { estimatedBytes: undefined })], undefined],
    ['none that only embeds', [model('embeds', { chats: false, parameters: 7e9 }), model('chats')], 'chats'],
    [
      'one with tools before a larger one without',
      [model('plain', { parameters: 7e9, hasTools: false }), model('tools')],
      'tools',
    ],
    ['the one with more parameters', [model('a', { parameters: 2e9 }), model('b', { parameters: 4e9 })], 'b'],
    ['of equals the one that is loaded', [model('a'), model('b', { isLoaded: true })], 'b'],
    ['of equals the first by name', [model('b'), model('a')], 'a'],
  ])('is %s', (_what, all, name) => {
    expect(chosen(...all)).toBe(name);
  });

  it('is given tools only when it is large enough and its template knows them', () => {
    expect(sizeOf({ hasTools: true, parameters: 3e9 })).toBe('full');
    expect(sizeOf({ hasTools: true, parameters: 135e6 })).toBe('small');
    expect(sizeOf({ hasTools: false, parameters: 7e9 })).toBe('small');
    expect(sizeOf({ hasTools: true, parameters: undefined })).toBe('small');
  });
});
