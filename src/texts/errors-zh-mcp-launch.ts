import type { ErrorText } from './errors-zh.ts';

const engineHint = '请确认 Docker Engine 能够应答：docker info';

/** Why a server in a container did not start, or ended. */
export const serverFailedZh: readonly ErrorText[] = [
  {
    reason: 'image',
    text: '{server} 的镜像 {image} 不在 Engine 中，也无法拉取：{detail}',
    hint: '请自行拉取或构建：docker pull {image}',
  },
  { reason: 'no_command', text: '{server} 的镜像和条目都没有说明要运行什么。', hint: '请在条目中写明 command。' },
  { reason: 'timeout_image', text: '{server} 的镜像在 {seconds} 秒内没有就绪。', hint: engineHint },
  { reason: 'timeout_secrets', text: '{server} 的密钥在 {seconds} 秒内没有取得。' },
  { reason: 'timeout_network', text: '{server} 的网络在 {seconds} 秒内没有建好。', hint: engineHint },
  { reason: 'timeout_create', text: '{server} 的容器在 {seconds} 秒内没有创建好。', hint: engineHint },
  { reason: 'timeout_start', text: '{server} 的容器在 {seconds} 秒内没有启动。', hint: engineHint },
  { reason: 'timeout_run', text: '{server} 在 {seconds} 秒内没有结束，已被终止。' },
  { reason: 'engine_image', text: '无法取得 {server} 的镜像：{detail}' },
  { reason: 'engine_secrets', text: '无法取得 {server} 的密钥：{detail}' },
  { reason: 'engine_network', text: '无法建立 {server} 的网络：{detail}' },
  { reason: 'engine_create', text: '无法创建 {server} 的容器：{detail}' },
  { reason: 'engine_start', text: '无法启动 {server} 的容器：{detail}' },
  {
    reason: 'message_size',
    text: '{server} 发来的消息超过 {mebibytes} MiB，已被终止。',
    hint: '请让它一次少返回一些内容。',
  },
  { reason: 'not_reading', text: '{server} 不读取发给它的内容，已被终止。' },
  {
    reason: 'killed',
    text: '{server} 被强行终止，通常是因为达到了内存上限：{detail}',
    hint: '可以给它更多内存：gantry mcp gateway run --memory 4Gb',
  },
  { reason: 'ended', text: '{server} 意外结束（退出码 {exitCode}）：{detail}' },
  {
    reason: 'secret_size',
    text: '有密钥太长，或全部密钥合起来太长，无法交给程序。',
    hint: '单个密钥最多 128 KiB，且不能含有 NUL 字符。',
  },
];

/** What is missing before a server can start. */
export const notConfiguredZh: readonly ErrorText[] = [
  {
    reason: 'secret',
    text: '{server} 需要密钥 {secret}，但尚未设置。',
    hint: '请设置：gantry mcp secret set {secret}',
  },
  {
    reason: 'config',
    text: '{server} 需要配置 {key}，但尚未设置。',
    hint: '请设置：gantry mcp profile config default --set {server}.{key}=值',
  },
  { reason: 'bind_missing', text: '{server} 需要 {path}，但本机没有该路径。', hint: '请创建它，或配置其他路径。' },
];

/** What a server may not have. */
export const deniedZh: readonly ErrorText[] = [
  {
    reason: 'bind_forbidden',
    text: '{server} 要求访问 {path}，任何服务器都不能访问该路径。',
    hint: '请配置其他路径。',
  },
  {
    reason: 'bind_sensitive',
    text: '{server} 要求访问 {path}，其中有凭据或系统文件。',
    hint: '如果确实只需要它：gantry mcp grant add {server} {path} --even-though-sensitive',
  },
  {
    reason: 'bind_not_granted',
    text: '{server} 没有访问 {path} 的授权。',
    hint: '授权：gantry mcp grant add {server} {path}（可写请加 --rw）',
  },
  {
    reason: 'capability',
    text: '{server} 要求能力 {capability}，任何服务器都不能得到它。',
    hint: '超出普通容器的能力等于交出整台机器。',
  },
];

/** An entry of a catalogue that cannot be as it is. */
export const entryInvalidZh: ErrorText = {
  reason: 'entry',
  text: '{server} 的目录条目有误，{field} 不能是：{value}。',
  hint: '请在其目录中更正，或联系发布者。',
};

export const serverUnavailableZh: ErrorText = {
  text: '{server} 目前无法启动（已失败 {failures} 次），{retryAfterSeconds} 秒后会再次尝试。',
};
