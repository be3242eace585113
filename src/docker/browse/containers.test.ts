import { describe, expect, it } from 'vitest';
import { answeringEngine, Refusal } from '#testing';
import { exitCodeIn, listContainers, removeContainer } from './containers.ts';

describe('listing containers', () => {
  it('reads state, exit code, health and ports from what the Engine says, and takes what is missing as empty', async () => {
    const docker = answeringEngine({
      'GET /containers/json': [
        {
          Id: 'a'.repeat(64),
          Names: ['/web/db', '/db'],
          State: 'exited',
          Status: 'Exited (137) 2 hours ago',
          Created: 1,
          Ports: [{ IP: '0.0.0.0', PrivatePort: 5432, PublicPort: 15432, Type: 'tcp' }],
          Mounts: [
            { Type: 'volume', Name: 'data' },
            { Type: 'bind', Name: '' },
          ],
          NetworkSettings: { Networks: { bridge: {} } },
        },
        { Id: 'b'.repeat(64), Names: null, State: 'running', Status: 'Up 3 minutes (unhealthy)', Labels: null },
      ],
    });
    const [dead, sick] = await listContainers(docker);
    expect(dead).toMatchObject({
      name: 'db',
      exitCode: 137,
      createdAtMs: 1000,
      ports: [{ host: 15_432, container: 5432 }],
      volumes: ['data'],
      networks: ['bridge'],
    });
    expect(sick).toMatchObject({ name: 'bbbbbbbbbbbb', exitCode: undefined, health: 'unhealthy', labels: {} });
  });

  it('passes the Engine’s refusal on', async () => {
    const docker = answeringEngine({
      'DELETE /containers/db': () => new Refusal(409, 'You cannot remove a running container'),
    });
    await expect(removeContainer(docker, 'db', { force: false, volumes: false })).rejects.toMatchObject({
      code: 'docker.failed',
      params: { status: 409 },
    });
  });

  it.each([
    ['Exited (0) 1 second ago', 0],
    ['Restarting (1) 5 seconds ago', 1],
    ['Exited (-1) now', -1],
    ['Up 2 hours', undefined],
    ['Created', undefined],
  ])('finds the exit code of "%s"', (status, code) => {
    expect(exitCodeIn(status)).toBe(code);
  });
});
