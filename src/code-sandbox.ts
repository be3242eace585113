import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { SandboxProcess } from '#mcp';

/** The verb by which this program starts itself as a sandbox for scripts; see `main.ts`. */
export const sandboxVerb = 'serve-sandbox';

export interface SandboxProgram {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly script: string;
}

/** The program that runs now. */
export function thisProgram(): SandboxProgram {
  const { execPath, execArgv, argv } = process;
  return { execPath, execArgv, script: argv[1] ?? '' };
}

/** Starts the sandbox's process: nothing of ours in its environment, and a heap that leaves the machine alone. */
export function startSandbox({ execPath, execArgv, script }: SandboxProgram): SandboxProcess {
  const child = spawn(execPath, [...execArgv, '--max-old-space-size=192', script, sandboxVerb], {
    // What the arguments name is found from here; the sandbox itself sees no folder.
    cwd: dirname(script),
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  return { input: child.stdin, output: child.stdout, ended, kill: () => void child.kill('SIGKILL') };
}
