import { basename, dirname } from 'node:path';
import { toAppError, type AppError, type Clock, type Log } from '#core';
import { readText } from '../state/read-text.ts';
import { watchFolder } from '../state/watch-folder.ts';
import { parseYaml } from '../state/yaml.ts';
import { compilePolicy, type CompiledPolicy } from './evaluate.ts';
import { openPolicy, policySchema, type Policy } from './schema.ts';

/** @throws AppError `settings.invalid` */
export async function readPolicy(path: string): Promise<Policy> {
  const text = await readText(path);
  if (text === undefined) return openPolicy;
  const policy = parseYaml(text, { schema: policySchema, path });
  compilePolicy(policy);
  return policy;
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
