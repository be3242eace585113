import type { JsonObject } from '../types.ts';

/** The texts of a tool's result, joined by line ends; where it has none, its structured content as JSON. */
export function resultText(result: JsonObject): string {
  const content = Array.isArray(result['content']) ? result['content'] : [];
  const texts = content.flatMap((part: unknown) =>
    typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? [part.text] : [],
  );
  if (texts.length > 0 || result['structuredContent'] === undefined) return texts.join('\n');
  return JSON.stringify(result['structuredContent']);
}
