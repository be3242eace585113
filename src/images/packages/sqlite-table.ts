import { damaged } from '../layers/read-tar.ts';

/**
 * Rows of one table of an SQLite file, as the file format is documented (sqlite.org/fileformat2.html): enough to read a package
 * database, and bounded, since the file is a stranger's. Values: numbers, texts, blobs or null.
 */
export function* readTable(file: Buffer, table: string): Generator<readonly unknown[]> {
  if (file.toString('latin1', 0, 15) !== 'SQLite format 3') throw damaged('it is no SQLite file');
  const stated = file.readUInt16BE(16);
  const pageBytes = stated === 1 ? 65_536 : stated;
  if (pageBytes < 512) throw damaged('its SQLite file is damaged');
  const db = { file, pageBytes, usable: pageBytes - (file[20] ?? 0), visited: new Set<number>() };
  let root: number | undefined;
  for (const [type, name, , rootPage] of rows(db, 1)) {
    if (type === 'table' && name === table && typeof rootPage === 'number') root = rootPage;
  }
  if (root === undefined) throw damaged(`it has no table ${table}`);
  db.visited.clear();
  yield* rows(db, root);
}

interface Database {
  readonly file: Buffer;
  readonly pageBytes: number;
  readonly usable: number;
  /** A page belongs to one place; one that comes again is a loop. */
  readonly visited: Set<number>;
}

const interior = 0x05;
const leaf = 0x0d;

function* rows(db: Database, page: number): Generator<readonly unknown[]> {
  const start = (page - 1) * db.pageBytes;
  if (db.visited.has(page) || start < 0 || start + db.pageBytes > db.file.length)
    throw damaged('its SQLite file is damaged');
  db.visited.add(page);
  const head = start + (page === 1 ? 100 : 0);
  const kind = db.file[head];
  const cells = db.file.readUInt16BE(head + 3);
  const pointers = head + (kind === interior ? 12 : 8);
  if (kind !== interior && kind !== leaf) throw damaged('its SQLite file is damaged');
  for (let index = 0; index < cells; index += 1) {
    const cell = start + db.file.readUInt16BE(pointers + index * 2);
    if (kind === interior) yield* rows(db, db.file.readUInt32BE(cell));
    else yield record(payloadAt(db, cell));
  }
  if (kind === interior) yield* rows(db, db.file.readUInt32BE(head + 8));
}

function payloadAt(db: Database, cell: number): Buffer {
  const { file, usable, pageBytes } = db;
  const [length, afterLength] = varint(file, cell);
  const [, at] = varint(file, afterLength);
  if (length > file.length) throw damaged('its SQLite file is damaged');
  const most = usable - 35;
  if (length <= most) return file.subarray(at, at + length);
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((length - least) % (usable - 4));
  const local = wanted <= most ? wanted : least;
  const parts = [file.subarray(at, at + local)];
  let next = file.readUInt32BE(at + local);
  for (let left = length - local; left > 0;) {
    const start = (next - 1) * pageBytes;
    if (next === 0 || start + pageBytes > file.length || db.visited.has(-next))
      throw damaged('its SQLite file is damaged');
    db.visited.add(-next);
    parts.push(file.subarray(start + 4, start + 4 + Math.min(left, usable - 4)));
    left -= usable - 4;
    next = file.readUInt32BE(start);
  }
  return Buffer.concat(parts);
}

function record(payload: Buffer): readonly unknown[] {
  const [headBytes, first] = varint(payload, 0);
  const types: number[] = [];
  for (let at = first; at < headBytes;) {
    const [type, next] = varint(payload, at);
    types.push(type);
    at = next;
  }
  let at = headBytes;
  return types.map((type) => {
    const bytes = type >= 12 ? Math.floor((type - 12) / 2) : (numberBytes[type] ?? 0);
    const value = payload.subarray(at, at + bytes);
    at += bytes;
    if (type >= 12) return type % 2 === 0 ? value : value.toString('utf8');
    if (type === 8 || type === 9) return type - 8;
    if (type >= 1 && type <= 5) return value.readIntBE(0, bytes);
    return undefined;
  });
}

/** Of serial types 0 to 7. */
const numberBytes = [0, 1, 2, 3, 4, 6, 8, 8];

function varint(file: Buffer, start: number): [value: number, after: number] {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = file[start + index];
    if (byte === undefined) throw damaged('its SQLite file is damaged');
    if (index === 8) return [value * 256 + byte, start + 9];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, start + index + 1];
  }
  throw damaged('its SQLite file is damaged');
}
