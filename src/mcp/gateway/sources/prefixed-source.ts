import type { ServerSource } from '../../types.ts';

/** The same servers, of which each has a prefix: its own, else its name (feature `tool-name-prefix`, contract mcp-toolkit §3.4). */
export function prefixedSource(source: ServerSource): ServerSource {
  return {
    watch: (listener) => source.watch(listener),
    async load(options) {
      const servers = await source.load(options);
      return servers.map((server) => {
        const { entry } = server;
        return entry.prefix === undefined ? { ...server, entry: { ...entry, prefix: entry.name } } : server;
      });
    },
  };
}
