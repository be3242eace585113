export type FixtureValue = string | boolean | number | bigint | { readonly float32: number } | readonly FixtureValue[];

/** GGUF spec, `gguf_metadata_value_type`. */
export const valueTypeNumbers = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9, uint64: 10 } as const;
