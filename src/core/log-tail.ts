import { open, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { errorCodeOf } from './errors.ts';

const pieceBytes = 64 * 1024;

/** Reads a file that grows and is replaced by a new one from time to time, and never loses a line between the two. */
export interface Tail extends AsyncDisposable {
  /** The complete lines written since the last call. */
  read(): Promise<readonly string[]>;
}

export function createTail(path: string): Tail {
  let file: { handle: FileHandle; inode: bigint; position: number } | undefined;
  let decoder = new StringDecoder('utf8');
  let rest = '';

  const readNew = async (): Promise<string[]> => {
    if (!file) return [];
    const { size } = await file.handle.stat();
    // Truncated in place: what is there now is new.
    if (size < file.position) file.position = 0;
    for (;;) {
      const { buffer, bytesRead } = await file.handle.read({
        buffer: Buffer.alloc(pieceBytes),
        position: file.position,
      });
      if (bytesRead === 0) break;
      file.position += bytesRead;
      rest += decoder.write(buffer.subarray(0, bytesRead));
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    return lines;
  };

  const close = async (): Promise<string[]> => {
    const last = rest === '' ? [] : [rest];
    await file?.handle.close();
    file = undefined;
    rest = '';
    decoder = new StringDecoder('utf8');
    return last;
  };

  return {
    async read() {
      const lines = await readNew();
      const next = await openFile(path);
      if (next && next.inode === file?.inode) await next.handle.close();
      else if (next) {
        // The old file got its last lines before it was replaced.
        lines.push(...(await readNew()), ...(await close()));
        file = next;
        lines.push(...(await readNew()));
      }
      return lines;
    },
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}

async function openFile(path: string): Promise<{ handle: FileHandle; inode: bigint; position: number } | undefined> {
  try {
    const handle = await open(path, 'r');
    const { ino } = await handle.stat({ bigint: true });
    return { handle, inode: ino, position: 0 };
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
