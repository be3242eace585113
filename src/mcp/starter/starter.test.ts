import { describe, expect, it } from 'vitest';
import { explainServer } from '../catalog/explain/explain-server.ts';
import { starterCatalog } from './create-starter.ts';
import { chooseWheels } from './choose-wheels.ts';
import { starterImage, starterServers } from './entries.ts';
import { pythonLocks, starterLocks } from './lock.ts';
import packages from './packages.json' with { type: 'json' };
import { inputsOf, isMadeFrom, isPython, ownerOf, recipeFor, runsOn } from './recipe.ts';

const user = { uid: 501, gid: 20 };

describe('the starter catalogue', () => {
  const { entries } = starterCatalog();

  it('has an entry, a package and a lock for each server', () => {
    const names = entries.map(({ server }) => server.name).toSorted();
    expect(Object.keys(packages).toSorted()).toEqual(names);
    expect([...Object.keys(starterLocks), ...Object.keys(pythonLocks)].toSorted()).toEqual(names);
    expect([...starterServers.keys()].toSorted()).toEqual(names);
  });

  it.each(entries.map(({ server }) => [server.name, server] as const))(
    'locks all of %s, and asks for no more than it needs',
    async (name, server) => {
      const lock = await (starterLocks[name] ?? pythonLocks[name])?.();
      if (!lock) throw new Error('no lock');
      const wanted = packages[name as keyof typeof packages];
      expect([lock.package, lock.version]).toEqual([wanted.package, wanted.version]);
      expect(server.image).toBe(starterImage(name, wanted.version));
      const paths = isPython(lock) ? lock.wheels.map(({ file }) => file) : lock.packages.map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
      if (!isPython(lock)) {
        expect(paths).toContain(`node_modules/${wanted.package}`);
        expect(lock.program.startsWith(`node_modules/${wanted.package}/`)).toBe(true);
      }
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

describe('the wheels of an image', () => {
  const pythons = ['3.11', '3.12', '3.13', '3.14'].flatMap((python) =>
    (['x86_64', 'aarch64'] as const).map((arch) => ({ python, arch })),
  );
  const locks = Object.entries(pythonLocks);

  it.each(locks.flatMap(([name, load]) => pythons.map((target) => [name, target, load] as const)))(
    'of %s are one of each package for %o',
    async (...[, target, load]) => {
      const lock = await load();
      const chosen = chooseWheels(lock, target);
      expect(chosen.map(({ name }) => name).toSorted()).toEqual(
        [...new Set(lock.wheels.map(({ name }) => name))].toSorted(),
      );
      for (const { file } of chosen) expect(file).toMatch(new RegExp(`-any\\.whl$|${target.arch}\\.whl$`));
    },
  );

  it.each([
    ['a-1-cp312-cp312-manylinux_2_17_x86_64.whl', '3.12', true],
    ['a-1-cp312-cp312-manylinux_2_17_x86_64.whl', '3.13', false],
    ['a-1-cp39-abi3-manylinux_2_17_x86_64.whl', '3.13', true],
    ['a-1-cp314-abi3-manylinux_2_17_x86_64.whl', '3.13', false],
    ['a-1-cp313-cp313t-manylinux_2_17_x86_64.whl', '3.13', false],
    ['a-1-cp313-cp313-musllinux_1_2_x86_64.whl', '3.13', false],
    ['a-1-cp313-cp313-manylinux_2_17_aarch64.whl', '3.13', false],
    ['a-1-py2.py3-none-any.whl', '3.13', true],
  ])('%s fits Python %s: %s', (...[file, python, expected]) => {
    const lock = { package: 'a', version: '1', license: '', module: 'a', python: '3.11' };
    const wheels = [{ name: 'a', version: '1', file, integrity: '' }];
    const choose = (): number => chooseWheels({ ...lock, wheels }, { python, arch: 'x86_64' }).length;
    if (expected) expect(choose()).toBe(1);
    else expect(choose).toThrow(expect.objectContaining({ params: expect.objectContaining({ reason: 'no_wheel' }) }));
  });

  it('are compiled while the image is made, which runs none of them', async () => {
    const server = starterServers.get('time');
    const lock = await pythonLocks['time']?.();
    if (!server || !lock) throw new Error('none');
    const { dockerfile } = recipeFor({ name: 'time', server, lock, owner: { uid: 1000, gid: 1000 }, base: 'base' });
    expect(dockerfile).toContain('RUN ["/usr/local/bin/python3","-I","-m","compileall",');
    expect(dockerfile).toContain('USER 1000:1000\nENTRYPOINT ["/usr/local/bin/python3","-m","mcp_server_time"]');
  });
});
