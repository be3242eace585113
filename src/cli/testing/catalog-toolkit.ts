import { join } from 'node:path';
import { systemClock } from '#core';
import type { McpToolkit } from '#mcp';
import type { FakeDaemon } from './fake-daemon.ts';

/** A toolkit with real catalogues on disk, nothing of the network, and no images to make. */
export function catalogToolkit({ paths }: Pick<FakeDaemon, 'paths'>): () => Promise<McpToolkit> {
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
    return Object.assign(others, { catalogs, images, [Symbol.asyncDispose]: async () => {} });
  };
}
