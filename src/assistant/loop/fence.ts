import type { ToolOutput } from './types.ts';

/**
 * Text of others as a model gets it: between marks that the text cannot know, without what a terminal would act on, and cut where
 * it is too long, which is said.
 */
export function fenceData(
  text: string,
  { source, nonce, maxLength }: { readonly source: string; readonly nonce: string; readonly maxLength: number },
): string {
  const plain = withoutControls(text);
  const shown = shorten(plain, maxLength);
  return `<data id="${nonce}" source="${source.replaceAll(/[^\w .:/@-]/g, '')}">\n${shown}\n</data ${nonce}>`;
}

/** Keeps the beginning and the end, where causes and errors stand. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return `${text.slice(0, half)}\n[… ${text.length - 2 * half} characters left out …]\n${text.slice(-half)}`;
}

/** Escape sequences, control characters, and marks that hide or turn text. */
export function withoutControls(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g, '')
      .replaceAll(/\r\n?/g, '\n')
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Cf}/gu, '')
  );
}

export function resultContent(
  output: ToolOutput,
  { tool, nonce, maxLength }: { readonly tool: string; readonly nonce: string; readonly maxLength: number },
): string {
  const label = output.isError === true ? 'The tool failed.\n' : '';
  if (!output.untrusted) return label + shorten(withoutControls(output.text), maxLength);
  return label + fenceData(output.text, { source: tool, nonce, maxLength });
}
