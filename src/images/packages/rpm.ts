import { damaged } from '../layers/read-tar.ts';
import type { Package } from '../types.ts';
import { isHashTable, readHashValues } from './berkeley-db.ts';
import { readTable } from './sqlite-table.ts';

/** The database of rpm: SQLite (Fedora, RHEL 9 and later), ndb (SUSE), and Berkeley DB (before them). */
export function readRpm(bytes: Buffer, path: string): readonly Package[] {
  return [...headersIn(bytes)].flatMap((header) => packageOf(header, path));
}

function* headersIn(bytes: Buffer): Generator<Buffer> {
  if (bytes.toString('latin1', 0, 6) === 'SQLite') {
    for (const [, blob] of readTable(bytes, 'Packages')) if (Buffer.isBuffer(blob)) yield blob;
  } else if (bytes.toString('latin1', 0, 4) === 'RpmP') yield* ndbBlobs(bytes);
  else if (isHashTable(bytes)) yield* readHashValues(bytes);
  else throw damaged('its rpm database is of a kind that cannot be read');
}

const slotBytes = 16;
const ndbPageBytes = 4096;

/** Slots of 16 bytes name where the blobs are, in blocks of 16 bytes. */
function* ndbBlobs(bytes: Buffer): Generator<Buffer> {
  const pages = bytes.readUInt32LE(12);
  const end = Math.min(bytes.length, pages * ndbPageBytes);
  for (let at = 2 * slotBytes; at + slotBytes <= end; at += slotBytes) {
    if (bytes.toString('latin1', at, at + 4) !== 'Slot') throw damaged('its rpm database is damaged');
    const start = bytes.readUInt32LE(at + 8) * slotBytes;
    if (start === 0) continue;
    if (start + slotBytes > bytes.length) throw damaged('its rpm database is damaged');
    const length = bytes.readUInt32LE(start + 12);
    yield bytes.subarray(start + slotBytes, start + slotBytes + length);
  }
}

const tags = { name: 1000, version: 1001, release: 1002, epoch: 1003, licence: 1014, architecture: 1022, source: 1044 };
const mostTags = 10_000;

/** A header: two counts, an index of 16 bytes for each tag, and the data. */
function packageOf(header: Buffer, path: string): readonly Package[] {
  if (header.length < 8) return [];
  const count = header.readUInt32BE(0);
  const data = 8 + count * 16;
  if (count > mostTags || data > header.length) return [];
  const places = new Map<number, number>();
  for (let index = 0; index < count; index += 1) {
    const at = 8 + index * 16;
    places.set(header.readUInt32BE(at), data + header.readUInt32BE(at + 8));
  }
  const text = (tag: number): string | undefined => {
    const at = places.get(tag);
    if (at === undefined || at >= header.length) return undefined;
    const end = header.indexOf(0, at);
    return header.toString('utf8', at, end < 0 ? header.length : end).slice(0, 300);
  };
  const [name, version, release] = [text(tags.name), text(tags.version), text(tags.release)];
  // Keys that rpm trusts are packages by form only.
  if (!name || !version || name === 'gpg-pubkey') return [];
  const epochAt = places.get(tags.epoch);
  const epoch = epochAt === undefined || epochAt + 4 > header.length ? 0 : header.readUInt32BE(epochAt);
  const full = `${epoch > 0 ? `${epoch}:` : ''}${version}${release ? `-${release}` : ''}`;
  const source = /^(.+)-[^-]+-[^-]+\.src\.rpm$/.exec(text(tags.source) ?? '')?.[1];
  return [
    {
      kind: 'rpm',
      name,
      version: full,
      architecture: text(tags.architecture),
      licence: text(tags.licence),
      source: { name: source ?? name, version: full },
      path,
    },
  ];
}
