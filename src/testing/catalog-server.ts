import type { CatalogServer } from '#mcp';

/** An entry that says no more than it must, and what a test says besides. */
export function catalogServer(name: string, fields: Partial<CatalogServer> = {}): CatalogServer {
  return {
    name,
    type: 'server',
    image: `local/${name}`,
    title: undefined,
    description: undefined,
    icon: undefined,
    readme: undefined,
    longLived: false,
    remote: undefined,
    oauth: undefined,
    secrets: [],
    env: [],
    command: [],
    volumes: [],
    user: undefined,
    disableNetwork: false,
    allowHosts: [],
    extraHosts: [],
    capabilities: [],
    tools: [],
    config: [],
    prefix: undefined,
    metadata: undefined,
    extra: {},
    ...fields,
  };
}
