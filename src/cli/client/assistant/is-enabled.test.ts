import { describe, expect, it } from 'vitest';
import { saysEnabled } from './is-enabled.ts';

describe('whether settings have the assistant switched on', () => {
  it.each([
    ['', false],
    ['assistant:\n  enabled: true\n', true],
    ['server:\n  port: 1\nassistant:\n  # mine\n  model: none\n  enabled: true\nlog:\n  level: info\n', true],
    ['assistant: { enabled: true }\n', true],
    ['assistant: {"model": "auto", "enabled": true}\n', true],
    ['assistant:\n  enabled: false\nmodelRunner:\n  enabled: true\n', false],
    ['{ "assistant": { "model": "auto", enabled: true } }\n', true],
    ['{"assistant":{"model":"auto"}}', false],
    ['modelRunner:\n  enabled: true\n', false],
    ['assistant:\n  model: auto\nmodelRunner:\n  enabled: true\n', false],
  ])('%j: %s', (text, enabled) => {
    expect(saysEnabled(text)).toBe(enabled);
  });
});
