import { launcherCode, type LauncherArch } from './launcher-code.ts';

const headerBytes = 64;
const segmentBytes = 56;
const loadAddress = 0x400000n;
const machines: Readonly<Record<LauncherArch, number>> = { x64: 62, arm64: 183 };

/** The launcher as an ELF program for Linux: one segment that is read and run, and nothing that needs a library. */
export function launcherFile(arch: LauncherArch): Buffer {
  const code = Buffer.from(launcherCode[arch].join(''), 'base64');
  const start = headerBytes + 2 * segmentBytes;
  const file = Buffer.alloc(start);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(machines[arch], 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(loadAddress + BigInt(start), 24);
  file.writeBigUInt64LE(BigInt(headerBytes), 32);
  file.writeUInt16LE(headerBytes, 52);
  file.writeUInt16LE(segmentBytes, 54);
  file.writeUInt16LE(2, 56);
  const size = BigInt(start + code.length);
  writeSegment(file.subarray(headerBytes), { type: 1, flags: 5, address: loadAddress, size, align: 0x10000n });
  // A stack that nothing is run from.
  const stack = { type: 0x6474e551, flags: 6, address: 0n, size: 0n, align: 16n };
  writeSegment(file.subarray(headerBytes + segmentBytes), stack);
  return Buffer.concat([file, code]);
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly size: bigint;
  readonly align: bigint;
}

function writeSegment(into: Buffer, { type, flags, address, size, align }: Segment): void {
  into.writeUInt32LE(type, 0);
  into.writeUInt32LE(flags, 4);
  into.writeBigUInt64LE(address, 16);
  into.writeBigUInt64LE(address, 24);
  into.writeBigUInt64LE(size, 32);
  into.writeBigUInt64LE(size, 40);
  into.writeBigUInt64LE(align, 48);
}

/** The launcher's name for an architecture as the Engine calls it; undefined where there is none. */
export function launcherArch(engineArch: string): LauncherArch | undefined {
  if (engineArch === 'amd64' || engineArch === 'x86_64') return 'x64';
  if (engineArch === 'arm64' || engineArch === 'aarch64') return 'arm64';
  return undefined;
}
