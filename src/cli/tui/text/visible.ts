// Control characters, bidirectional controls (UAX #9), invisible ones and tag characters.
const hidden =
  /[^\P{Cc}\n\t]|[\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|[\u{E0000}-\u{E007F}]/gu;

/**
 * Lines of what is about to be run or written, with every character that a terminal would act on or hide spelt out: a person
 * approves what is there, so nothing may be left out.
 */
export function visibleLines(text: string): readonly string[] {
  return text
    .replaceAll(/\r\n/g, '\n')
    .replaceAll(
      hidden,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    )
    .replaceAll('\t', '    ')
    .split('\n');
}
