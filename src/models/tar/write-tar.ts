import { blockBytes, paddingBytes, tarHeader } from './header.ts';

/** A file of a tar to be; a folder has a name that ends in a slash and no content. */
export interface TarMember {
  readonly name: string;
  readonly sizeBytes: number;
  /** Gives exactly `sizeBytes`. */
  readonly content?: (() => AsyncIterable<Uint8Array> | Iterable<Uint8Array>) | undefined;
}

const endBytes = 2 * blockBytes;

/** Size of the whole tar, known before anything is read. */
export function tarBytes(members: readonly TarMember[]): number {
  return members.reduce((sum, { sizeBytes }) => sum + blockBytes + sizeBytes + paddingBytes(sizeBytes), endBytes);
}

/** The same members give the same bytes. */
export async function* writeTar(members: readonly TarMember[]): AsyncGenerator<Uint8Array, void, void> {
  for (const { name, sizeBytes, content } of members) {
    yield tarHeader(name, sizeBytes);
    if (content) yield* content();
    const padding = paddingBytes(sizeBytes);
    if (padding > 0) yield Buffer.alloc(padding);
  }
  yield Buffer.alloc(endBytes);
}
