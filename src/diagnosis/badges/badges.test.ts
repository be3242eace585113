import { describe, expect, it } from 'vitest';
import { answeringEngine, type AnsweringEngine } from '#testing';
import type { HostReader } from '../evidence/host.ts';
import { createBadges, isWorrying, type Listed } from './badges.ts';

const host: HostReader = { text: async () => undefined, disk: async () => undefined, owner: async () => undefined };
const dead = (id: string): Listed => ({ id, state: 'exited', exitCode: 137, health: 'none' });

function engineWith(state: () => object): AnsweringEngine {
  return answeringEngine({
    'GET /containers/a/json': () => ({
      Id: 'a',
      Name: '/a',
      State: { Status: 'exited', ExitCode: 137, OOMKilled: true, FinishedAt: '2026-11-25T10:00:00Z', ...state() },
      Config: { Image: 'x' },
      HostConfig: { Memory: 1024 },
    }),
    'GET /info': {},
    'GET /containers/json': [],
    'GET /networks': [],
    'GET /events': null,
  });
}

describe('badges', () => {
  it('are pending at first, then known, and the container is not looked at again until its state changes', async () => {
    let finished = '2026-11-25T10:00:00Z';
    const docker = engineWith(() => ({ FinishedAt: finished }));
    const badges = createBadges({ docker, host, now: () => 1 });
    expect((await badges.of([dead('a')])).get('a')).toEqual({ state: 'pending' });
    await badges.settled();
    expect((await badges.of([dead('a')])).get('a')).toMatchObject({ state: 'cause_found', cause: { id: 'C11' } });
    const looks = (): number => docker.asked.filter((line) => line === 'GET /info').length;
    expect(looks()).toBe(1);
    finished = '2026-11-25T11:00:00Z';
    expect((await badges.of([dead('a')])).get('a')).toEqual({ state: 'pending' });
    await badges.settled();
    expect(looks()).toBe(2);
  });

  it('diagnoses no more containers at a time than it may', async () => {
    const names = Array.from({ length: 20 }, (_one, index) => `c${index}`);
    let [now, most] = [0, 0];
    const docker = answeringEngine(
      Object.fromEntries([
        ...names.map((id) => [
          `GET /containers/${id}/json`,
          { Id: id, Name: `/${id}`, State: { Status: 'exited', ExitCode: 1 }, Config: {}, HostConfig: {} },
        ]),
        ['GET /info', {}],
      ]),
    );
    const counted = {
      ...docker,
      request: async (request: Parameters<typeof docker.request>[0]) => {
        if (request.path !== '/info') return await docker.request(request);
        now += 1;
        most = Math.max(most, now);
        await new Promise(setImmediate);
        now -= 1;
        return await docker.request(request);
      },
    };
    const badges = createBadges({ docker: counted, host, now: () => 1, atOnce: 2 });
    await badges.of(names.map(dead));
    await badges.settled();
    expect(most).toBe(2);
    expect((await badges.of(names.map(dead))).size).toBe(20);
  });

  it('leaves out what is gone, and what was made and never started', async () => {
    const docker = engineWith(() => ({ Status: 'created', Error: '' }));
    const badges = createBadges({ docker, host, now: () => 1 });
    const made: Listed = { id: 'a', state: 'created', exitCode: undefined, health: 'none' };
    expect((await badges.of([made, dead('gone')])).size).toBe(0);
  });

  it.each<[Omit<Listed, 'id'>, boolean]>([
    [{ state: 'exited', exitCode: 0, health: 'none' }, false],
    [{ state: 'exited', exitCode: 143, health: 'none' }, false],
    [{ state: 'exited', exitCode: 1, health: 'none' }, true],
    [{ state: 'restarting', exitCode: 1, health: 'none' }, true],
    [{ state: 'running', exitCode: undefined, health: 'healthy' }, false],
    [{ state: 'running', exitCode: undefined, health: 'unhealthy' }, true],
  ])('worries about %j: %s', (listed, worries) => {
    expect(isWorrying({ id: 'a', ...listed })).toBe(worries);
  });
});
