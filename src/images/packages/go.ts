import type { Package } from '../types.ts';

export const goMagic = Buffer.from('\u00FF Go buildinf:', 'latin1');
/** Version and modules stand behind the magic; nobody has more of them. */
export const mostGoBytes = 1024 * 1024;
const inlineStrings = 2;

/**
 * What `go version -m` prints, from the bytes that begin with the magic (`debug/buildinfo`). Programs of Go before 1.18 hold
 * addresses there instead of texts; they give nothing.
 */
export function readGo(bytes: Buffer, path: string): readonly Package[] {
  if (((bytes[15] ?? 0) & inlineStrings) === 0) return [];
  const [version, after] = text(bytes, 32);
  const [modules] = text(bytes, after);
  if (version === undefined) return [];
  const packages: Package[] = [{ kind: 'golang', name: 'stdlib', version: version.replace(/^go/, ''), path }];
  // Sixteen bytes stand before and behind the text, so that the linker can find it.
  for (const line of (modules ?? '').slice(16, -16).split('\n')) {
    const [what, name, at] = line.split('\t');
    if (what === '=>' && name && at) packages[packages.length - 1] = { kind: 'golang', name, version: at, path };
    else if ((what === 'dep' || what === 'mod') && name && at)
      packages.push({ kind: 'golang', name, version: at, path });
  }
  return packages;
}

/** A length (varint) and as many bytes. */
function text(bytes: Buffer, start: number): [string | undefined, number] {
  let length = 0;
  let at = start;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at];
    if (byte === undefined) return [undefined, at];
    at += 1;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      const end = Math.min(bytes.length, at + length);
      return [bytes.toString('utf8', at, end), end];
    }
  }
  return [undefined, at];
}
