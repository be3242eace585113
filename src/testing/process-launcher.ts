import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '#core';
import { catalogServer } from './catalog-server.ts';
import { createMessageDecoder, type CatalogServer, type EnabledServer, type ServerLauncher } from '#mcp';

const maxBytes = 16 * 1_048_576;

/** Runs an entry's command as a process of this machine instead of a container. */
export function createProcessLauncher(): ServerLauncher & { running(): number; started(): number } {
  let running = 0;
  let started = 0;
  return {
    running: () => running,
    started: () => started,
    identify: () => Promise.resolve(undefined),
    async open({ entry }, { events }) {
      const [program = '', ...args] = entry.command;
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
      running += 1;
      started += 1;
      const exited = once(child, 'close').then(() => {
        running -= 1;
      });
      const decoder = createMessageDecoder({
        maxBytes,
        message: (message) => events.message(message),
        stray: (line) => events.log(line),
        tooLarge: () => child.kill('SIGKILL'),
      });
      child.stdout.on('data', (chunk: Buffer) => decoder.push(chunk));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) if (line.trim() !== '') events.log(line.slice(0, 2000));
      });
      child.stdin.on('error', () => undefined);
      let isClosing = false;
      child.once('error', (error) => events.log(error.message));
      child.once('close', (code, signal) => {
        const how = signal ?? `exit code ${code}`;
        events.closed(isClosing ? undefined : new AppError('mcp.server_unavailable', `It ended with ${how}.`));
      });
      return {
        send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
        async close() {
          isClosing = true;
          child.stdin.end();
          child.kill('SIGKILL');
          await exited;
        },
      };
    },
  };
}

/** An entry with nothing in it but a name and what to run. */
export function processServer(
  name: string,
  command: readonly string[],
  more: Partial<CatalogServer> = {},
): EnabledServer {
  return {
    entry: catalogServer(name, { image: undefined, longLived: true, command, ...more }),
    config: {},
    tools: undefined,
    origin: 'test',
  };
}
