import type { ErrorText } from './errors-zh.ts';

const tryAgain = '请重试，传输会从中断处继续。';
const checkNetwork = '请检查网络；如需代理，请设置 HTTPS_PROXY。';

/** What can be wrong with what is fetched from elsewhere. */
export const sourceErrorsZh = {
  'source.unreachable': [
    {
      reason: 'web_search',
      text: '无法搜索网页：无法连接 {host}（{detail}）。',
      hint: '请检查网络，用 GANTRY_WEB_SEARCH_ENDPOINT 指定另一个 MCP 服务器，或去掉 --websearch。',
    },
    { reason: 'dns', text: '无法连接 {host}：域名无法解析。', hint: checkNetwork },
    { reason: 'refused', text: '无法连接 {host}：连接被拒绝。', hint: '请检查地址以及服务器是否在运行。' },
    { reason: 'timeout', text: '无法连接 {host}：没有响应。', hint: checkNetwork },
    {
      reason: 'tls',
      text: '无法与 {host} 建立安全连接。',
      hint: '如果你的网络使用自己的证书颁发机构，请用 SSL_CERT_FILE 或 NODE_EXTRA_CA_CERTS 指定其证书。',
    },
    { reason: 'reset', text: '无法连接 {host}：对方关闭了连接。', hint: checkNetwork },
    {
      reason: 'proxy',
      text: '无法连接 {host}：代理不允许访问。',
      hint: '请检查 HTTPS_PROXY、HTTP_PROXY 和 NO_PROXY。',
    },
    { text: '{host} 在 {seconds} 秒内没有响应。', hint: '请检查网络连接和代理设置。' },
    { text: '无法连接 {host}。', hint: checkNetwork },
  ],
  'source.unauthorized': [
    { text: '{label} 不存在，或需要登录。', hint: '请检查名称，或先登录，例如：docker login 仓库地址' },
    { text: '访问 {host} 上的 {repository} 需要有效的令牌。', hint: '请将 HF_TOKEN 设为你账号的令牌。' },
  ],
  'source.forbidden': [
    {
      reason: 'write',
      text: '该令牌没有写入 {host} 上 {repository} 的权限。',
      hint: '请在 HF_TOKEN 中使用有写入权限的令牌，或运行 hf auth login。',
    },
    { text: '没有权限访问 {label}。', hint: '请确认你的账号有读取权限。' },
    {
      text: '下载 {repository} 之前需要先接受其条款。',
      hint: '请在 {host}/{repository} 上接受条款，然后将 HF_TOKEN 设为该账号的令牌。',
    },
  ],
  'source.not_found': [
    {
      reason: 'wheel',
      text: 'pip 所配置的索引中没有 {file}。',
      hint: '请检查 pip 所配置的索引：pip config list',
    },
    { reason: 'safetensors_incomplete', text: '{repository} 缺少部分权重文件：{missing}。', hint: '请告知发布者。' },
    {
      reason: 'safetensors_tag',
      text: '{repository} 没有 {quantization}：其权重为 safetensors。',
      hint: '请省略标签，或查找名称以 -GGUF 结尾的同一模型仓库。',
    },
    { reason: 'image', text: '本机和镜像仓库中都没有镜像 {image}。', hint: '查看本机镜像：docker images' },
    { reason: 'server', text: '{where} 没有描述服务器。' },
    { reason: 'registry', text: '{where} 没有 MCP 服务器列表。' },
    {
      reason: 'not_a_folder',
      text: '{path} 不是可读取的目录。',
      hint: '请给出存放 safetensors 文件的目录。',
    },
    {
      reason: 'wheel_missing',
      text: 'Python 软件包索引中没有 {file}。',
      hint: '请检查 pip 配置的索引：pip config list',
    },
    {
      text: '{repository} 缺少 {quantization} 的部分文件：共 {count} 个，缺 {missing}。',
      hint: '请换一种量化，或告知发布者。',
    },
    { text: '{repository} 没有量化 {quantization}，现有：{available}。', hint: '请用其中之一作为标签。' },
    { text: '{repository} 中有多个模型：{names}。', hint: '请用标签指定其中一个。' },
    { text: '{host} 上的 {packageName} 没有版本 {version}，现有：{known}。' },
    { text: '{host} 上没有你可访问的仓库 {repository}。', hint: '请检查拼写；如果是私有仓库，请设置 HF_TOKEN。' },
    { text: '{repository} 中没有模型权重（GGUF 或 safetensors）。', hint: '请查找同一模型中名称以 -GGUF 结尾的仓库。' },
    { text: '{file} 中没有 {member}。', hint: '请指定其中存在的文件。' },
    { text: '软件包索引中没有 {package} 的版本 {version}。', hint: '请检查软件包名称和版本，以及 pip 配置的索引。' },
    { text: '软件包索引中没有版本 {version} 的 wheel。', hint: '请检查 pip 配置的索引：pip config list' },
    { text: '没有已知的软件包仓库提供 {reference}。' },
    { text: '软件包索引中没有 {name}。', hint: '请检查名称，以及 pip 配置的索引：pip config list' },
    { text: '无法读取文件 {path}。', hint: '请检查路径，以及守护进程是否有权读取该文件。' },
    { text: '{label} 不存在。', hint: '请检查名称和标签的拼写。' },
  ],
  'source.rate_limited': [
    { text: '请求过于频繁，{label} 被拒绝。', hint: '请稍后再试，或先登录：登录用户的限额更高。' },
  ],
  'source.stalled': [{ text: '{host} 已 {seconds} 秒没有发送数据。', hint: tryAgain }],
  'source.truncated': [
    { text: '{label} 提前结束，还缺 {missingBytes} 字节。', hint: tryAgain },
    { text: '{host} 在传输途中断开了连接。', hint: tryAgain },
  ],
  'source.digest_mismatch': [
    {
      text: '{label} 与其摘要不符：应为 {expected}，实际为 {actual}。',
      hint: '已下载的内容已删除。请重试；若仍如此，则来源或传输途中篡改了内容。',
    },
    { text: '{name} 与预期不符：应为 {expected}，实际为 {actual}。', hint: '内容未保留，来源可能已变更。' },
    { text: '{file} 与仓库公布的校验值不符。', hint: '请重试；若仍如此，该软件包可能已被篡改。' },
  ],
  'source.invalid_response': [
    { reason: 'status', text: '{host} 返回状态码 {status}。', hint: '请稍后重试。' },
    { reason: 'npm_archive', text: '{name} 的包文件不是有效的 npm 包。' },
    { reason: 'web_search', text: '无法搜索网页：{host} 拒绝了请求（{detail}）。' },
    { reason: 'not_taken', text: '{host} 不接受 {path}：{detail}。' },
    { text: '{label}：服务器返回状态码 {status}。' },
    { text: '{label} 的大小自相矛盾：应为 {expected} 字节，实际为 {actual} 字节。' },
    { text: '归档文件 {file} 无法使用：{reason}。' },
    { text: '{host} 返回了无法识别的响应：{what}。' },
    { text: '{host} 返回了无法识别的响应：{reason}。' },
    { text: '{host} 返回了无法识别的响应。' },
    { text: '{label} 的服务器返回了无法识别的响应。' },
  ],
  'source.not_allowed': [
    { text: '“{reference}”不能来自来源“{source}”。' },
    { text: '出于安全考虑，已拒绝访问 {host}。' },
  ],
} as const satisfies Record<string, readonly ErrorText[]>;
