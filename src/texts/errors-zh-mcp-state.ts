import type { ErrorText } from './errors-zh.ts';

/** What cannot be asked of profiles, secrets, grants and the call log, for `request.invalid`. */
export const mcpStateRequestsZh: readonly ErrorText[] = [
  {
    reason: 'profile_id',
    text: '“{profile}”不能作为配置集的 id。',
    hint: '请使用字母、数字、- 和 _，最多 64 个字符。',
  },
  { reason: 'both_ways', text: '{name} 不能同时启用和停用。' },
  { reason: 'server_and_name', text: '{text} 不是“服务器.名称”的形式。' },
  { reason: 'assignment', text: '{text} 不是“服务器.名称=值”的形式。' },
  { reason: 'set_and_del', text: '{name} 不能同时设置和删除。' },
  { reason: 'no_config', text: '{server} 没有配置项。' },
  { reason: 'config_not_set', text: '{key} 没有设置。' },
  { reason: 'config_unknown', text: '{key} 不是已知的配置项。' },
  { reason: 'config_type', text: '{key} 的类型必须是 {expected}。' },
  { reason: 'config_choice', text: '{key} 必须是以下之一：{expected}。' },
  { reason: 'config_range', text: '{key} 必须 {expected}。' },
  { reason: 'secret_name', text: '“{name}”不能作为密钥名称。' },
  { reason: 'secret_value', text: '这不能作为 {name} 的值：{detail}。' },
  { reason: 'grant_path', text: '无法授予 {path}：{detail}。' },
  { reason: 'server_name', text: '“{server}”不能作为服务器名称。' },
  { reason: 'program', text: '无法启动程序 {program}：{detail}。' },
  { reason: 'interceptor', text: '“{text}”不是拦截器。', hint: '例如：before:exec:./check.sh' },
  {
    reason: 'yq_syntax',
    text: '--yq 在第 {position} 个字符“{found}”处无法理解。',
    hint: '支持 .name、.["name"]、.[0]、.[]、|、==、!=、keys、length、map(…) 和 select(…)。更多用法请用：--json | jq',
  },
  {
    reason: 'yq_end',
    text: '--yq 的表达式不完整（第 {position} 个字符处结束）。',
    hint: '支持 .name、.["name"]、.[0]、.[]、|、==、!=、keys、length、map(…) 和 select(…)。更多用法请用：--json | jq',
  },
  { reason: 'yq_type', text: '--yq 要求 {type} 的 {operation}，但它没有。' },
  { reason: 'replay_kind', text: '调用 {id} 无法重复：它不是工具调用。' },
  { reason: 'replay_redacted', text: '调用 {id} 无法重复：它的参数过大或含有密钥。' },
  {
    reason: 'replay_no_arguments',
    text: '调用 {id} 无法重复：没有记录它的参数。',
    hint: '要记录参数，请运行：gantry settings set mcp.record on',
  },
];

/** For `request.not_found`. */
export const mcpStateNotFoundZh: readonly ErrorText[] = [
  { reason: 'no_question', text: '这个问题已不再等待回答。' },
  { reason: 'no_sign_in', text: '没有人正在登录 {server}。' },
  { reason: 'no_template', text: '没有模板“{template}”。', hint: '可用的模板：{known}' },
  { reason: 'no_call', text: '没有调用 {id} 的记录。', hint: '查看已有记录：gantry mcp calls' },
  { reason: 'no_grants', text: '{server} 没有任何授权。', hint: '查看已有授权：gantry mcp grant ls' },
  { reason: 'no_grant', text: '{server} 没有对 {path} 的授权。', hint: '查看已有授权：gantry mcp grant ls' },
];

/** For `mcp.denied`. */
export const mcpStateDeniedZh: readonly ErrorText[] = [
  { reason: 'grant_forbidden', text: '{path} 不能授予任何服务器。', hint: '那就是整台机器。请授予其中的某个文件夹。' },
  {
    reason: 'grant_sensitive',
    text: '{path} 中有凭据或系统文件。',
    hint: '如果仍要授予 {server}，请加上 --even-though-sensitive。',
  },
  {
    reason: 'profile_secret',
    text: '配置集 {profile} 中含有密钥，未发送：{detail}。',
    hint: '请改用：gantry mcp secret set 名称',
  },
  { reason: 'secret_scope', text: '{server} 不能使用密钥 {name}：它的目录条目没有声明该密钥。' },
];

/** For `secret.unavailable`. */
export const mcpStateSecretsZh: readonly ErrorText[] = [
  {
    reason: 'keychain',
    text: '无法使用系统钥匙串：{detail}。',
    hint: '可改为保存到加密文件：gantry mcp secret set 名称 --provider file',
  },
  { reason: 'passphrase', text: '密钥文件受口令保护。', hint: '请设置 GANTRY_SECRETS_PASSPHRASE。' },
  { reason: 'encrypted_file', text: '无法使用密钥文件 {path}：{detail}。' },
  { reason: 'command', text: '{program} 没有给出密钥 {name}：{detail}。' },
];
