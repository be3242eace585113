import { describe, expect, it } from 'vitest';
import { demultiplex } from './demultiplex.ts';

const frame = (kind: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

async function read(chunks: readonly Buffer[]): Promise<{ stdout: string; stderr: string }> {
  async function* source(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const read = { stdout: '', stderr: '' };
  for await (const { stream, bytes } of demultiplex(source())) read[stream] += bytes.toString();
  return read;
}

describe('taking output apart', () => {
  const whole = Buffer.concat([frame(1, 'one\n'), frame(2, 'oops\n'), frame(1, ''), frame(1, 'two\n')]);

  it('gives each stream its own', async () => {
    expect(await read([whole])).toEqual({ stdout: 'one\ntwo\n', stderr: 'oops\n' });
  });

  it('does not mind where the bytes are cut', async () => {
    for (let size = 1; size < whole.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      expect(await read(pieces)).toEqual({ stdout: 'one\ntwo\n', stderr: 'oops\n' });
    }
  });

  it('refuses what is in no frames', async () => {
    await expect(read([Buffer.from('plain text from a terminal')])).rejects.toMatchObject({ code: 'docker.failed' });
  });
});
