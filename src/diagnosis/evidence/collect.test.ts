import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Docker, EngineRequest, OutputChunk } from '#docker';
import { collectEvidence } from './collect.ts';
import type { HostReader } from './host.ts';

const noHost: HostReader = {
  text: async () => undefined,
  disk: async () => undefined,
  owner: async () => undefined,
};

/** An Engine with one container; answers by path, and a log. */
function engine(answers: Readonly<Record<string, unknown>>, log: () => AsyncIterable<OutputChunk>): Docker {
  const request = async ({ path }: EngineRequest): ReturnType<Docker['request']> => {
    const answer = answers[path];
    if (answer === undefined) {
      return { status: 404, stream: Readable.from([Buffer.from(JSON.stringify({ message: `no ${path}` }))]) };
    }
    return { status: 200, stream: Readable.from([Buffer.from(JSON.stringify(answer))]) };
  };
  const address = async (): ReturnType<Docker['address']> => ({
    url: 'tcp://10.0.0.1:2375',
    origin: 'environment',
    route: { kind: 'tcp', host: '10.0.0.1', port: 2375, tls: undefined },
  });
  return { request, address, containers: { logs: log } } as unknown as Docker;
}

const inspect = { Id: 'c', Name: '/web', State: { Status: 'exited' }, Config: {}, HostConfig: {} };
const collect = async (docker: Docker) => await collectEvidence({ docker, host: noHost, now: () => 0 }, 'web');

describe('evidence', () => {
  it('is what can be had; the rest is named with its reason', async () => {
    const docker = engine(
      { '/containers/web/json': inspect, '/info': { Architecture: 'x86_64' }, '/events': {} },
      async function* log() {
        yield { stream: 'stdout', bytes: Buffer.from('one\ntw') };
        yield { stream: 'stderr', bytes: Buffer.from('error\n') };
        yield { stream: 'stdout', bytes: Buffer.from('o\nunfinished') };
      },
    );
    const raw = await collect(docker);
    expect(raw).toMatchObject({ target: 'web', info: { Architecture: 'x86_64' } });
    expect(raw.log).toEqual(['one', 'error', 'two', 'unfinished']);
    expect(raw.unread?.map(({ part }) => part).toSorted()).toEqual(['containers', 'networks']);
    expect(raw.unread?.[0]?.reason).toMatch(/^no \//);
  });

  it('of a log without end is bounded, and that is said', async () => {
    const docker = engine({ '/containers/web/json': inspect }, async function* log() {
      for (;;) yield { stream: 'stdout', bytes: Buffer.alloc(1024 * 1024, 'x') };
    });
    const raw = await collect(docker);
    expect(raw.log).toBeUndefined();
    expect(raw.unread).toContainEqual({ part: 'log', reason: 'its last 400 lines are more than 33.55MB' });
  });

  it('of a container that is not there is an error', async () => {
    const docker = engine({}, async function* log() {});
    await expect(collect(docker)).rejects.toMatchObject({ code: 'docker.not_found' });
  });
});
