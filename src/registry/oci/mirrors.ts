import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, errorCodeOf } from '#core';

const daemonConfig = z.object({ 'registry-mirrors': z.array(z.string()).optional() });

/** `registry-mirrors` of the Docker daemon's configuration; none when there is no such file or it is not ours to read. */
export async function readDockerMirrors(path = '/etc/docker/daemon.json'): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCodeOf(error) ?? '')) return [];
    throw error;
  }
  if (text.trim() === '') return [];
  try {
    return daemonConfig.parse(JSON.parse(text))['registry-mirrors'] ?? [];
  } catch (cause) {
    throw new AppError('settings.invalid', `${path} is not a valid Docker configuration.`, {
      hint: 'Correct its JSON, or remove registry-mirrors from it.',
      params: { path },
      cause,
    });
  }
}
