import { AppError, type Env, type Log, type Paths } from '#core';
import { createDocker, type Docker, type FindRegistryAuth } from '#docker';
import type { Credentials } from '#registry';

interface RegistryLoginOptions {
  readonly dockerConfigDir: string;
  readonly env: Env;
  readonly log: Log;
}

const helperPatienceMs = 30_000;

/** What the person has stored with `docker login`, for pulls through the Engine; read anew for each. */
function createRegistryLogin(options: RegistryLoginOptions): FindRegistryAuth {
  let opened:
    | Promise<{ readonly credentials: Credentials; registryOf: (image: string) => string | undefined }>
    | undefined;
  // Most processes pull nothing.
  const open = async () => {
    const { createCredentials, parseReference } = await import('#registry');
    return {
      credentials: createCredentials(options),
      registryOf: (image: string): string | undefined => {
        try {
          return parseReference(image).registry;
        } catch (error) {
          // The Engine says what is wrong with a name.
          if (error instanceof AppError) return undefined;
          throw error;
        }
      },
    };
  };
  return async (image, { signal = AbortSignal.timeout(helperPatienceMs) } = {}) => {
    const { credentials, registryOf } = await (opened ??= open());
    const registry = registryOf(image);
    if (registry === undefined) return undefined;
    const known = await credentials.forRegistry(registry, { signal });
    if (!known) return undefined;
    const serveraddress = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
    const auth =
      known.kind === 'basic'
        ? { username: known.username, password: known.password, serveraddress }
        : { identitytoken: known.token, serveraddress };
    // The Engine wants the padding that Node's base64url leaves out, and takes what it cannot decode for no login at all.
    return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  };
}

/** The Engine of this user, at which images are pulled with their logins. */
export function createUsersDocker({ paths, env, log }: { paths: Paths; env: Env; log: Log }): Docker {
  const { userHome, dockerConfig, dockerSocket } = paths;
  const registryAuth = createRegistryLogin({ dockerConfigDir: dockerConfig, env, log });
  return createDocker({ env, userHome, dockerConfig, ownSocket: dockerSocket, log, registryAuth });
}
