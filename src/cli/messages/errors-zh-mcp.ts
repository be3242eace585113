import type { ErrorText } from './errors-zh.ts';

/** What can be wrong with MCP servers, catalogues, profiles and secrets. */
export const mcpErrorsZh = {
  'mcp.server_not_found': [
    { text: '没有名为“{server}”的 MCP 服务器。', hint: '查看可用的服务器：gantry mcp catalog show' },
  ],
  'mcp.server_failed': [{ text: 'MCP 服务器 {server} 失败：{detail}。' }],
  'mcp.server_unavailable': [{ text: 'MCP 服务器 {server} 多次失败，{seconds} 秒后会再次尝试。' }],
  'mcp.not_configured': [{ text: 'MCP 服务器 {server} 尚未配置：{detail}。' }],
  'mcp.denied': [{ text: '策略不允许使用 {server} 的 {name}：{detail}。' }],
  'mcp.oauth_required': [
    { text: 'MCP 服务器 {server} 需要授权。', hint: '请运行：gantry mcp oauth authorize {server}' },
  ],
  'mcp.tool_not_found': [{ text: '没有名为“{name}”的工具。', hint: '查看可用的工具：gantry mcp tools ls' }],
  'mcp.catalog_not_found': [{ text: '没有目录“{catalog}”。', hint: '查看已有目录：gantry mcp catalog ls' }],
  'mcp.catalog_invalid': [{ text: '{where} 不是可用的目录：{detail}。' }],
  'mcp.profile_not_found': [{ text: '没有配置集“{profile}”。', hint: '查看已有配置集：gantry mcp profile ls' }],
  'mcp.profile_conflict': [
    { text: '配置集“{profile}”已存在。', hint: '请换一个名称，或先删除：gantry mcp profile rm {profile}' },
  ],
  'mcp.client_not_found': [{ text: '没有名为“{client}”的客户端。', hint: '查看支持的客户端：gantry mcp client ls' }],
  'mcp.client_invalid': [{ text: '{path} 无法修改：{detail}。文件未作任何更改。' }],
  'secret.not_found': [{ text: '没有密钥“{name}”。', hint: '请先设置：gantry mcp secret set {name}' }],
  'secret.unavailable': [{ text: '密钥存储不可用：{detail}。' }],
} as const satisfies Record<string, readonly ErrorText[]>;
