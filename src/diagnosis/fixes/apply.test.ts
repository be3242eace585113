import { describe, expect, it } from 'vitest';
import type { Fix } from '../types.ts';
import { applyFix, obstacleOf, planFix, type RunCommand } from './apply.ts';

const again: Fix = {
  risk: 'reversible',
  secrets: [
    { name: 'POSTGRES_PASSWORD', from: 'new' },
    { name: 'API_TOKEN', from: 'container' },
  ],
  commands: [
    { argv: ['docker', 'stop', 'db'] },
    { argv: ['docker', 'rm', 'db'] },
    { argv: ['docker', 'run', '-d', '--name', 'db', '-e', 'POSTGRES_PASSWORD', 'postgres:16'] },
  ],
  compose: undefined,
};
const options = { target: 'db', stamp: 'x1', newSecret: () => 'made', valueOf: () => 'kept' };

/** Programs that end as told, by their line. */
function programs(codes: Readonly<Record<string, number>> = {}): { run: RunCommand; lines: string[]; envs: unknown[] } {
  const [lines, envs]: [string[], unknown[]] = [[], []];
  return {
    lines,
    envs,
    run: async (argv, { env }) => {
      lines.push(argv.join(' '));
      envs.push(env);
      return { code: codes[argv.slice(0, 2).join(' ')] ?? 0, stdout: '', stderr: 'said' };
    },
  };
}

describe('applying a fix', () => {
  it('sets the old container aside until the new one is there, with secrets in the environment alone', async () => {
    const { run, lines, envs } = programs();
    expect(await applyFix(again, run, options)).toMatchObject({ state: 'done' });
    expect(lines).toEqual([
      'docker stop db',
      'docker rename db db-before-x1',
      'docker run -d --name db -e POSTGRES_PASSWORD postgres:16',
      'docker rm db-before-x1',
    ]);
    expect(envs[2]).toEqual({ POSTGRES_PASSWORD: 'made', API_TOKEN: 'kept' });
  });

  it('puts the old container back, running as it was, where the new one cannot be made', async () => {
    const { run, lines } = programs({ 'docker run': 125 });
    expect(await applyFix(again, run, options)).toMatchObject({ state: 'restored', ran: { length: 6 } });
    expect(lines.slice(3)).toEqual(['docker rm --force db', 'docker rename db-before-x1 db', 'docker start db']);
  });

  it('stops at the first command that fails where there is nothing to put back', async () => {
    const { run, lines } = programs({ 'docker stop': 1 });
    const fix: Fix = { ...again, commands: [{ argv: ['docker', 'stop', 'x'] }, { argv: ['docker', 'start', 'db'] }] };
    expect(await applyFix(fix, run, options)).toMatchObject({ state: 'failed', ran: [{ code: 1, output: 'said' }] });
    expect(lines).toHaveLength(1);
  });

  it('says that there is no docker command, having done nothing', async () => {
    const missing = Object.assign(new Error('spawn docker'), { code: 'ENOENT' });
    await expect(applyFix(again, () => Promise.reject(missing), options)).rejects.toMatchObject({
      code: 'docker.failed',
      params: { reason: 'no_docker_command' },
    });
  });

  it('removes nothing that the fix keeps', () => {
    const commands = [{ argv: ['docker', 'run', '-d', '--name', 'db-2', 'postgres:16'] }];
    expect(planFix({ commands }, { target: 'db', stamp: 'x' })).toEqual({ steps: commands, after: [], undo: [] });
  });

  it.each<[string, Partial<Fix>, string | undefined]>([
    ['one that makes the container again', {}, undefined],
    ['one that only looks', { risk: 'read' }, 'read'],
    ['one that loses data', { risk: 'destructive' }, 'destructive'],
    ['one that changes the machine', { commands: [{ argv: ['sudo', 'chown', 'x', '/'] }] }, 'host'],
    [
      'one that needs a change of the compose file',
      { commands: [{ argv: ['docker', 'compose', 'up'] }], compose: 'a: b' },
      'compose',
    ],
    ['one that needs a terminal', { commands: [{ argv: ['docker', 'run', '-it', 'x'] }] }, 'interactive'],
    [
      'one with a value that is not told',
      { commands: [{ argv: ['docker', 'run', '-e', 'A=[redacted]', 'x'] }] },
      'placeholder',
    ],
    [
      'one whose variable would change the docker command',
      { secrets: [{ name: 'LD_PRELOAD', from: 'container' }] },
      'unsafe_name',
    ],
  ])('knows what stands in the way of %s', (_what, change, obstacle) => {
    expect(obstacleOf({ ...again, ...change })).toBe(obstacle);
  });
});
