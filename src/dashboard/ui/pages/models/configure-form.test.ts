import { describe, expect, it } from 'vitest';
import { configureCommand, configureRequestOf, formOf, isContextSize } from './configure-form.ts';

const row = { Backend: 'llama.cpp', Model: 'ai/x', ModelID: 'sha256:a', Mode: 'completion' } as const;

describe('the form of how a model runs', () => {
  it('shows what was set, flags as a shell takes them, and nothing where nothing was', () => {
    expect(formOf([])).toEqual({ contextSize: '', keepAlive: '', flags: '' });
    const config = { 'context-size': 4096, keep_alive: '-1', 'runtime-flags': ['--temp', '0.2', '--alias', 'a b'] };
    expect(
      formOf([
        { ...row, Mode: 'embedding', Config: { keep_alive: '1m' } },
        { ...row, Config: config },
      ]),
    ).toEqual({
      contextSize: '4096',
      keepAlive: '-1',
      flags: "--temp 0.2 --alias 'a b'",
    });
  });

  it('asks for what was changed alone, and takes back what was emptied', () => {
    const before = { contextSize: '4096', keepAlive: '5m', flags: '--temp 0.2' };
    expect(configureRequestOf('ai/x', before, before)).toEqual({ model: 'ai/x' });
    expect(configureRequestOf('ai/x', before, { ...before, contextSize: '2048' })).toEqual({
      model: 'ai/x',
      'context-size': 2048,
    });
    expect(configureRequestOf('ai/x', before, { contextSize: '', keepAlive: ' ', flags: '' })).toEqual({
      model: 'ai/x',
      'context-size': null,
      keep_alive: null,
      'runtime-flags': null,
    });
    expect(configureRequestOf('ai/x', before, { ...before, flags: '--temp 0.3' })).toEqual({
      model: 'ai/x',
      'raw-runtime-flags': '--temp 0.3',
    });
  });

  it('takes whole numbers, -1 and nothing for a context', () => {
    expect(['', '-1', '2048'].map(isContextSize)).toEqual([true, true, true]);
    expect(['0', '-2', '1.5', 'many'].map(isContextSize)).toEqual([false, false, false, false]);
  });

  it('says the command', () => {
    expect(configureCommand('ai/x', { contextSize: '2048', keepAlive: '10m', flags: '--temp 0.2' })).toBe(
      'gantry configure --context-size 2048 --keep-alive 10m ai/x -- --temp 0.2',
    );
    expect(configureCommand('ai/x', { contextSize: '', keepAlive: '', flags: '' })).toBe('gantry configure ai/x');
  });
});
