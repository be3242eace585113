import { createServer } from 'node:net';
import { once } from 'node:events';
import { z } from 'zod';
import { text } from 'node:stream/consumers';
import type { Docker } from '#docker';
import { readConfig } from '../report/inventory.ts';
import type { RecipeFacts } from './make-recipe.ts';

const containers = z.array(
  z.looseObject({
    Names: z.array(z.string()).nullish(),
    Ports: z.array(z.looseObject({ PublicPort: z.number().optional() })).nullish(),
  }),
);

/** What a recipe has to know. @throws AppError `docker.not_found` when the Engine does not have the image */
export async function gatherFacts(
  docker: Docker,
  image: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<RecipeFacts> {
  await docker.images.inspect(image, { signal });
  const read = async (path: string, query?: Record<string, boolean>): Promise<unknown> => {
    const { stream } = await docker.request({ method: 'GET', path, query, signal });
    return JSON.parse(await text(stream));
  };
  const [config, all, version, address] = await Promise.all([
    read(`/images/${encodeURIComponent(image)}/json`),
    read('/containers/json', { all: true }),
    docker.version({ signal }),
    docker.address({ signal }),
  ]);
  const list = containers.catch([]).parse(all);
  const published = list.flatMap(({ Ports }) => (Ports ?? []).flatMap(({ PublicPort }) => PublicPort ?? []));
  const taken = new Set(published);
  const known = configOf(config);
  if (address.route.kind === 'unix') {
    // Ports of programs that are no containers show only when they are asked for.
    const likely = new Set([...known.exposedPorts.map((port) => Number.parseInt(port, 10)), 5432, 3306, 6379, 27_017]);
    const near = [...likely].flatMap((port) => [0, 1, 2, 3].flatMap((more) => [port + more, port + 8000 + more]));
    for (const port of near)
      if (port > 0 && port < 65_536 && !taken.has(port) && !(await isFree(port))) taken.add(port);
  }
  return {
    config: known,
    platform: `${version.os}/${version.arch}`,
    takenNames: new Set(list.flatMap(({ Names }) => (Names ?? []).map((name) => name.replace(/^\//, '')))),
    takenPorts: taken,
  };
}

/** The Engine's answer has the fields of an image's configuration in other capitals. */
function configOf(answer: unknown): RecipeFacts['config'] {
  const value = z
    .looseObject({
      Architecture: z.string().nullish(),
      Os: z.string().nullish(),
      Created: z.string().nullish(),
      Config: z.unknown(),
    })
    .parse(answer);
  return readConfig({ architecture: value.Architecture, os: value.Os, created: value.Created, config: value.Config });
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
