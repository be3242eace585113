export { createApi } from './create-api.ts';
export type { AccessPorts, Api, ApiOptions, DaemonInfo, DockerViews, Door, McpDoor, StorageUse } from './types.ts';
export type { McpGateways, McpManagement, ServerLine } from './mcp/management.ts';
