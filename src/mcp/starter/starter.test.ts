import { describe, expect, it } from 'vitest';
import { explainServer } from '../catalog/explain.ts';
import { starterCatalog } from './create-starter.ts';
import { starterImage, starterServers } from './entries.ts';
import { starterLocks } from './lock.ts';
import packages from './packages.json' with { type: 'json' };
import { inputsOf, isMadeFrom, ownerOf, recipeFor, runsOn } from './recipe.ts';

const user = { uid: 501, gid: 20 };

describe('the starter catalogue', () => {
  const { entries } = starterCatalog();

  it('has an entry, a package and a lock for each server', () => {
    const names = entries.map(({ server }) => server.name).toSorted();
    expect(Object.keys(packages).toSorted()).toEqual(names);
    expect(Object.keys(starterLocks).toSorted()).toEqual(names);
    expect([...starterServers.keys()].toSorted()).toEqual(names);
  });

  it.each(entries.map(({ server }) => [server.name, server] as const))(
    'locks all of %s, and asks for no more than it needs',
    async (name, server) => {
      const lock = await starterLocks[name]?.();
      const wanted = packages[name as keyof typeof packages];
      expect([lock?.package, lock?.version]).toEqual([wanted.package, wanted.version]);
      expect(server.image).toBe(starterImage(name, wanted.version));
      expect(lock?.packages.map(({ path }) => path)).toContain(`node_modules/${wanted.package}`);
      expect(lock?.program.startsWith(`node_modules/${wanted.package}/`)).toBe(true);
      expect(new Set(lock?.packages.map(({ path }) => path)).size).toBe(lock?.packages.length);
      expect(server.disableNetwork || server.allowHosts.length > 0).toBe(true);
      expect([server.capabilities, server.user, server.extraHosts]).toEqual([[], undefined, []]);
      expect(server.secrets.every((secret) => secret.name.startsWith(`${name}.`))).toBe(true);
      expect(explainServer(server).broken).toEqual([]);
      expect(server.tools.length).toBeGreaterThan(0);
    },
  );
});

describe('the recipe of an image', () => {
  const build = async (name: string, base: string) => {
    const server = starterServers.get(name);
    const lock = await starterLocks[name]?.();
    if (!server || !lock) throw new Error('none');
    const owner = ownerOf(server, user);
    return { server, lock, owner, ...recipeFor({ name, server, lock, owner, base }) };
  };

  it('runs nothing while the image is made, and the server as nobody or as the user whose files it is for', async () => {
    const memory = await build('memory', 'node:24-bookworm-slim');
    expect(memory.dockerfile).toBe(
      [
        'FROM node:24-bookworm-slim',
        'ENV NODE_ENV=production HOME=/tmp',
        'COPY rootfs/ /',
        'WORKDIR /app',
        'USER 1000:1000',
        'ENTRYPOINT ["/usr/local/bin/node","/app/node_modules/@modelcontextprotocol/server-memory/dist/index.js"]',
        '',
      ].join('\n'),
    );
    expect((await build('filesystem', 'x')).dockerfile).toContain('USER 501:20');
  });

  it('is followed again when what goes in changes, and not when the base does', async () => {
    const { server, lock, owner, labels } = await build('filesystem', 'one');
    const inputs = inputsOf(lock, server, owner);
    expect(isMadeFrom(labels, inputs)).toBe(true);
    expect(isMadeFrom((await build('filesystem', 'two')).labels, inputs)).toBe(true);
    expect(inputsOf(lock, server, { uid: 7, gid: 7 })).not.toBe(inputs);
    const [first, ...others] = lock.packages;
    const changed = { ...lock, packages: [{ ...first, integrity: 'sha512-x' } as never, ...others] };
    expect(inputsOf(changed, server, owner)).not.toBe(inputs);
    expect(isMadeFrom({}, inputs)).toBe(false);
  });
});

describe('a version of Node', () => {
  it.each([
    ['v20.20.2', '*', true],
    ['20.20.2', '>=18', true],
    ['20.20.2', '>= 18.0.0', true],
    ['20.20.2', '>=22', false],
    ['20.20.2', '^20.19.0 || ^22.13.0 || >= 24.0.0', true],
    ['21.0.0', '^20.19.0 || ^22.13.0 || >= 24.0.0', false],
    ['24.0.0', '^20.19.0 || ^22.13.0 || >= 24.0.0', true],
    ['20.18.0', '^20.19.0', false],
    ['20.20.2', '>=18 <21', true],
    ['22.0.0', '>=18 <21', false],
    ['20.5.1', '~20.5', true],
    ['20.6.0', '~20.5', false],
    ['18.1.0', '18', true],
    ['20.1.0', '18', false],
    ['20.1.0', '18.x || 20.x', true],
  ])('%s is what %j asks for: %s', (...[version, range, expected]) => {
    expect(runsOn(version, range)).toBe(expected);
  });
});
