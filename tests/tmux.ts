import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { runCommand } from './harness.ts';

/** A command on a terminal that draws it, as a person sees it. */
export interface TmuxTerminal extends AsyncDisposable {
  /** Types keys as tmux names them (`Enter`, `C-c`), or with `literal` a text. */
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves with the whole screen, and what has scrolled away, once it shows what is wanted. */
  shows(wanted: RegExp): Promise<string>;
  /** Resolves with the exit code of the command. */
  ended(): Promise<number>;
}

/**
 * tmux's own idea of how a process ended comes after the pane is dead, and under load sometimes never. A shell waits for the
 * process instead, leaves its status where tmux can be asked for it, and writes a line, of which the watcher is told.
 */
const waitForIt = `trap : INT QUIT; "$@"; tmux set -g @ended $?; echo`;

export async function openTmux(
  command: readonly string[],
  {
    cwd,
    env,
    columns = 100,
    rows = 34,
  }: { cwd: string; env: Readonly<Record<string, string>>; columns?: number; rows?: number },
): Promise<TmuxTerminal> {
  const socket = `gantry-${randomBytes(6).toString('hex')}`;
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCommand(['tmux', '-L', socket, '-f', '/dev/null', ...args], { cwd, env });
    if (code !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const size = ['-x', String(columns), '-y', String(rows)];
  await tmux('new-session', '-d', '-s', 'main', ...size, 'cat', ';', 'set', '-g', 'remain-on-exit', 'on');
  await tmux('respawn-pane', '-k', '-t', 'main', 'sh', '-c', waitForIt, 'sh', ...command);
  // A client in control mode is told of every output, so nobody has to look again and again.
  const watcher = spawn('tmux', ['-L', socket, '-C', 'attach', '-t', 'main', '-f', 'ignore-size'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const until = async <T>(look: () => Promise<T | undefined>, what: string): Promise<T> => {
    const began = Date.now();
    for (;;) {
      const changed = once(watcher.stdout, 'data');
      const seen = await look();
      if (seen !== undefined) return seen;
      if (Date.now() - began > 60_000) throw new Error(`The terminal never showed ${what}:\n${await screen()}`);
      await Promise.race([changed, once(AbortSignal.timeout(5000), 'abort')]);
    }
  };
  const screen = (): Promise<string> => tmux('capture-pane', '-p', '-J', '-S', '-', '-t', 'main');
  return {
    async press(...keys) {
      await tmux('send-keys', '-t', 'main', ...keys);
    },
    async type(text) {
      await tmux('send-keys', '-l', '-t', 'main', text);
    },
    async resize(width, height) {
      await tmux('resize-window', '-t', 'main', '-x', String(width), '-y', String(height));
    },
    shows: (wanted) =>
      until(async () => {
        const seen = await screen();
        return wanted.test(seen) ? seen : undefined;
      }, String(wanted)),
    ended: () =>
      until(async () => {
        const status = (await tmux('display', '-p', '-t', 'main', '#{@ended}')).trim();
        return status === '' ? undefined : Number(status);
      }, 'the end'),
    async [Symbol.asyncDispose]() {
      watcher.stdin.end();
      await tmux('kill-server').catch(() => undefined);
    },
  };
}
