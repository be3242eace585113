import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand, temporaryDirectory } from './harness.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a new user with a clone and an empty home', () => {
  it('gets an answer of the real model from the first command, and again at once', async (context) => {
    const online = await runCommand(['npm', 'ping', '--loglevel=error']);
    if (online.code !== 0) context.skip('the npm registry is out of reach');
    await using directory = await temporaryDirectory('clone');
    const clone = join(directory.path, 'gantry');
    // Work that is not committed yet is part of what is tested: the tree as git would add it, not HEAD.
    const listed = await runCommand(['git', 'ls-files', '--cached', '--others', '--exclude-standard']);
    await runCommand(['mkdir', '-p', clone]);
    const copied = await runCommand(
      ['sh', '-c', 'tar -c -T - --ignore-failed-read 2>/dev/null | tar -x -C "$0"', clone],
      {
        input: listed.stdout,
      },
    );
    expect(copied.stderr).toBe('');

    const env = {
      HOME: join(directory.path, 'home'),
      GANTRY_HOME: undefined,
      GANTRY_PORT: String(await freePort()),
      GANTRY_LANG: 'en',
    };
    await runCommand(['mkdir', '-p', env.HOME]);
    const question = 'Why do ships float? One sentence.';
    const gantry = (...args: string[]) => runCommand([join(clone, 'gantry'), ...args], { env, cwd: directory.path });
    try {
      const first = await gantry('run', 'ai/smollm2', question);
      expect(first.stderr).toContain('building');
      expect(first.stderr).toMatch(/135M-Q4_1/);
      expect(first.code, first.stderr).toBe(0);
      expect(first.stdout.trim().length).toBeGreaterThan(10);

      const second = await gantry('run', 'ai/smollm2', question);
      expect(second.code, second.stderr).toBe(0);
      expect(second.stdout.trim().length).toBeGreaterThan(10);
      expect(second.stderr).not.toContain('building');

      const chinese = await runCommand([join(clone, 'gantry'), 'list'], { env: { ...env, GANTRY_LANG: 'zh' } });
      expect(chinese.stdout).toMatch(/\p{Script=Han}/u);
      expect(chinese.stdout).toContain('smollm2:135M-Q4_1');
    } finally {
      const stopped = await gantry('stop');
      expect(stopped.code, stopped.stderr).toBe(0);
    }
  });
});
