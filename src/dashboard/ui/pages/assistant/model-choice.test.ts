import { describe, expect, it } from 'vitest';
import { commandFor, modelSettingOf, remoteOf } from './model-choice.ts';

const remote = { url: 'https://example.com/v1', model: 'm', keySecret: 'api', contextSize: 8192 };

describe('the model of the settings', () => {
  it('is found among them, and whether it is locked', () => {
    const entry = (value: unknown, origin: 'file' | 'locked' = 'file') => [
      { key: 'language', value: 'zh', origin: 'default' as const },
      { key: 'assistant.model', value, origin, ...(origin === 'locked' && { lockedBy: '/etc/a.json' }) },
    ];
    expect(modelSettingOf(entry('auto'))).toEqual({ choice: 'auto', isLocked: false, lockedBy: undefined });
    expect(modelSettingOf(entry(remote, 'locked'))).toEqual({
      choice: remote,
      isLocked: true,
      lockedBy: '/etc/a.json',
    });
    expect(modelSettingOf(entry(7))).toBeUndefined();
    expect(modelSettingOf([])).toBeUndefined();
  });

  it('is a URL and a name where it is elsewhere, and a secret by its name', () => {
    const typed = { url: ' https://example.com/v1 ', model: ' m ', keySecret: '' };
    expect(remoteOf(typed, 'auto')).toEqual({ url: 'https://example.com/v1', model: 'm' });
    expect(remoteOf({ ...typed, keySecret: 'api' }, remote)).toEqual(remote);
    expect(remoteOf({ ...typed, model: 'other' }, remote)).toEqual({ url: 'https://example.com/v1', model: 'other' });
    expect(remoteOf({ ...typed, url: 'ftp://example.com' }, 'auto')).toBeUndefined();
    expect(remoteOf({ ...typed, url: 'https:// ' }, 'auto')).toBeUndefined();
    expect(remoteOf({ ...typed, model: ' ' }, 'auto')).toBeUndefined();
  });

  it('is set by a command that a shell takes as it is', () => {
    expect(commandFor('none')).toBe('gantry settings set assistant.model none');
    expect(commandFor({ url: 'https://a/v1', model: "it's" })).toBe(
      String.raw`gantry settings set assistant.model '{"url":"https://a/v1","model":"it'\''s"}'`,
    );
  });
});
