const elementBytes: Readonly<Record<string, number>> = { F32: 4, BF16: 2, F16: 2, I8: 1 };

/** Bytes of a safetensors file; the tensor data is zeros. */
export function safetensorsBytes(
  tensors: Readonly<Record<string, { dtype: string; shape: readonly number[] }>>,
  metadata?: Readonly<Record<string, string>>,
): Buffer {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape }]) => {
    const start = end;
    end += shape.reduce((product, length) => product * length, 1) * (elementBytes[dtype] ?? 1);
    return [name, { dtype, shape, data_offsets: [start, end] }] as const;
  });
  const header = Buffer.from(
    JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(end)]);
}
