import { describe, expect, it } from 'vitest';
import { settingFrom } from './setting-from.ts';

const entry = (path: readonly string[], value: unknown, origin: 'default' | 'file' | 'locked' = 'default') => ({
  key: path.join('.'),
  path: [...path],
  value,
  default: null,
  origin,
  ...(origin === 'locked' && { lockedBy: '/etc/x.json' }),
});

describe('a setting from the list of the daemon', () => {
  it('is its entry', () => {
    const entries = [entry(['server', 'port'], 5, 'file'), entry(['server', 'tls', 'port'], 6)];
    expect(settingFrom(entries, 'server.port')).toMatchObject({ value: 5, isSet: true, isLocked: false });
    expect(settingFrom(entries, 'server.tls.port')).toMatchObject({ value: 6, isSet: false });
    expect(settingFrom(entries, 'language')).toMatchObject({ value: null, isSet: false });
  });

  it('is put together from its parts, whatever they are called', () => {
    const entries = [
      entry(['modelSettings', 'hf.co/a/b:1.5', 'pin'], true, 'file'),
      entry(['modelSettings', 'hf.co/a/b:1.5', 'speculative', 'tokens'], 3, 'file'),
      entry(['modelSettings', '__proto__', 'pin'], false, 'file'),
    ];
    const { value, isSet } = settingFrom(entries, 'modelSettings');
    expect(JSON.parse(JSON.stringify(value))).toEqual(
      JSON.parse('{"hf.co/a/b:1.5":{"pin":true,"speculative":{"tokens":3}},"__proto__":{"pin":false}}'),
    );
    expect(isSet).toBe(true);
    expect(settingFrom([entry(['modelSettings'], {})], 'modelSettings')).toMatchObject({ value: {}, isSet: false });
  });

  it('is locked by whoever locked a part of it, and not written back where a part is hidden', () => {
    const entries = [
      entry(['assistant', 'tools', 'shell', 'enabled'], false, 'locked'),
      entry(['modelSettings', 'x', 'vllm', 'hfOverrides', 'eos_token'], '********', 'file'),
    ];
    expect(settingFrom(entries, 'assistant.tools')).toMatchObject({ isLocked: true, lockedBy: '/etc/x.json' });
    expect(settingFrom(entries, 'modelSettings')).toMatchObject({ isLocked: false, isHidden: true });
  });
});
