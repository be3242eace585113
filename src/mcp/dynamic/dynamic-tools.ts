import type { GatewayTool } from '../types.ts';
import { activateProfileTool, createProfileTool } from './profile-tools.ts';
import { addTool, configTool, findTool, removeTool } from './server-tools.ts';
import type { DynamicToolsOptions } from './types.ts';
import { codeModeTool, execTool } from './use-tools.ts';

/** Tools with which a model finds, adds and combines servers; what they change is its own session's (contract mcp-toolkit §3.12). */
export function dynamicTools(options: DynamicToolsOptions): readonly GatewayTool[] {
  return [
    findTool(options),
    addTool(options),
    removeTool(),
    configTool(options),
    execTool(),
    codeModeTool(options),
    createProfileTool(options),
    activateProfileTool(options),
  ];
}

/** Names that no server's tool may take, whether these tools are on or not. */
export const dynamicToolNames = [
  'mcp-find',
  'mcp-add',
  'mcp-remove',
  'mcp-exec',
  'mcp-config-set',
  'mcp-create-profile',
  'mcp-activate-profile',
  'mcp-registry-import',
  'code-mode',
  'find-tools',
] as const;
