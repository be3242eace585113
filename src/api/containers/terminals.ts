import { randomUUID } from 'node:crypto';
import type { TerminalLine, TerminalRequest } from '#contract';
import { AppError, type Log } from '#core';
import type { Docker, Exec, TerminalSize } from '#docker';
import { readPid } from './terminal-pid.ts';

export interface Terminals {
  /** What a program writes, for as long as it runs and is listened to. */
  open(container: string, asked: TerminalRequest, signal: AbortSignal): AsyncGenerator<readonly TerminalLine[]>;
  /** @throws AppError `request.not_found` when there is no such terminal in the container */
  type(container: string, id: string, text: string): Promise<void>;
  resize(container: string, id: string, size: TerminalSize): Promise<void>;
}

const mostTerminals = 32;
const hangUpMs = 10_000;

/** Says which process it is, so that it can be ended when nobody looks any more, and becomes the best shell that is there. */
const shell = String.raw`printf '\033]7447;%s\007' $$; command -v bash >/dev/null 2>&1 && exec bash; exec sh`;

/** Programs on terminals in containers. One ends with the request that opened it. */
export function createTerminals({ docker, log }: { docker: Docker; log: Log }): Terminals {
  const open = new Map<string, { readonly container: string; readonly exec: Exec }>();
  const find = (container: string, id: string): Exec => {
    const found = open.get(id);
    if (found?.container === container) return found.exec;
    throw new AppError('request.not_found', 'There is no such terminal any more.', {
      hint: 'Open a new one.',
      params: { what: 'terminal' },
    });
  };
  return {
    async *open(container, { command, user, columns, rows }, signal) {
      if (open.size >= mostTerminals) {
        throw new AppError('request.conflict', `There are ${mostTerminals} terminals open.`, {
          hint: 'Close one of them first.',
          params: { reason: 'terminals', most: mostTerminals },
        });
      }
      const exec = await docker.containers.exec(container, {
        command: command ?? ['sh', '-c', shell],
        environment: ['TERM=xterm-256color'],
        user,
        terminal: { columns, rows },
        signal,
      });
      const id = randomUUID();
      open.set(id, { container, exec });
      let pid: number | undefined;
      try {
        yield [{ type: 'opened', terminal: id }];
        const output = command ? exec.output : readPid(exec.output, (found) => (pid = found));
        for await (const { bytes } of output) yield [{ type: 'output', data: bytes.toString('base64') }];
        signal.throwIfAborted();
        yield [{ type: 'ended', exitCode: (await exec.state()).exitCode ?? null }];
      } catch (error) {
        // A stream that was cut does not know why.
        signal.throwIfAborted();
        throw error;
      } finally {
        open.delete(id);
        exec.close();
        if (pid !== undefined) await hangUp({ docker, log }, { container, exec, pid });
      }
    },
    async type(container, id, text) {
      const { input } = find(container, id);
      await new Promise<void>((resolve) => {
        // One that is being closed takes nothing any more; the stream's end says so.
        input.write(text, () => resolve());
      });
    },
    async resize(container, id, size) {
      await find(container, id).resize(size);
    },
  };
}

/** The Engine lets a program live on when its terminal is closed. */
async function hangUp(
  { docker, log }: { docker: Docker; log: Log },
  { container, exec, pid }: { container: string; exec: Exec; pid: number },
): Promise<void> {
  const signal = AbortSignal.timeout(hangUpMs);
  try {
    if (!(await exec.state({ signal })).running) return;
    const kill = await docker.containers.exec(container, { command: ['sh', '-c', `kill -HUP ${pid}`], signal });
    for await (const _said of kill.output);
    kill.close();
  } catch (error) {
    log.info('terminal was not ended', { container: container.slice(0, 100), error });
  }
}
