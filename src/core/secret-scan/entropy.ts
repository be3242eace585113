/** Shannon's entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** What stands in documentation where a secret belongs: `ghp_xxxxxxxxxxxx`, `<your-token>`, `${TOKEN}`, `********`. */
export function isPlaceholder(secret: string): boolean {
  return /x{8}|X{8}|\*{4}|\.{4}|0{16}|^[<$%{]|your[-_]|[-_]here$|change_?me|placeholder|redacted/i.test(secret);
}
