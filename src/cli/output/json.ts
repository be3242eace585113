// What a terminal would act on and JSON leaves as it is: DEL, C1, bidirectional controls, tag characters.
const unsafe = /[\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** JSON as `docker model` prints it: four spaces, nothing escaped for HTML, a newline at the end. */
export function jsonText(value: unknown, { indent = 4 }: { indent?: number } = {}): string {
  const text = JSON.stringify(value, undefined, indent);
  return `${text.replaceAll(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
