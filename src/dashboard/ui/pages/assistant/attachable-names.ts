import { containerListBody, imageListBody, mcpServersBody, modelListBody, volumeListBody } from '#contract';
import { displayName, useResource, type Resource } from '../../kit/index.ts';

/** What can be attached by its name, in the order of the dialog. */
export const objectKinds = ['container', 'image', 'volume', 'model', 'server'] as const;
export type ObjectKind = (typeof objectKinds)[number];

export interface Names {
  readonly names: readonly string[];
  /** So many more are there that are not listed. */
  readonly left: number;
}

const usualProfile = 'default';

/** The names of one kind; only that kind is asked for. */
export function useNames(kind: ObjectKind): Resource<Names> {
  const is = (one: ObjectKind): { readonly enabled: boolean } => ({ enabled: kind === one });
  const containers = useResource({ path: '/gantry/containers', schema: containerListBody, ...is('container') });
  const images = useResource({ path: '/gantry/images', schema: imageListBody, ...is('image') });
  const volumes = useResource({ path: '/gantry/volumes', schema: volumeListBody, ...is('volume') });
  const models = useResource({ path: '/models', schema: modelListBody, ...is('model') });
  const servers = useResource({
    path: `/gantry/mcp/profiles/${usualProfile}/servers`,
    schema: mcpServersBody,
    ...is('server'),
  });
  switch (kind) {
    case 'container':
      return mapped(containers, (body) => ({ names: body.containers.map(({ name }) => name), left: body.left }));
    case 'image':
      return mapped(images, (body) => ({ names: body.images.flatMap(tagsOrId), left: body.left }));
    case 'volume':
      return mapped(volumes, (body) => ({ names: body.volumes.map(({ name }) => name), left: body.left }));
    case 'model':
      return mapped(models, (body) => ({ names: body.flatMap(tagsOrId).map(displayName), left: 0 }));
    case 'server':
      return mapped(servers, (body) => ({ names: body.servers.map(({ name }) => name), left: 0 }));
  }
}

function mapped<T>(resource: Resource<T>, names: (data: T) => Names): Resource<Names> {
  return { ...resource, data: resource.data && names(resource.data) };
}

function tagsOrId({ id, tags = [] }: { readonly id: string; readonly tags?: readonly string[] | undefined }) {
  return tags.length > 0 ? tags : [id];
}
