import { falseClaim, headerLimits } from './claim.ts';
import type { HeaderCursor, Need } from './cursor.ts';
import { fixedSize, valueType, type GgufArray, type GgufScalar, type GgufValue } from './value-types.ts';

/** Counts the text a header makes us keep. */
export interface TextBudget {
  keptBytes: number;
}

export function* readText(
  cursor: HeaderCursor,
  { what, maxBytes }: { what: string; maxBytes: number },
): Generator<Need, string, void> {
  cursor.claim(8, what);
  if (!cursor.has(8)) yield 8;
  const length = cursor.length();
  cursor.claim(length, what);
  if (length > maxBytes) {
    throw falseClaim(cursor.source.name, `${what} is ${length} bytes long, more than the ${maxBytes} allowed`);
  }
  if (!cursor.has(length)) yield length;
  return cursor.text(length);
}

export function* readValue(
  cursor: HeaderCursor,
  { type, key, budget }: { type: number; key: string; budget: TextBudget },
): Generator<Need, GgufValue, void> {
  if (type === valueType.array) return yield* readArray(cursor, { key, budget, depth: 1 });
  return yield* readScalar(cursor, { type, key, budget });
}

function* readScalar(
  cursor: HeaderCursor,
  { type, key, budget }: { type: number; key: string; budget: TextBudget },
): Generator<Need, GgufScalar, void> {
  const what = `the value of "${key}"`;
  if (type === valueType.string) {
    const value = yield* readText(cursor, { what, maxBytes: headerLimits.textBytes });
    budget.keptBytes += value.length;
    if (budget.keptBytes > headerLimits.keptTextBytes) {
      throw falseClaim(cursor.source.name, `its texts are longer than ${headerLimits.keptTextBytes} bytes together`);
    }
    return { kind: 'string', value };
  }
  const size = fixedSize(type);
  if (size === undefined) throw falseClaim(cursor.source.name, `${what} has the unknown type ${type}`);
  cursor.claim(size, what);
  if (!cursor.has(size)) yield size;
  return takeScalar(cursor, type);
}

function takeScalar(cursor: HeaderCursor, type: number): GgufScalar {
  switch (type) {
    case valueType.float32:
      return { kind: 'float', value: cursor.float32() };
    case valueType.float64:
      return { kind: 'float', value: cursor.float64() };
    case valueType.bool:
      return { kind: 'bool', value: cursor.uint8() !== 0 };
    default:
      return { kind: 'integer', value: takeInteger(cursor, type) };
  }
}

function takeInteger(cursor: HeaderCursor, type: number): bigint {
  switch (type) {
    case valueType.uint8:
      return BigInt(cursor.uint8());
    case valueType.int8:
      return BigInt(cursor.int8());
    case valueType.uint16:
      return BigInt(cursor.uint16());
    case valueType.int16:
      return BigInt(cursor.int16());
    case valueType.uint32:
      return BigInt(cursor.uint32());
    case valueType.int32:
      return BigInt(cursor.int32());
    case valueType.uint64:
      return cursor.uint64();
    default:
      return cursor.int64();
  }
}

function* readArray(
  cursor: HeaderCursor,
  { key, budget, depth }: { key: string; budget: TextBudget; depth: number },
): Generator<Need, GgufArray, void> {
  const what = `the array "${key}"`;
  if (depth > headerLimits.arrayDepth) throw falseClaim(cursor.source.name, `${what} is nested too deeply`);
  cursor.claim(12, what);
  if (!cursor.has(12)) yield 12;
  const type = cursor.uint32();
  const length = cursor.length();
  if (type === valueType.array) {
    cursor.claim(length * 12, what);
    for (let index = 0; index < length; index += 1) yield* readArray(cursor, { key, budget, depth: depth + 1 });
    return { kind: 'array', length, items: undefined };
  }
  const size = type === valueType.string ? 8 : fixedSize(type);
  if (size === undefined) throw falseClaim(cursor.source.name, `${what} has elements of the unknown type ${type}`);
  cursor.claim(length * size, what);
  if (length <= headerLimits.keptItems && depth === 1) {
    const items: GgufScalar[] = [];
    for (let index = 0; index < length; index += 1) items.push(yield* readScalar(cursor, { type, key, budget }));
    return { kind: 'array', length, items };
  }
  if (type === valueType.string) yield* skipTexts(cursor, { what, length });
  else cursor.position += length * size;
  return { kind: 'array', length, items: undefined };
}

// Vocabularies are arrays of several hundred thousand texts: only their lengths are looked at.
function* skipTexts(
  cursor: HeaderCursor,
  { what, length }: { what: string; length: number },
): Generator<Need, void, void> {
  for (let index = 0; index < length; index += 1) {
    if (!cursor.has(8)) {
      cursor.claim(8, what);
      yield 8;
    }
    const bytes = cursor.length();
    if (!cursor.has(bytes)) cursor.claim(bytes, what);
    cursor.position += bytes;
  }
}
