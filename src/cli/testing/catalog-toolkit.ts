import { join } from 'node:path';
import { AppError, systemClock } from '#core';
import type { McpToolkit } from '#mcp';
import type { FakeDaemon } from './fake-daemon.ts';

/** A toolkit with real catalogues on disk, nothing of the network but these readmes, and no images to make. */
export function catalogToolkit(
  { paths }: Pick<FakeDaemon, 'paths'>,
  readmes: Readonly<Record<string, string>> = {},
): () => Promise<McpToolkit> {
  const readme: McpToolkit['readme'] = async ({ name, readme: address }) => {
    const text = readmes[address];
    if (text === undefined) throw new AppError('source.unreachable', `Cannot reach the readme of ${name}.`);
    return text;
  };
  return async () => {
    const { createCatalogs, starterCatalog } = await import('#mcp');
    const others: McpToolkit = Object.create(null);
    const catalogs = createCatalogs({
      folder: join(paths.home, 'mcp', 'catalogs'),
      dockerConfig: paths.dockerConfig,
      registry: Object.create(null),
      http: Object.create(null),
      docker: Object.create(null),
      architecture: 'amd64',
      clock: systemClock,
      builtIn: [starterCatalog()],
    });
    const images = { makes: () => false, ensure: () => Promise.resolve({ isNew: false }) };
    const imageRules = () => [];
    return Object.assign(others, { catalogs, images, imageRules, readme, [Symbol.asyncDispose]: async () => {} });
  };
}
