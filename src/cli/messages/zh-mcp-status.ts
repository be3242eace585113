import type { enMcpStatus } from './en-mcp-status.ts';

export const zhMcpStatus: Readonly<Record<keyof typeof enMcpStatus, string>> = {
  'mcp.status.none': '没有启用服务器，也没有调用记录。启用方法：gantry mcp server enable NAME',
  'mcp.status.noGateway': '守护进程的网关没有运行：有客户端请求时才会启动。以下内容来自调用记录。',
  'mcp.status.column.profile': '配置集',
  'mcp.status.column.state': '状态',
  'mcp.status.column.tools': '工具',
  'mcp.status.column.failed': '失败',
  'mcp.status.column.mean': '平均用时',
  'mcp.status.column.last': '上次调用',
  'mcp.status.state.unknown': '尚未询问',
  'mcp.status.state.starting': '正在启动',
  'mcp.status.state.known': '就绪',
  'mcp.status.state.failed': '失败',
  'mcp.status.state.enabled': '已启用',
  'mcp.status.state.not_enabled': '未启用',
  'mcp.logs.none': '自守护进程启动网关以来，该服务器没有任何输出。',
  'help.mcp.logs': '显示服务器输出的内容',
  'help.mcp.logs.server': '配置集中服务器的名称',
  'help.mcp.logs.follow': '继续显示之后输出的内容，直到按 Ctrl-C',
  'help.mcp.status': '显示服务器的状态、调用次数、延迟和最近的错误',
  'help.mcp.status.profile': '只看这个配置集',
};
