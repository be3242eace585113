import { mcpStateDeniedZh, mcpStateRequestsZh, mcpStateSecretsZh } from './errors-zh-mcp-state.ts';
import type { ErrorText } from './errors-zh.ts';
import {
  deniedZh,
  entryInvalidZh,
  notConfiguredZh,
  serverFailedZh,
  serverUnavailableZh,
} from './errors-zh-mcp-launch.ts';

/** Requests about MCP that cannot be met, for `request.invalid`. */
export const mcpRequestsZh: readonly ErrorText[] = [
  ...mcpStateRequestsZh,
  { reason: 'streams', text: '已打开的事件流超过 {most} 个。', hint: '请关闭仪表板的其他标签页。' },
  { reason: 'policy_text', text: '策略无效：{detail}。', hint: '未作任何更改。' },
  { reason: 'policy_changed', text: '其他人刚刚修改了策略。', hint: '请重新读取，再作修改。' },
  { reason: 'profile_text', text: '这不是配置集：{detail}。' },
  { reason: 'argument', text: '参数“{name}”的类型不对或为空。' },
  { reason: 'config_key', text: '{server} 没有名为 {name} 的配置项。' },
  {
    reason: 'whose_tool',
    text: '多个服务器都有工具“{name}”：{first}、{second}。',
    hint: '请指明服务器：--server 名称',
  },
  {
    reason: 'oauth_callback',
    text: '这不是此次授权时浏览器转到的地址。',
    hint: '请复制完整的地址，它以 {url} 开头',
  },
  { reason: 'no_feature', text: '没有功能“{name}”。', hint: '可用的功能：{known}' },
  { reason: 'feature_not_here', text: '功能 {name} 不能这样切换：{because}。' },
];

