import type { LineEvent, LineReader } from '../chat/line-reader.ts';

/** A person at the keyboard: lines, `^C` (with or without something typed), and Ctrl-D at the end. */
export function createScriptedReader(
  script: readonly string[],
): LineReader & { readonly prompts: string[]; readonly remembered: string[] } {
  const left = [...script];
  const prompts: string[] = [];
  const remembered: string[] = [];
  return {
    prompts,
    remembered,
    async read(prompt): Promise<LineEvent> {
      prompts.push(prompt);
      const next = left.shift();
      if (next === undefined) return { type: 'end' };
      if (next === '^C') return { type: 'interrupt', empty: true };
      return next.endsWith('^C') ? { type: 'interrupt', empty: false } : { type: 'line', text: next };
    },
    remember: (message) => void remembered.unshift(message),
    history: () => remembered,
    [Symbol.dispose]() {},
  };
}
