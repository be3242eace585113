import type { enTools } from './en-tools.ts';

export const zhTools: Readonly<Record<keyof typeof enTools, string>> = {
  'gateway.serving': '网关已在 {url} 提供 {n} 个模型，按 Ctrl-C 停止。',
  'gateway.unused': '{name} 在此网关中不起作用。',
  'gateway.failed': '{alias}：{upstream} 失败（{reason}）。',
  'gateway.answered': '{alias}：{upstream} 返回 {status}。',
  'gateway.cannotListen': '网关无法在 {address} 监听：{reason}。',
  'gateway.needsKey': '未设置 master_key 时网关只服务本机，而 {host} 会把它开放给网络。',
  'gateway.needsKeyHint': '请在文件中设置 general_settings.master_key，或使用 --host 127.0.0.1。',
  'help.gateway': '用一个 OpenAI API 统一提供多个模型和服务商',
  'help.gateway.config': '配置文件（YAML）',
  'help.gateway.host': '监听地址',
  'help.gateway.port': '监听端口，0 表示自动选择',
  'help.gateway.verbose': '显示每个请求由哪个上游应答',
};
