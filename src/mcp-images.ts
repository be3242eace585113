import type { Clock, Env, Paths } from '#core';
import type { SettingsStore } from '#settings';
import { starterCatalog, type McpToolkit, type ServerImages } from '#mcp';

export interface McpImagesOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly verifySignatures: boolean;
}

export interface McpImages extends Pick<ServerImages, 'local' | 'check'> {
  close(): Promise<void>;
}

/** Images of servers: those of the starter catalogue are made when they are needed, of the others it is checked who signed them. */
export function createMcpImages({ paths, env, clock, settings, verifySignatures }: McpImagesOptions): McpImages {
  const made = new Set(starterCatalog().entries.flatMap(({ server }) => server.image ?? []));
  let opened: Promise<McpToolkit> | undefined;
  // What it needs is loaded with the first image.
  const open = (): Promise<McpToolkit> =>
    (opened ??= import('./create-toolkit.ts').then(({ createToolkit }) =>
      createToolkit({ paths, env, clock, settings }),
    ));
  return {
    local: {
      makes: (image) => made.has(image),
      ensure: async (image, options) => await (await open()).images.ensure(image, options),
    },
    check: verifySignatures
      ? async (image, facts, options) => {
          if (!made.has(image)) await (await open()).checkImage(image, facts, options);
        }
      : undefined,
    async close() {
      await (await opened?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
