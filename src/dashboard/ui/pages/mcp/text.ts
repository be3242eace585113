import { createText } from '../../kit/index.ts';
import { mcp as en } from '../../messages/en/mcp.ts';
import { mcp as zh } from '../../messages/zh/mcp.ts';

export const useMcpText = createText({ en, zh });
export type McpText = ReturnType<typeof useMcpText>;
