import { z } from 'zod';
import { segment } from '../client/call.ts';
import type { Cancel } from '../types.ts';
import { browse, order, table, word, type Asked } from './ask.ts';

export interface ListedVolume {
  readonly name: string;
  readonly driver: string;
  readonly mountpoint: string;
  readonly createdAt: string;
  readonly scope: string;
  readonly labels: Readonly<Record<string, string>>;
}

const volume = z
  .looseObject({ Name: z.string(), Driver: word, Mountpoint: word, CreatedAt: word, Scope: word, Labels: table })
  .transform((one): ListedVolume => ({
    name: one.Name,
    driver: one.Driver,
    mountpoint: one.Mountpoint,
    createdAt: one.CreatedAt,
    scope: one.Scope,
    labels: one.Labels,
  }));

const raw = z.record(z.string(), z.unknown());

export async function listVolumes(docker: Asked, cancel: Cancel = {}): Promise<readonly ListedVolume[]> {
  const { Volumes } = await browse(
    docker,
    { method: 'GET', path: '/volumes', ...cancel },
    z.looseObject({ Volumes: z.array(volume).nullish() }),
  );
  return Volumes ?? [];
}

/** @throws AppError `docker.not_found` */
export async function inspectVolume(
  docker: Asked,
  name: string,
  cancel: Cancel = {},
): Promise<Readonly<Record<string, unknown>>> {
  return await browse(docker, { method: 'GET', path: `/volumes/${segment(name)}`, ...cancel }, raw);
}

export interface VolumeWishes extends Cancel {
  readonly driver: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** @throws AppError `docker.*`. The Engine takes one that is there already for the one that is wanted. */
export async function createVolume(
  docker: Asked,
  name: string,
  { driver, options, labels, ...cancel }: VolumeWishes,
): Promise<void> {
  const json = { Name: name, Driver: driver, DriverOpts: options, Labels: labels };
  await order(docker, { method: 'POST', path: '/volumes/create', json, ...cancel });
}

/** @throws AppError `docker.*`; one that a container uses is refused */
export async function removeVolume(docker: Asked, name: string, cancel: Cancel = {}): Promise<void> {
  await order(docker, { method: 'DELETE', path: `/volumes/${segment(name)}`, ...cancel });
}

/** @throws AppError `docker.not_found` */
export async function inspectNetwork(
  docker: Asked,
  name: string,
  cancel: Cancel = {},
): Promise<Readonly<Record<string, unknown>>> {
  return await browse(docker, { method: 'GET', path: `/networks/${segment(name)}`, ...cancel }, raw);
}

/** @throws AppError `docker.*`; one that has containers in it is refused */
export async function removeNetwork(docker: Asked, name: string, cancel: Cancel = {}): Promise<void> {
  await order(docker, { method: 'DELETE', path: `/networks/${segment(name)}`, ...cancel });
}
