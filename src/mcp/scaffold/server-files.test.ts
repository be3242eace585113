import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContent } from '../catalog/reading/read-content.ts';
import { serverFiles, serverNameFrom, serverTemplates } from './server-files.ts';

describe('the beginnings of a server', () => {
  it.each(serverTemplates)('%s are an entry that catalogues read, with pinned packages', (template) => {
    const files = new Map(serverFiles({ name: 'hello', template }).map(({ path, text }) => [path, text]));
    const { entries, problems } = readContent(files.get('catalog.yaml') ?? '', { where: 'catalog.yaml' });
    expect(problems).toEqual([]);
    expect(entries).toMatchObject([
      { server: { name: 'hello', image: 'hello:latest', disableNetwork: true, tools: [{ name: 'greet' }] } },
    ]);
    const { dependencies, devDependencies } = JSON.parse(files.get('package.json') ?? '') as Record<string, object>;
    for (const version of Object.values({ ...dependencies, ...devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
    expect(files.has('ui.html')).toBe(template === 'chatgpt-app-basic');
  });

  it.each([
    ['weather', 'weather'],
    ['My Server_2', 'my-server-2'],
    ['--x--', 'x'],
    ['天气', undefined],
  ])('are called as their folder, as far as names allow: %s', (folder, name) => {
    expect(serverNameFrom(folder)).toBe(name);
  });

  it('have a name that images and catalogues accept, whatever the folder is called', () => {
    fc.assert(
      fc.property(fc.string(), (folder) => {
        const name = serverNameFrom(folder);
        if (name !== undefined) expect(name).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/);
      }),
    );
  });
});
