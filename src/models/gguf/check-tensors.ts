import { falseClaim } from './claim.ts';
import type { GgufTensor, RawGguf } from './parse-header.ts';
import { blockLayout } from './tensor-types.ts';

const defaultAlignment = 32;
const largestAlignment = 1024 * 1024;

export interface TensorTotals {
  readonly elements: number;
  /** Bytes of all tensors whose type is known. */
  readonly bytes: number;
}

/**
 * Holds what the header says about its tensors against the size of the file.
 * @throws AppError `model.invalid_file` naming the tensor and the claim
 */
export function checkTensors(raw: RawGguf, { name, sizeBytes }: { name: string; sizeBytes: number }): TensorTotals {
  const alignment = alignmentOf(raw, name);
  const dataStart = Math.ceil(raw.headerBytes / alignment) * alignment;
  const dataBytes = Math.max(0, sizeBytes - dataStart);
  let elements = 0;
  let bytes = 0;
  const ends: { start: number; end: number; name: string }[] = [];
  for (const tensor of raw.tensors) {
    const size = tensorBytes(tensor, name);
    if (tensor.offset % alignment !== 0) {
      throw falseClaim(name, `tensor "${tensor.name}" begins at ${tensor.offset}, not at a multiple of ${alignment}`);
    }
    if (tensor.offset + size > dataBytes) {
      throw falseClaim(
        name,
        `tensor "${tensor.name}" claims ${size} bytes at offset ${dataStart + tensor.offset}, but the file ends at ${sizeBytes}`,
      );
    }
    elements += tensor.elements;
    bytes += size;
    ends.push({ start: tensor.offset, end: tensor.offset + size, name: tensor.name });
  }
  refuseOverlap(ends, name);
  return { elements, bytes };
}

function refuseOverlap(ranges: { start: number; end: number; name: string }[], file: string): void {
  const sorted = ranges.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, range] of sorted.entries()) {
    const previous = sorted[index - 1];
    if (previous && range.start < previous.end) {
      throw falseClaim(file, `tensors "${previous.name}" and "${range.name}" claim the same bytes`);
    }
  }
}

function alignmentOf(raw: RawGguf, file: string): number {
  const value = raw.entries.get('general.alignment');
  if (value === undefined) return defaultAlignment;
  const alignment = value.kind === 'integer' ? Number(value.value) : Number.NaN;
  const isPowerOfTwo = alignment >= 1 && alignment <= largestAlignment && (alignment & (alignment - 1)) === 0;
  if (!isPowerOfTwo) throw falseClaim(file, 'its "general.alignment" is not a power of two');
  return alignment;
}

function tensorBytes(tensor: GgufTensor, file: string): number {
  const layout = blockLayout(tensor.type);
  if (!layout) return 0;
  if (tensor.rowElements % layout.elements !== 0) {
    throw falseClaim(
      file,
      `tensor "${tensor.name}" has rows of ${tensor.rowElements} elements, not a multiple of its block of ${layout.elements}`,
    );
  }
  return (tensor.elements / layout.elements) * layout.bytes;
}
