import { access } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, type Env } from '#core';
import { parseReference } from '#registry';

// As docker/model-runner looks for it (contract model-runner §2.12).
const serverNames = ['com.docker.llama-server', 'llama-server'];

/** The program that LLAMA_SERVER_PATH, a folder, names: what `auto` takes first. It need not be there; then choosing it says so. */
export async function llamaServerFrom(env: Env): Promise<string | undefined> {
  const folder = env['LLAMA_SERVER_PATH'] ?? '';
  if (folder === '') return undefined;
  const paths = serverNames.map((name) => join(resolve(folder), name));
  for (const path of paths) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return paths.at(-1);
}

export interface RegistryVariables {
  /** Registry of names that name none. */
  readonly defaultRegistry: string | undefined;
  /** Reached over plain http. */
  readonly insecure: readonly string[];
}

/** DEFAULT_REGISTRY, and INSECURE_REGISTRY for it. @throws AppError `settings.invalid` */
export function registriesFrom(env: Env): RegistryVariables {
  const given = (env['DEFAULT_REGISTRY'] ?? '').trim();
  if (given === '') return { defaultRegistry: undefined, insecure: [] };
  const insecure = ['true', '1'].includes((env['INSECURE_REGISTRY'] ?? '').toLowerCase());
  try {
    const { registry } = parseReference('ai/model', { defaultRegistry: given });
    return { defaultRegistry: registry, insecure: insecure ? [registry] : [] };
  } catch (cause) {
    throw new AppError('settings.invalid', `DEFAULT_REGISTRY is "${given.slice(0, 100)}", which is not a registry.`, {
      hint: 'Set it to a host, with a port if need be, such as registry.example.com:5000.',
      params: { reason: 'default_registry', value: given.slice(0, 100) },
      cause,
    });
  }
}
