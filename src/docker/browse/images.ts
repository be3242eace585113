import { z } from 'zod';
import { segment } from '../client/call.ts';
import type { Cancel } from '../types.ts';
import { browse, count, order, word, words, type Asked } from './ask.ts';

/** An image as a list shows it. */
export interface ListedImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly createdAtMs: number;
  readonly sizeBytes: number;
}

const listed = z
  .looseObject({ Id: z.string(), RepoTags: words, RepoDigests: words, Created: count, Size: count })
  .transform((one): ListedImage => ({
    id: one.Id,
    tags: one.RepoTags.filter((tag) => tag !== '<none>:<none>'),
    digests: one.RepoDigests.filter((digest) => !digest.startsWith('<none>')),
    createdAtMs: one.Created * 1000,
    sizeBytes: one.Size,
  }));

export async function listImages(docker: Asked, cancel: Cancel = {}): Promise<readonly ListedImage[]> {
  return await browse(docker, { method: 'GET', path: '/images/json', ...cancel }, z.array(listed));
}

/** @throws AppError `docker.not_found` */
export async function inspectImage(
  docker: Asked,
  name: string,
  cancel: Cancel = {},
): Promise<Readonly<Record<string, unknown>>> {
  return await browse(
    docker,
    { method: 'GET', path: `/images/${segment(name)}/json`, ...cancel },
    z.record(z.string(), z.unknown()),
  );
}

/** A step of how an image was made, the last first. */
export interface HistoryStep {
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly sizeBytes: number;
  readonly comment: string;
}

const step = z
  .looseObject({ Created: count, CreatedBy: word, Size: count, Comment: word })
  .transform((one): HistoryStep => ({
    createdAtMs: one.Created * 1000,
    createdBy: one.CreatedBy,
    sizeBytes: one.Size,
    comment: one.Comment,
  }));

export async function imageHistory(docker: Asked, name: string, cancel: Cancel = {}): Promise<readonly HistoryStep[]> {
  return await browse(docker, { method: 'GET', path: `/images/${segment(name)}/history`, ...cancel }, z.array(step));
}

/** @throws AppError `docker.*`; one that a container uses is refused unless forced */
export async function removeImage(
  docker: Asked,
  name: string,
  { force, ...cancel }: Cancel & { readonly force: boolean },
): Promise<void> {
  await order(docker, { method: 'DELETE', path: `/images/${segment(name)}`, query: { force }, ...cancel });
}

/** @throws AppError `docker.*` */
export async function tagImage(
  docker: Asked,
  name: string,
  { target, ...cancel }: Cancel & { readonly target: string },
): Promise<void> {
  const colon = target.lastIndexOf(':');
  const [repo, tag] =
    colon > target.lastIndexOf('/') ? [target.slice(0, colon), target.slice(colon + 1)] : [target, 'latest'];
  await order(docker, { method: 'POST', path: `/images/${segment(name)}/tag`, query: { repo, tag }, ...cancel });
}
