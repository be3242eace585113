import type { enMcp } from './en-mcp.ts';

export const zhMcp: Readonly<Record<keyof typeof enMcp, string>> = {
  'mcp.twoFormats': '--json 与 --format 要求的格式不同。',
  'help.mcp': '通过一个网关，把容器中的 MCP 服务器接入各种客户端',
  'help.mcp.format': '输出格式；--json 等同于 --format json',
  'help.mcp.version': '显示 MCP 工具包的版本',
  'help.mcp.catalog': '管理 MCP 服务器目录',
  'help.mcp.client': '把编辑器、助手等程序接入网关',
  'help.mcp.config': '读取和修改服务器的配置',
  'help.mcp.feature': '开启或关闭功能',
  'help.mcp.gateway': '运行网关',
  'help.mcp.grant': '允许服务器访问本机的文件夹',
  'help.mcp.oauth': '登录服务器所使用的服务',
  'help.mcp.policy': '规定哪些工具可以调用、如何调用',
  'help.mcp.profile': '管理配置集：一组服务器及其配置',
  'help.mcp.secret': '保存服务器使用的密码和令牌',
  'help.mcp.server': '开启或关闭服务器',
  'help.mcp.template': '用一组配套的服务器新建配置集',
  'help.mcp.tools': '列出、查看、调用、开关工具',
};
