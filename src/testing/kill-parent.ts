import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RunnerPlan } from '#inference';
import { isRunning } from './is-running.ts';

const parent = fileURLToPath(new URL('runner-parent.ts', import.meta.url));

/** Starts a runner from a process of its own, kills that process with -9, and resolves when the runner is gone too. */
export async function killParentOfRunner(plan: RunnerPlan, guard: 'system' | 'watcher'): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', parent, JSON.stringify(plan), guard], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the parent ended before it had a runner')));
  const [text] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown];
  ended.catch(() => undefined);
  const pid = Number(String(text));
  if (!isRunning(pid)) throw new Error(`runner ${pid} is not running`);
  child.kill('SIGKILL');
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
}
