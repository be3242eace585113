import { AppError } from '#core';
import type { Cancel, Docker, ImageFacts } from '#docker';
import type { LocalImageEvent, LocalImages } from '../types.ts';
import { serverFailed } from './failures.ts';

export interface ServerImages {
  readonly docker: Pick<Docker, 'images'>;
  /** Those that are made on this machine are made when they are missing. */
  readonly local?: LocalImages | undefined;
  /** Refuses an image that may not run: unsigned, or without the digest that it must have. Asked before a pull, and of what is there. */
  readonly check?: ((image: string, facts: ImageFacts | undefined, options: Cancel) => Promise<void>) | undefined;
}

export interface WantedImage extends Cancel {
  readonly server: string;
  readonly image: string;
  /** A pull is told about, and counts as stuck when it says nothing for so long. */
  readonly onProgress: (line: string) => void;
}

/** What is known of an image, which is pulled when it is not there. @throws AppError `mcp.server_failed`, `signature.*` */
export async function ensureImage(
  { docker, local, check }: ServerImages,
  { server, image, onProgress, signal }: WantedImage,
): Promise<ImageFacts> {
  if (local?.makes(image)) {
    await local.ensure(image, { signal, onEvent: (event) => onProgress(`${image}: ${stepOf(event)}`) });
  }
  const here = await find(docker, image, signal);
  await check?.(image, here, { signal });
  if (here) return here;
  onProgress(`${image} is not on the Engine and is pulled`);
  try {
    for await (const { id, status } of docker.images.pull(image, { signal })) {
      if (id === undefined || status === 'Pull complete') onProgress(id === undefined ? status : `${id} ${status}`);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw serverFailed(server, {
      phase: 'image',
      reason: 'image',
      sentence: `The image of ${server}, ${image}, is not on the Engine and could not be pulled: ${reasonOf(cause)}`,
      hint: `Pull it or build it yourself: docker pull ${image}`,
      params: { image, detail: reasonOf(cause) },
      cause,
    });
  }
  const pulled = await docker.images.inspect(image, { signal });
  await check?.(image, pulled, { signal });
  return pulled;
}

async function find(
  docker: ServerImages['docker'],
  image: string,
  signal: AbortSignal | undefined,
): Promise<ImageFacts | undefined> {
  try {
    return await docker.images.inspect(image, { signal });
  } catch (error) {
    if (error instanceof AppError && error.code === 'docker.not_found') return undefined;
    throw error;
  }
}

function stepOf(event: LocalImageEvent): string {
  return event.type === 'packages' ? `package ${event.done} of ${event.total}` : event.type;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
