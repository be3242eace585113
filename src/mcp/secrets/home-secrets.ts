import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Env, Paths } from '#core';
import { runProgram } from '../state/run-program.ts';
import { createEncryptedFile, type EncryptedFileOptions } from './encrypted-file.ts';
import { createKeychain } from './keychain.ts';
import { createSecretPlaces } from './places.ts';
import { createSecrets, type Secrets } from './secrets.ts';

export interface HomeSecretsOptions {
  readonly paths: Pick<Paths, 'home'>;
  readonly env: Env;
  readonly clock: Clock;
  /** Asks a person; GANTRY_SECRETS_PASSPHRASE is looked at before. */
  readonly askPassphrase?: EncryptedFileOptions['passphrase'] | undefined;
}

/** The secrets of a home, the same for the daemon, gateways of their own and commands. */
export function createHomeSecrets({ paths, env, clock, askPassphrase }: HomeSecretsOptions): Secrets {
  const folder = join(paths.home, 'mcp');
  const tag = createHash('sha256').update(paths.home).digest('hex').slice(0, 8);
  return createSecrets({
    places: createSecretPlaces(join(folder, 'secrets.yaml'), { clock }),
    keychain: createKeychain({ service: `gantry-${tag}` }),
    file: createEncryptedFile({
      path: join(folder, 'secrets.enc'),
      keyPath: join(folder, 'secrets.key'),
      passphrase: async (why) => env['GANTRY_SECRETS_PASSPHRASE'] || (await askPassphrase?.(why)),
      clock,
    }),
    env,
    run: runProgram,
  });
}
