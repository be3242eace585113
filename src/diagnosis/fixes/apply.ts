import { AppError, errorCodeOf } from '#core';
import type { Command, Fix } from '../types.ts';

/** Why a fix cannot be carried out here; its commands are for a terminal, or for an editor. */
export type Obstacle = 'read' | 'host' | 'destructive' | 'compose' | 'interactive' | 'placeholder' | 'unsafe_name';

/** Runs a program to its end, without a shell. Rejects when it cannot be started. */
export type RunCommand = (
  argv: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly signal?: AbortSignal | undefined },
) => Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;

export interface RanCommand {
  readonly argv: readonly string[];
  readonly code: number | null;
  readonly output: string;
}

export interface FixOutcome {
  readonly ran: readonly RanCommand[];
  readonly state: 'done' | 'failed' | 'restored';
}

export interface ApplyOptions {
  /** The container's name. */
  readonly target: string;
  /** Makes the names of what is set aside unlike any other. */
  readonly stamp: string;
  readonly newSecret: () => string;
  /** The container's own value of a variable. */
  readonly valueOf: (name: string) => string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Names that would change the docker command itself, were they set for it. */
const unsafeName = /^(?:PATH|HOME|SHELL|IFS|ENV|(?:LD|DYLD|DOCKER|BUILDX|COMPOSE|GO|SSL|SSH|XDG)_?.*|.*_PROXY)$/i;

/** Undefined where the fix can be carried out by running its commands one after the other. */
export function obstacleOf({ risk, commands, compose, secrets }: Fix): Obstacle | undefined {
  if (risk === 'read' || risk === 'destructive') return risk;
  if (risk === 'host' || commands.some(({ argv }) => argv[0] !== 'docker')) return 'host';
  if (commands.some(({ argv }) => argv[1] === 'compose') && compose !== undefined) return 'compose';
  if (commands.some(({ argv }) => argv.some((word) => word === '-it' || word === '-ti'))) return 'interactive';
  const blank = /^<.+>$|^\[redacted\]$|=\[redacted\]$/;
  if (commands.some(({ argv }) => argv.some((word) => blank.test(word)))) return 'placeholder';
  return secrets.some(({ name }) => unsafeName.test(name)) ? 'unsafe_name' : undefined;
}

/** What is run, and what puts things back when that fails. */
export interface FixPlan {
  readonly steps: readonly Command[];
  /** After all of them went well. */
  readonly after: readonly Command[];
  /** After one of them failed. */
  readonly undo: readonly Command[];
}

/**
 * A container that is made again is set aside until the new one is there, not removed: where the new one cannot be made, the old one
 * is put back.
 */
export function planFix(
  { commands }: Pick<Fix, 'commands'>,
  { target, stamp }: { target: string; stamp: string },
): FixPlan {
  const removal = commands.findIndex(({ argv }) => argv.join(' ') === `docker rm ${target}`);
  const last = commands.at(-1)?.argv ?? [];
  const makesItAgain = last[1] === 'run' && last[last.indexOf('--name') + 1] === target;
  if (removal < 0 || !makesItAgain) return { steps: commands, after: [], undo: [] };
  const aside = `${target}-before-${stamp}`;
  const ranBefore = commands.some(({ argv }) => argv.join(' ') === `docker stop ${target}`);
  return {
    steps: commands.map((command, index) =>
      index === removal ? { argv: ['docker', 'rename', target, aside] } : command,
    ),
    after: [{ argv: ['docker', 'rm', aside] }],
    undo: [
      { argv: ['docker', 'rm', '--force', target] },
      { argv: ['docker', 'rename', aside, target] },
      ...(ranBefore ? [{ argv: ['docker', 'start', target] }] : []),
    ],
  };
}

const mostOutput = 4000;

/** Carries a fix out. Secrets are in the environment of the commands. @throws AppError `docker.failed` where there is no docker command */
export async function applyFix(fix: Fix, run: RunCommand, options: ApplyOptions): Promise<FixOutcome> {
  const { signal, newSecret, valueOf } = options;
  const env = Object.fromEntries(
    fix.secrets.flatMap(({ name, from }) => {
      const value = from === 'new' ? newSecret() : valueOf(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const plan = planFix(fix, options);
  const ran: RanCommand[] = [];
  const runAll = async (commands: readonly Command[], cancel: AbortSignal | undefined): Promise<boolean> => {
    for (const { argv } of commands) {
      const { code, stdout, stderr } = await run(argv, { env, signal: cancel });
      ran.push({ argv, code, output: `${stderr}${stdout}`.trim().slice(-mostOutput) });
      if (code !== 0) return false;
    }
    return true;
  };
  let wentWell = false;
  try {
    wentWell = await runAll(plan.steps, signal);
  } catch (cause) {
    if (errorCodeOf(cause) !== 'ENOENT') throw cause;
    throw new AppError('docker.failed', 'The docker command is not on the machine of the daemon.', {
      hint: 'Install the Docker CLI there, or run the commands where it is.',
      params: { reason: 'no_docker_command' },
      cause,
    });
  } finally {
    // Also when the client left in between: what was set aside must not stay there.
    if (!wentWell && ran.length > 0)
      for (const command of plan.undo) await runAll([command], undefined).catch(() => false);
  }
  if (!wentWell) return { ran, state: plan.undo.length > 0 ? 'restored' : 'failed' };
  // The new one runs; an old one that cannot be removed is no failure of the fix.
  await runAll(plan.after, undefined);
  return { ran, state: 'done' };
}
