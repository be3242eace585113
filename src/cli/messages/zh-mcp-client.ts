import type { enMcpClient } from './en-mcp-client.ts';

export const zhMcpClient: Readonly<Record<keyof typeof enMcpClient, string>> = {
  'help.mcp.client.manual': '显示启动网关的命令，供列表之外的客户端使用',
  'help.mcp.client.profile': '客户端使用哪个配置方案中的服务器',
};
