import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gantryProgram } from '#testing';
import { root } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

// Gives the command a terminal of its own and passes on what is written to either side. The last line is its exit code.
const terminal = `
import os, pty, sys
def read(fd):
    return os.read(fd, 65536)
status = pty.spawn(sys.argv[1:], read, read)
os.write(1, b"\\nexit %d\\n" % os.waitstatus_to_exitcode(status))
`;

/** A command on a real terminal, as a person sees it. */
interface Terminal {
  /** Types keys and resolves with what appears from there on, up to and including `wanted`. */
  type(keys: string, wanted: RegExp): Promise<string>;
  readonly ended: Promise<unknown>;
  kill(): void;
}

function openTerminal(args: readonly string[], env: Readonly<Record<string, string>>): Terminal {
  const command = [process.execPath, ...gantryProgram, ...args];
  const child: ChildProcess = spawn('python3', ['-c', terminal, ...command], {
    cwd: root,
    env: { ...process.env, GANTRY_LANG: 'en', TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let check = (): void => {};
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    check();
  });
  const ended = once(child, 'close').then(() => check());
  return {
    ended,
    kill: () => void child.kill('SIGKILL'),
    type: (keys, wanted) =>
      new Promise((resolve, reject) => {
        const from = shown.length;
        check = () => {
          const seen = shown.slice(from);
          const match = wanted.exec(seen);
          if (match) resolve(seen.slice(0, match.index + match[0].length));
          else if (child.exitCode !== null) reject(new Error(`It ended without ${String(wanted)}: ${shown}`));
        };
        if (keys !== '') child.stdin?.write(keys);
      }),
  };
}

const controlC = '\u0003';
const enter = '\r';

describe('a chat on a real terminal, with real weights', () => {
  let daemon: ModelDaemon;
  let chat: Terminal | undefined;

  beforeAll(async () => {
    daemon = await startModelDaemon();
  });
  afterAll(() => daemon.stop());
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });
  afterEach(() => chat?.kill());

  it('answers, stops an answer, takes several lines, leaves, and remembers what was typed', async () => {
    chat = openTerminal(['run', '--temperature', '0', '--stats', daemon.model], { GANTRY_HOME: daemon.home });
    const greeting = await chat.type('', /Chatting with [^]*> /);
    expect(greeting).toContain(`Chatting with ${daemon.model}.`);

    await chat.type(`/set parameter max_tokens 8${enter}`, /max_tokens is now 8\.[^]*> /);
    const answer = await chat.type(`Say hello.${enter}`, /tokens in [\d.]+ s[^]*> /);
    expect(answer).toMatch(/\n[^\n]*\p{L}+[^\n]*\r\n/u);

    await chat.type(`/set parameter max_tokens 1000000${enter}`, /max_tokens is now 1000000\.[^]*> /);
    // The line that was typed ends with a line end; what comes after the next letters is the answer.
    await chat.type(`Count to ten thousand in words.${enter}`, /words\.[^]*\n[^]*\p{L}{2,}/u);
    await chat.type(controlC, /\(stopped\)[^]*> /);

    await chat.type(controlC, /Press Ctrl-D or type \/bye to leave\.[^]*> /);
    await chat.type(`/set parameter max_tokens 8${enter}`, /max_tokens is now 8\.[^]*> /);
    await chat.type(`"""first line${enter}`, /\. /);
    await chat.type(`second line"""${enter}`, /tokens in [\d.]+ s[^]*> /);
    await chat.type(`/bye${enter}`, /exit 0\r?\n/);
    await chat.ended;

    const history = await readFile(join(daemon.home, 'history'), 'utf8');
    const typed = history
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(typed).toContain('Say hello.');
    expect(typed).toContain('first line\nsecond line');
    expect(typed.at(-1)).toBe('/bye');
  });
});
