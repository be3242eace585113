import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError, toAppError, writeFileAtomic, type Clock, type Log } from '#core';
import { readText } from '../state/read-text.ts';
import { watchFolder } from '../state/watch-folder.ts';
import { withLock } from '../state/with-lock.ts';
import { parseYaml } from '../state/yaml.ts';
import { compilePolicy, type CompiledPolicy } from './evaluate.ts';
import { openPolicy, policySchema, type Policy } from './schema.ts';

/** @throws AppError `settings.invalid` */
export async function readPolicy(path: string): Promise<Policy> {
  const text = await readText(path);
  return text === undefined ? openPolicy : parsePolicy(text, path);
}

/** @throws AppError `settings.invalid` */
export function parsePolicy(text: string, path: string): Policy {
  const policy = parseYaml(text, { schema: policySchema, path });
  compilePolicy(policy);
  return policy;
}

/** The text as it is, understood or not; empty where there is no file. */
export async function readPolicyText(path: string): Promise<{ readonly text: string; readonly digest: string }> {
  const text = (await readText(path)) ?? '';
  return { text, digest: digestOf(text) };
}

/**
 * Puts another text in its place, to the byte; an empty one removes the file. Nothing that cannot be understood is written.
 * @throws AppError `settings.invalid`, `request.invalid` when the text is no longer the one that `expects` is the digest of
 */
export async function writePolicy(
  path: string,
  text: string,
  { clock, expects }: { readonly clock: Clock; readonly expects?: string | undefined },
): Promise<void> {
  parsePolicy(text, path);
  await withLock(
    `${path}.lock`,
    async () => {
      const now = await readPolicyText(path);
      if (expects !== undefined && now.digest !== expects) throw changedSince(path);
      if (text.trim() === '') await rm(path, { force: true });
      else await writeFileAtomic(path, text, { mode: 0o600 });
    },
    { clock },
  );
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function changedSince(path: string): AppError {
  return new AppError('request.invalid', 'The policy was changed by somebody else meanwhile.', {
    hint: 'Read it again, and change that.',
    params: { reason: 'policy_changed', path },
  });
}

export interface PolicyInForce extends Disposable {
  /** @throws AppError `settings.invalid`: while the file cannot be understood, nothing is allowed */
  current(): CompiledPolicy;
}

/** Follows the policy's file. */
export async function openPolicyFile(
  path: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<PolicyInForce> {
  let state: { readonly policy: CompiledPolicy } | { readonly error: AppError };
  const load = async (): Promise<void> => {
    try {
      state = { policy: compilePolicy(await readPolicy(path)) };
    } catch (error) {
      state = { error: toAppError(error) };
      log.error('the policy cannot be understood: nothing is allowed until it can', { path, error: state.error });
    }
  };
  state = { policy: compilePolicy(openPolicy) };
  await load();
  const stop = watchFolder(dirname(path), () => void load(), {
    clock,
    log,
    matters: (name) => name === basename(path),
  });
  return {
    current() {
      if ('error' in state) throw state.error;
      return state.policy;
    },
    [Symbol.dispose]: stop,
  };
}
