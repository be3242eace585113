import { AppError, isAbort } from '#core';
import type { SecretStore } from './types.ts';

/** What we use of the keychain's binding. */
export interface KeychainEntry {
  setPassword(value: string, signal?: AbortSignal): Promise<void>;
  getPassword(signal?: AbortSignal): Promise<string | null | undefined>;
  deleteCredential(signal?: AbortSignal): Promise<boolean>;
}

export interface KeychainOptions {
  /** Under which the keychain files everything: one for each home of ours. */
  readonly service: string;
  /** A binding for this platform; throws where there is none. Default: the one that is installed. */
  readonly open?: ((service: string, account: string) => Promise<KeychainEntry>) | undefined;
  readonly timeoutMs?: number | undefined;
}

const probe = 'gantry-probe';

/** The keychain of the system: macOS Keychain, Windows Credential Manager, Secret Service on Linux. */
export function createKeychain({ service, open = openInstalled, timeoutMs = 10_000 }: KeychainOptions): SecretStore {
  const use = async <Result>(
    name: string,
    action: (entry: KeychainEntry, signal: AbortSignal) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> => {
    // A keychain that waits for somebody to unlock it must not hold up a gateway for ever.
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const both = signal ? AbortSignal.any([limit, signal]) : limit;
      return await action(await open(service, name), both);
    } catch (cause) {
      signal?.throwIfAborted();
      throw unavailable(isAbort(cause) ? 'the keychain did not answer in time' : reasonOf(cause));
    }
  };
  return {
    kind: 'keychain',
    async unavailable({ signal }) {
      try {
        await use(probe, (entry, both) => entry.getPassword(both), signal);
        return undefined;
      } catch (error) {
        signal?.throwIfAborted();
        return error instanceof AppError ? String(error.params['detail']) : 'unknown';
      }
    },
    get: async (name, { signal }) => (await use(name, (entry, both) => entry.getPassword(both), signal)) ?? undefined,
    set: (name, value, { signal }) => use(name, (entry, both) => entry.setPassword(value, both), signal),
    remove: async (name, { signal }) => {
      await use(name, (entry, both) => entry.deleteCredential(both), signal);
    },
  };
}

// On Linux the kernel's keyring forgets everything at a restart, so only the Secret Service will do.
async function openInstalled(service: string, account: string): Promise<KeychainEntry> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  return new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
}

function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/Cannot find|native binding|not found/i.test(text)) return 'there is no keychain binding for this platform';
  if (/access|platform storage|dbus|secret.?service|connect/i.test(text)) {
    return 'no keychain service answers in this session';
  }
  return 'the keychain refused';
}

function unavailable(detail: string): AppError {
  return new AppError('secret.unavailable', `Secrets in the system's keychain cannot be used: ${detail}.`, {
    hint: 'Keep them in the encrypted file instead: gantry mcp secret set NAME --provider file',
    params: { reason: 'keychain', detail },
  });
}
