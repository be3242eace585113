/** Value types of GGUF key-value pairs (GGUF spec, `gguf_metadata_value_type`). */
export const valueType = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

/** Bytes of one value; undefined for strings, arrays and types the spec does not know. */
export function fixedSize(type: number): number | undefined {
  return sizes.get(type);
}

const sizes = new Map<number, number>([
  [valueType.uint8, 1],
  [valueType.int8, 1],
  [valueType.uint16, 2],
  [valueType.int16, 2],
  [valueType.uint32, 4],
  [valueType.int32, 4],
  [valueType.float32, 4],
  [valueType.bool, 1],
  [valueType.uint64, 8],
  [valueType.int64, 8],
  [valueType.float64, 8],
]);

export type GgufScalar =
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string };

/** `items` is absent when the array is longer than anybody here needs, or nested. */
export interface GgufArray {
  readonly kind: 'array';
  readonly length: number;
  readonly items: readonly GgufScalar[] | undefined;
}

export type GgufValue = GgufScalar | GgufArray;

/** Text of a scalar as model configs carry it (contract model-runner §4.2 `gguf`): floats with six decimals. */
export function scalarText(scalar: GgufScalar): string {
  switch (scalar.kind) {
    case 'integer':
    case 'bool':
      return String(scalar.value);
    case 'string':
      return scalar.value;
    case 'float':
      return floatText(scalar.value);
  }
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  // toFixed switches to exponents from 1e21 on, where every double is an integer.
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}
