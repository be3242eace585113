import { damaged } from '../layers/read-tar.ts';

/**
 * Values of a hash table of Berkeley DB, as rpm kept its packages until 4.16 (RHEL and CentOS to 8, openSUSE to 15.2). Only what such a file needs:
 * pages of hash entries, and chains of overflow pages for what does not fit into one. The file is a stranger's: no page is read twice.
 */
export function* readHashValues(file: Buffer): Generator<Buffer> {
  const db = open(file);
  const seen = new Set<number>();
  for (let page = 1; page * db.pageBytes < file.length; page += 1) {
    const start = page * db.pageBytes;
    const kind = file[start + 25];
    if (kind !== pageKinds.hash && kind !== pageKinds.unsortedHash) continue;
    const entries = db.uint16(start + 20);
    if (head + entries * 2 > db.pageBytes) throw damaged(reason);
    // A key, its value, the next key.
    for (let index = 1; index < entries; index += 2) {
      const at = db.uint16(start + head + index * 2);
      const end = db.uint16(start + head + (index - 1) * 2);
      if (at >= end || end > db.pageBytes) throw damaged(reason);
      const item = file.subarray(start + at, start + end);
      if (item[0] === itemKinds.inPage) yield item.subarray(1);
      else if (item[0] === itemKinds.offPage && item.length >= 12) {
        yield chain(db, { first: db.uint32(start + at + 4), bytes: db.uint32(start + at + 8), seen });
      }
    }
  }
}

/** Whether a file begins as one of Berkeley DB's hash tables does. */
export function isHashTable(file: Buffer): boolean {
  return file.length >= 512 && (file.readUInt32LE(12) === magic || file.readUInt32BE(12) === magic);
}

const magic = 0x00061561;
const head = 26;
const pageKinds = { unsortedHash: 2, overflow: 7, hash: 13 };
const itemKinds = { inPage: 1, offPage: 3 };
const reason = 'its rpm database is damaged';

interface HashTable {
  readonly file: Buffer;
  readonly pageBytes: number;
  readonly uint16: (at: number) => number;
  readonly uint32: (at: number) => number;
}

/** It is written in the byte order of the machine that made it. */
function open(file: Buffer): HashTable {
  if (!isHashTable(file)) throw damaged(reason);
  const isLittle = file.readUInt32LE(12) === magic;
  const uint32 = (at: number): number => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const pageBytes = uint32(20);
  const isEncrypted = file[24] !== 0;
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0 || isEncrypted)
    throw damaged(reason);
  return { file, pageBytes, uint32, uint16: (at) => (isLittle ? file.readUInt16LE(at) : file.readUInt16BE(at)) };
}

function chain(
  { file, pageBytes, uint16, uint32 }: HashTable,
  { first, bytes, seen }: { readonly first: number; readonly bytes: number; readonly seen: Set<number> },
): Buffer {
  if (bytes > file.length) throw damaged(reason);
  const parts: Buffer[] = [];
  let page = first;
  for (let left = bytes; left > 0;) {
    const start = page * pageBytes;
    if (page === 0 || start + pageBytes > file.length || seen.has(page) || file[start + 25] !== pageKinds.overflow) {
      throw damaged(reason);
    }
    seen.add(page);
    const here = Math.min(left, uint16(start + 22), pageBytes - head);
    if (here === 0) throw damaged(reason);
    parts.push(file.subarray(start + head, start + head + here));
    left -= here;
    page = uint32(start + 16);
  }
  return Buffer.concat(parts);
}
