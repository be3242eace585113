import type { Readable } from 'node:stream';
import { z } from 'zod';
import { segment } from '../client/call.ts';
import { refusal } from '../client/send.ts';
import type { Cancel } from '../types.ts';
import { browse, type Asked } from './ask.ts';

export interface FileChange {
  /** In the container, absolute. */
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
}

const changes = z.array(z.looseObject({ Path: z.string(), Kind: z.number() })).nullish();
const kinds = ['modified', 'added', 'deleted'] as const;

/** What is different from the image. @throws AppError `docker.*` */
export async function containerChanges(
  docker: Asked,
  name: string,
  cancel: Cancel = {},
): Promise<readonly FileChange[]> {
  const found = await browse(
    docker,
    { method: 'GET', path: `/containers/${segment(name)}/changes`, ...cancel },
    changes,
  );
  return (found ?? []).flatMap(({ Path: path, Kind }) => {
    const change = kinds[Kind];
    return change ? [{ path, change }] : [];
  });
}

/** A file or a folder of a container, which need not run, as a tar. @throws AppError `docker.*` */
export async function containerArchive(
  docker: Asked,
  name: string,
  { path, ...cancel }: Cancel & { readonly path: string },
): Promise<Readable> {
  const response = await docker.request({
    method: 'GET',
    path: `/containers/${segment(name)}/archive`,
    query: { path },
    ...cancel,
  });
  if (response.status >= 400) throw await refusal(response);
  return response.stream;
}
