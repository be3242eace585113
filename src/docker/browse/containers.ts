import { z } from 'zod';
import { segment } from '../client/call.ts';
import type { Cancel } from '../types.ts';
import { browse, count, order, table, word, words, type Asked } from './ask.ts';

export interface ListedPort {
  readonly address: string;
  readonly host: number | undefined;
  readonly container: number;
  readonly protocol: string;
}

/** A container as a list shows it. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  readonly createdAtMs: number;
  /** `created`, `running`, `exited`, … */
  readonly state: string;
  /** In the Engine's words: `Exited (137) 2 hours ago`. */
  readonly status: string;
  /** Of a container that ended. */
  readonly exitCode: number | undefined;
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  readonly ports: readonly ListedPort[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const port = z.looseObject({ IP: word, PrivatePort: count, PublicPort: z.number().nullish(), Type: word });

const listed = z
  .looseObject({
    Id: z.string(),
    Names: words,
    Image: word,
    ImageID: word,
    Command: word,
    Created: count,
    State: word,
    Status: word,
    Ports: z.array(port).nullish(),
    Labels: table,
    Mounts: z.array(z.looseObject({ Type: word, Name: word })).nullish(),
    NetworkSettings: z.looseObject({ Networks: z.record(z.string(), z.unknown()).nullish() }).nullish(),
  })
  .transform((one): ListedContainer => ({
    id: one.Id,
    name: ownName(one.Names) || one.Id.slice(0, 12),
    image: one.Image,
    imageId: one.ImageID,
    command: one.Command,
    createdAtMs: one.Created * 1000,
    state: one.State,
    status: one.Status,
    exitCode: exitCodeIn(one.Status),
    health: healthIn(one.Status),
    ports: (one.Ports ?? []).map(({ IP, PrivatePort, PublicPort, Type }) => ({
      address: IP,
      host: PublicPort ?? undefined,
      container: PrivatePort,
      protocol: Type,
    })),
    networks: Object.keys(one.NetworkSettings?.Networks ?? {}),
    volumes: (one.Mounts ?? []).flatMap(({ Type, Name }) => (Type === 'volume' && Name !== '' ? [Name] : [])),
    labels: one.Labels,
  }));

/** Links give a container further names, with a slash inside. */
function ownName(names: readonly string[]): string {
  const plain = names.map((name) => name.replace(/^\//, ''));
  return plain.find((name) => !name.includes('/')) ?? plain[0] ?? '';
}

export function exitCodeIn(status: string): number | undefined {
  const code = /^(?:Exited|Restarting) \((-?\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

function healthIn(status: string): ListedContainer['health'] {
  const said = /\((healthy|unhealthy|health: starting)\)/.exec(status)?.[1];
  if (said === 'health: starting') return 'starting';
  return said === 'healthy' || said === 'unhealthy' ? said : 'none';
}

/** All containers, the newest first. */
export async function listContainers(docker: Asked, cancel: Cancel = {}): Promise<readonly ListedContainer[]> {
  return await browse(
    docker,
    { method: 'GET', path: '/containers/json', query: { all: true }, ...cancel },
    z.array(listed),
  );
}

/** Everything the Engine says about it, in its own words. @throws AppError `docker.not_found` */
export async function inspectContainer(
  docker: Asked,
  name: string,
  cancel: Cancel = {},
): Promise<Readonly<Record<string, unknown>>> {
  return await browse(
    docker,
    { method: 'GET', path: `/containers/${segment(name)}/json`, ...cancel },
    z.record(z.string(), z.unknown()),
  );
}

export const containerActions = ['start', 'stop', 'restart', 'pause', 'unpause', 'kill'] as const;
export type ContainerAction = (typeof containerActions)[number];

/** @throws AppError `docker.*` with the Engine's own words */
export async function actOnContainer(
  docker: Asked,
  name: string,
  { action, ...cancel }: Cancel & { readonly action: ContainerAction },
): Promise<void> {
  await order(docker, { method: 'POST', path: `/containers/${segment(name)}/${action}`, ...cancel });
}

/** @throws AppError `docker.*`; a name that another has is refused */
export async function renameContainer(
  docker: Asked,
  name: string,
  { to, ...cancel }: Cancel & { readonly to: string },
): Promise<void> {
  await order(docker, {
    method: 'POST',
    path: `/containers/${segment(name)}/rename`,
    query: { name: to },
    ...cancel,
  });
}

export interface RemoveContainerOptions extends Cancel {
  /** Ends it first. */
  readonly force: boolean;
  /** With the volumes that have no name. */
  readonly volumes: boolean;
}

/** @throws AppError `docker.*`; one that runs is refused unless forced */
export async function removeContainer(
  docker: Asked,
  name: string,
  { force, volumes, ...cancel }: RemoveContainerOptions,
): Promise<void> {
  await order(docker, {
    method: 'DELETE',
    path: `/containers/${segment(name)}`,
    query: { force, v: volumes },
    ...cancel,
  });
}
