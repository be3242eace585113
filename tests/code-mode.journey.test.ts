import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { runScript } from '#mcp';
import { startSandbox } from '../src/code-sandbox.ts';

const program = {
  execPath: process.execPath,
  execArgv: ['--import', import.meta.resolve('tsx')],
  script: fileURLToPath(new URL('../src/main.ts', import.meta.url)),
};

async function run(script: string, signal = new AbortController().signal) {
  return await runScript({
    script,
    functions: { shout: 'shout' },
    call: async (_tool, { text }) => ({ content: [{ type: 'text', text: (text as string).toUpperCase() }] }),
    start: () => startSandbox(program),
    clock: systemClock,
    signal,
  });
}

describe('code mode in a process of its own', () => {
  it('runs a script with tools', async () => {
    const outcome = await run('console.log("working"); return await shout({ text: "done" })');
    expect(outcome).toEqual({ type: 'done', text: 'DONE', printed: 'working\n' });
  });

  it('outlives a script that takes all the memory it can', async () => {
    const outcome = await run('const all = []; for (;;) all.push(new Uint8Array(1e6));');
    expect(outcome).toMatchObject({ type: 'failed', text: expect.stringMatching(/memory|computed for too long/) });
  });

  it('leaves no process behind when it is given up', async () => {
    const given = new AbortController();
    const running = run('for (;;) {}', given.signal);
    given.abort(new Error('left'));
    // Resolves only once the process is gone.
    await expect(running).rejects.toThrow('left');
  });
});
