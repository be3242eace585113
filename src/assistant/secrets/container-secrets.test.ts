import { describe, expect, it } from 'vitest';
import { fakeEngine, type FakeContainer } from '../testing/fake-engine.ts';
import { toolWorld } from '../testing/tool-world.ts';
import { createContainerSecrets, secretVariables } from './container-secrets.ts';

const signal = new AbortController().signal;

describe('secrets of containers', () => {
  it('are what variables with such names hold, and passwords in addresses', () => {
    const pairs = [
      'POSTGRES_PASSWORD=Hunter-Two-22',
      'DATABASE_URL=postgres://app:in-The-Url-9@db/app',
      'POSTGRES_PASSWORD_FILE=/run/secrets/pg',
      'PATH=/usr/local/bin:/usr/bin',
      'API_KEY=',
      'TOKEN',
    ];
    expect(secretVariables(pairs, ['/db', 'postgres:16'])).toEqual(['Hunter-Two-22', 'in-The-Url-9']);
  });

  it('are no words that everybody sees', () => {
    expect(secretVariables(['POSTGRES_PASSWORD=postgres', 'A_SECRET=Password'], ['/db', 'postgres:16'])).toEqual([]);
  });

  it('are asked for of new containers only, and forgotten with those that went', async () => {
    const containers: FakeContainer[] = [{ name: 'db', env: ['DB_PASSWORD=Hunter-Two-22'] }];
    const engine = fakeEngine(containers);
    let inspected = 0;
    const docker = {
      ...engine.docker,
      request: async (one: Parameters<typeof engine.docker.request>[0]) => {
        if (/^\/containers\/[0-9a-f]{64}\/json$/.test(one.path)) inspected += 1;
        return await engine.docker.request(one);
      },
    };
    const secrets = createContainerSecrets(docker);
    expect(secrets.values()).toEqual([]);
    await secrets.refresh({ signal });
    await secrets.refresh({ signal });
    expect([secrets.values(), inspected]).toEqual([['Hunter-Two-22'], 1]);
    containers.pop();
    await secrets.refresh({ signal });
    expect(secrets.values()).toEqual([]);
  });

  it('do not come out of tools, nor do those of the store, not even right after the container was made', async () => {
    const containers: FakeContainer[] = [
      { name: 'web', log: 'uses st0red-Value-5 and made-Just-Now-7 and one-Before-3' },
    ];
    containers.push({ name: 'db', env: ['DB_PASSWORD=one-Before-3'] });
    await using world = await toolWorld({ containers, storedSecrets: async () => ['st0red-Value-5'] });
    expect(await world.set.refresh({ signal })).toEqual([]);
    containers.push({ name: 'new', env: ['NEW_TOKEN=made-Just-Now-7'] });
    await world.call('stop_container', { name: 'web' });
    const { text } = await world.call('container_logs', { name: 'web' });
    expect(text).toBe('uses [redacted known-value] and [redacted known-value] and [redacted known-value]');
    expect(world.set.hideSecrets('made-Just-Now-7')).not.toContain('made');
  });
});
