import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../report/inventory.ts';
import { bytesOf, composeText, createBody, runArgv } from './forms.ts';
import { makeRecipe, type RecipeFacts } from './make-recipe.ts';

const facts = (config: object = {}, more: Partial<RecipeFacts> = {}): RecipeFacts => ({
  config: readConfig({ os: 'linux', architecture: 'amd64', config }),
  platform: 'linux/amd64',
  takenNames: new Set(),
  takenPorts: new Set(),
  ...more,
});

describe('a recipe', () => {
  it('for a database has a secret, a volume, and a port for this machine only', () => {
    const recipe = makeRecipe(
      'postgres:17',
      facts({ ExposedPorts: { '5432/tcp': {} }, Volumes: { '/var/lib/postgresql/data': {} } }),
    );
    expect(runArgv(recipe).join(' ')).toBe(
      'docker run -d --name postgres --restart unless-stopped --memory 512m --shm-size 128m -e POSTGRES_PASSWORD -p 127.0.0.1:5432:5432 -v postgres-data:/var/lib/postgresql/data --health-cmd pg_isready -U ${POSTGRES_USER:-postgres} --health-interval 10s --health-start-period 30s postgres:17',
    );
    expect(recipe.smoke).toEqual([['docker', 'exec', 'postgres', 'pg_isready']]);
    expect(recipe.cleanUp).toEqual([
      ['docker', 'rm', '--force', 'postgres'],
      ['docker', 'volume', 'rm', 'postgres-data'],
    ]);
  });

  it('says the same as command, as compose file and to the Engine', () => {
    const recipe = makeRecipe('postgres:18', facts());
    const { services, volumes } = parse(composeText(recipe)) as {
      services: Record<string, Record<string, unknown>>;
      volumes: object;
    };
    expect(services['postgres']).toMatchObject({
      environment: { POSTGRES_PASSWORD: '${POSTGRES_PASSWORD:?}' },
      ports: ['127.0.0.1:5432:5432'],
      volumes: ['postgres-data:/var/lib/postgresql'],
      healthcheck: { test: ['CMD-SHELL', 'pg_isready -U $${POSTGRES_USER:-postgres}'] },
    });
    expect(volumes).toEqual({ 'postgres-data': { name: 'postgres-data' } });
    expect(createBody(recipe, { POSTGRES_PASSWORD: 's' })).toMatchObject({
      Env: ['POSTGRES_PASSWORD=s'],
      Healthcheck: { Test: ['CMD-SHELL', 'pg_isready -U ${POSTGRES_USER:-postgres}'] },
      HostConfig: {
        Memory: 512 * 1024 * 1024,
        PortBindings: { '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: '5432' }] },
        Binds: ['postgres-data:/var/lib/postgresql'],
      },
    });
  });

  it('makes no secret where there is one, and takes what is free', () => {
    const taken = { takenNames: new Set(['mysql', 'mysql-2']), takenPorts: new Set([3306, 3307]) };
    const recipe = makeRecipe('mysql', facts({}, taken), { env: { MYSQL_ALLOW_EMPTY_PASSWORD: 'yes' } });
    expect(recipe).toMatchObject({ name: 'mysql-3', secrets: [], ports: [{ container: 3306, host: 3308 }] });
    expect(recipe.notes).toContainEqual({ id: 'port_moved', wanted: 3306, host: 3308 });
  });

  it('for an image that nobody knows follows its configuration', () => {
    const config = {
      ExposedPorts: { '80/tcp': {}, '53/udp': {} },
      Volumes: { '/srv/uploads': {} },
      Healthcheck: { Test: ['CMD', 'x'] },
    };
    const recipe = makeRecipe('registry.example.com/team/web:1', facts(config, { platform: 'linux/arm64' }), {
      isPublic: true,
    });
    expect(
      recipe.ports.map(({ host, container, protocol, address }) => `${address}:${host}:${container}/${protocol}`),
    ).toEqual(['0.0.0.0:8080:80/tcp', '0.0.0.0:8053:53/udp']);
    expect(recipe.volumes).toEqual([{ name: 'web-uploads', target: '/srv/uploads' }]);
    expect(recipe.health).toBeUndefined();
    expect(recipe.notes.map(({ id }) => id)).toEqual(['platform', 'runs_as_root', 'data_kept']);
  });

  it('starts an interpreter with a terminal', () => {
    expect(makeRecipe('python:3', facts({ Cmd: ['python3'] }))).toMatchObject({ interactive: true, restart: 'no' });
  });

  it.each([
    ['512m', 512 * 1024 * 1024],
    ['2g', 2 * 1024 ** 3],
    ['1.5G', 1.5 * 1024 ** 3],
    ['100', 100],
    ['much', Number.NaN],
  ])('reads %s as a size', (text, bytes) => {
    expect(bytesOf(text)).toBe(bytes);
  });
});
