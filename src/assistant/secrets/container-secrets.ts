import { z } from 'zod';
import type { Docker } from '#docker';
import { askEngine } from '../tools/docker/ask-engine.ts';
import { hasSecretName } from './hide-secrets.ts';

/** Values of secret variables of containers, so that they are known wherever they turn up: in logs, in files, in what a program prints. */
export interface ContainerSecrets {
  values(): readonly string[];
  /** Reads containers that are new. @throws AppError `docker.*` */
  refresh(options: { readonly signal: AbortSignal }): Promise<void>;
}

const listed = z.array(z.object({ Id: z.string() }));
const inspected = z.object({
  Name: z.string().default(''),
  Config: z
    .object({
      Image: z.string().default(''),
      Env: z
        .array(z.string())
        .nullish()
        .transform((pairs) => pairs ?? []),
    })
    .default({ Image: '', Env: [] }),
});

/** Beyond that many, those made last count. */
const mostContainers = 500;

export function createContainerSecrets(docker: Docker): ContainerSecrets {
  // Variables of a container never change.
  let known = new Map<string, readonly string[]>();
  return {
    values: () => [...known.values()].flat(),
    async refresh({ signal }) {
      const all = await askEngine(
        docker,
        { method: 'GET', path: '/containers/json', query: { all: '1', limit: String(mostContainers) }, signal },
        listed,
      );
      const now = new Map<string, readonly string[]>();
      for (const { Id: id } of all.slice(0, mostContainers)) {
        const values = known.get(id) ?? (await secretsOf(docker, id, { signal }));
        if (values !== undefined) now.set(id, values);
      }
      known = now;
    },
  };
}

/** Undefined for one that has gone. */
async function secretsOf(
  docker: Docker,
  id: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly string[] | undefined> {
  try {
    const found = await askEngine(docker, { method: 'GET', path: `/containers/${id}/json`, signal }, inspected);
    return secretVariables(found.Config.Env, [found.Name, found.Config.Image]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error && error.code === 'docker.not_found') return undefined;
    throw error;
  }
}

/**
 * Values of variables whose names say that they are secrets, and passwords in addresses. One that stands in what everybody sees (the
 * image is called `postgres`, and so is the password) cannot be hidden without hiding that.
 */
export function secretVariables(pairs: readonly string[], seen: readonly string[]): readonly string[] {
  const variables = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? { name: pair, value: '' } : { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  const open = [...seen, ...variables.map(({ name }) => name)].join('\n').toLowerCase();
  return variables
    .flatMap(({ name, value }) => {
      const inAddress = /:\/\/[^\s/@:]*:([^\s/@]+)@/.exec(value)?.[1];
      return [...(hasSecretName(name) ? [value] : []), ...(inAddress === undefined ? [] : [inAddress])];
    })
    .filter((value) => value !== '' && !open.includes(value.toLowerCase()));
}
