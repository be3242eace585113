import type { Translate } from '../../messages/translate.ts';
import { usageError } from '../../usage-error.ts';

/** `a,b`, also said more than once. */
export function listValue(value: string, before: readonly string[] = []): readonly string[] {
  const items = value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return [...before, ...items];
}

const words: Readonly<Record<string, boolean>> = { true: true, t: true, '1': true, false: false, f: false, '0': false };

export function booleanValue(name: string, t: Translate): (text: string) => boolean {
  return (text) => {
    const value = words[text.toLowerCase()];
    if (value === undefined) throw refused(t, { name, value: text, expected: t('mcp.gateway.expectBoolean') });
    return value;
  };
}

/** Other names that Docker's gateway takes, upper and lower case alike. */
const transports: Readonly<Record<string, 'stdio' | 'sse' | 'streaming'>> = {
  stdio: 'stdio',
  sse: 'sse',
  streaming: 'streaming',
  streamable: 'streaming',
  'streamable-http': 'streaming',
  http: 'streaming',
};

export function transportValue(t: Translate): (text: string) => 'stdio' | 'sse' | 'streaming' {
  return (value) => {
    const transport = transports[value.toLowerCase()];
    const expected = t('usage.expectChoice', { values: 'stdio, sse, streaming' });
    if (transport === undefined) throw refused(t, { name: '--transport', value, expected });
    return transport;
  };
}

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** As `docker run --memory`: `2Gb`, `512m`, `1073741824`; nothing for no limit. */
export function memoryValue(t: Translate): (text: string) => number {
  return (value) => {
    if (value.trim() === '') return 0;
    const found = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?$/i.exec(value.trim());
    const factor = units[(found?.[2] ?? '').toLowerCase()];
    if (!found || factor === undefined) {
      throw refused(t, { name: '--memory', value, expected: t('mcp.gateway.expectMemory') });
    }
    return Math.round(Number(found[1]) * factor);
  };
}

function refused(
  t: Translate,
  { name, value, expected }: { name: string; value: string; expected: string },
): ReturnType<typeof usageError> {
  return usageError(t('usage.invalidValue', { name, value, expected }));
}