/** What can be wrong with MCP servers, catalogues, profiles and secrets. */
export const mcpErrorsZh = {
  'mcp.server_not_found': [
    {
      reason: 'profile',
      text: '配置集 {profile} 中没有服务器 {server}。',
      hint: '查看其中的服务器：gantry mcp profile show {profile}',
    },
    {
      reason: 'in_catalog',
      text: '目录 {catalog} 中没有名为“{server}”的服务器。',
      hint: '查看其中的服务器：gantry mcp catalog server ls {catalog}',
    },
    {
      reason: 'in_no_catalog',
      text: '这里的目录中都没有名为“{server}”的服务器。',
      hint: '查找服务器：gantry mcp catalog search 关键词',
    },
    { reason: 'not_enabled', text: 'MCP 服务器 {server} 尚未启用。' },
    { reason: 'in_file', text: '{file} 中没有名为“{server}”的服务器。' },
    { text: '没有名为“{server}”的 MCP 服务器。', hint: '查看可用的服务器：gantry mcp catalog show' },
  ],
  'mcp.server_failed': [
    { reason: 'interceptor', text: '拦截器 {server} 失败：{detail}。' },
    { reason: 'refused', text: '{server} 拒绝了请求：{detail}' },
    {
      reason: 'empty',
      text: 'MCP 服务器 {server} 有应答，但没有任何工具、提示词或资源。',
      hint: '可能缺少配置或密钥；查看它的输出：gantry mcp logs {server}',
    },
    ...serverFailedZh,
    { text: 'MCP 服务器 {server} 失败：{detail}。' },
  ],
  'mcp.server_unavailable': [
    { reason: 'closed', text: '与 MCP 服务器 {server} 的连接已关闭。' },
    { reason: 'timeout', text: '服务器没有在 {seconds} 秒内应答 {method}。' },
    serverUnavailableZh,
    { text: 'MCP 服务器 {server} 多次失败，{seconds} 秒后会再次尝试。' },
  ],
  'mcp.not_configured': [...notConfiguredZh, { text: 'MCP 服务器 {server} 尚未配置：{detail}。' }],
  'mcp.disabled': [{ text: 'MCP Toolkit 未启用。', hint: '启用方法：gantry settings set mcp.enabled true' }],
  'mcp.denied': [...mcpStateDeniedZh, ...deniedZh, { text: '策略不允许使用 {server} 的 {name}：{detail}。' }],
  'mcp.oauth_required': [
    {
      reason: 'scopes',
      text: 'MCP 服务器 {server} 需要更多权限：{scopes}。',
      hint: '请运行：gantry mcp oauth authorize {server} --scopes "{scopes}"',
    },
    { text: 'MCP 服务器 {server} 需要授权。', hint: '请运行：gantry mcp oauth authorize {server}' },
  ],
  'mcp.tool_not_found': [
    {
      reason: 'whose',
      text: '配置集 {profile} 中没有已知带有工具“{name}”的服务器。',
      hint: '请指明服务器：--server 名称',
    },
    { reason: 'switched_off', text: '{server} 没有已启用的工具“{name}”。' },
    { reason: 'prompt', text: '{server} 没有提示词“{name}”。' },
    { reason: 'resource', text: '{server} 没有资源“{name}”。' },
    { text: '没有名为“{name}”的工具。', hint: '查看可用的工具：gantry mcp tools ls' },
  ],
  'mcp.catalog_not_found': [
    { reason: 'file', text: '文件 {path} 不存在。' },
    { reason: 'unreadable', text: '无法读取文件 {path}。' },
    { text: '没有目录“{catalog}”。', hint: '查看已有目录：gantry mcp catalog ls' },
  ],
  'mcp.catalog_invalid': [
    entryInvalidZh,
    {
      reason: 'built_in',
      text: '目录 {where} 随 Gantry 提供，不能修改。',
      hint: '请修改它的副本：gantry mcp catalog fork {where} my-catalog',
    },
    {
      reason: 'broken_server',
      text: '目录 {where} 中有一个服务器无法保留：{detail}。',
      hint: '请在目录的来源处修正，然后重新获取或导入。',
    },
    {
      reason: 'image_label',
      text: '镜像 {where} 没有描述服务器：{detail}。',
      hint: '请在文件中描述该服务器，并用 file://路径 添加。',
    },
    { text: '{where} 不是可用的目录：{detail}。' },
  ],
  'mcp.profile_not_found': [{ text: '没有配置集“{profile}”。', hint: '查看已有配置集：gantry mcp profile ls' }],
  'mcp.profile_conflict': [
    { text: '配置集“{profile}”已存在。', hint: '请换一个名称，或先删除：gantry mcp profile rm {profile}' },
  ],
  'mcp.client_not_found': [{ text: '没有名为“{client}”的客户端。', hint: '查看支持的客户端：gantry mcp client ls' }],
  'mcp.client_invalid': [
    { reason: 'folder', text: '{place} 保持原样：该位置是一个文件夹。' },
    { reason: 'special', text: '{place} 保持原样：该位置不是普通文件。' },
    { reason: 'dangling', text: '{place} 保持原样：它是一个失效的链接。' },
    { reason: 'too_large', text: '{place} 保持原样：文件大于 32 MiB。' },
    { reason: 'no_access', text: '{place} 保持原样：没有读写权限。' },
    { reason: 'encoding', text: '{place} 保持原样：它不是 UTF-8 文本。' },
    { reason: 'changed', text: '{place} 保持原样：其他程序刚刚修改了它。', hint: '请重试。' },
    { reason: 'edited_since', text: '{place} 保持原样：它后来又被编辑过，恢复会丢失这些改动。' },
    {
      reason: 'syntax',
      text: '{place} 保持原样：格式有误（{because}）。',
      hint: '未作任何更改。请修正该文件，或手动编辑。',
    },
    {
      reason: 'shape',
      text: '{place} 保持原样：内容不符合预期（{because}）。',
      hint: '未作任何更改。请修正该文件，或手动编辑。',
    },
    { reason: 'unsafe', text: '{place} 保持原样：无法只修改这一项（{because}）。', hint: '未作任何更改。请手动编辑。' },
    { reason: 'global_only', text: '{client} 没有项目级配置。', hint: '请加上 --global 再运行一次。' },
    { reason: 'no_http', text: '{client} 不能通过 URL 访问网关。', hint: '请去掉 --transport，让它自行启动网关。' },
    {
      reason: 'no_token',
      text: '{client} 不能从环境变量读取令牌。',
      hint: '令牌不会写入文件。请去掉 --transport，让它自行启动网关。',
    },
    {
      reason: 'no_project',
      text: '{folder} 不在任何项目中：它和上级文件夹都没有 .git。',
      hint: '请进入一个项目，或加上 --global。',
    },
    { reason: 'nothing_to_undo', text: '{file} 中没有可以撤销的对 {client} 的修改。' },
    { reason: 'no_place', text: '不知道 {client} 在这里把配置保存在哪里。', hint: '可能缺少 APPDATA 之类的环境变量。' },
  ],
  'secret.not_found': [
    { reason: 'oauth', text: '{name} 没有任何授权。', hint: '查看授权：gantry mcp oauth ls' },
    {
      reason: 'oauth_client',
      text: '没有为 {name} 保存客户端。',
      hint: '查看已保存的客户端：gantry mcp oauth client ls',
    },
    { text: '没有密钥“{name}”。', hint: '请先设置：gantry mcp secret set {name}' },
  ],
  'secret.unavailable': [...mcpStateSecretsZh, { text: '密钥存储不可用：{detail}。' }],
} as const satisfies Record<string, readonly ErrorText[]>;
