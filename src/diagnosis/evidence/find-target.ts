import { AppError } from '#core';
import type { Docker } from '#docker';
import { getJson } from './collect.ts';
import { containersAnswer, type OtherContainer } from './schemas.ts';

/**
 * The container that is meant: its name or id, else a service of Compose, else, with no name, the one that failed last.
 * @throws AppError `docker.unavailable`, `docker.not_found`
 */
export async function findTarget(
  docker: Docker,
  name: string | undefined,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const all = containersAnswer.parse(await getJson(docker, { path: '/containers/json', query: { all: true }, signal }));
  const found = chooseTarget(all, name);
  if (found !== undefined) return found;
  throw name === undefined
    ? new AppError('docker.not_found', 'No container has failed.', {
        hint: 'Name one: gantry ai why CONTAINER',
        params: { reason: 'no_failure' },
      })
    : new AppError('docker.not_found', `There is no container ${name}.`, {
        hint: 'List all containers with: docker ps -a',
        params: { reason: 'no_container', name },
      });
}

export function chooseTarget(all: readonly OtherContainer[], name: string | undefined): string | undefined {
  if (name === undefined) {
    // The Engine lists the newest first.
    const failed = all.find(
      ({ state, status }) => state === 'restarting' || state === 'dead' || isFailure(state, status),
    );
    return failed?.name;
  }
  const exact =
    all.find((one) => one.name === name) ?? all.find(({ id }) => /^[0-9a-f]{4,}$/.test(name) && id.startsWith(name));
  if (exact) return exact.name || exact.id;
  const services = all.filter(({ labels }) => labels['com.docker.compose.service'] === name);
  return (services.find(({ state, status }) => isFailure(state, status)) ?? services[0])?.name;
}

function isFailure(state: string, status: string): boolean {
  if (state === 'exited') return !status.startsWith('Exited (0)') && !status.startsWith('Exited (143)');
  return status.includes('(unhealthy)');
}
