import type { SettingKey, SettingWords } from '../en/setting-words.ts';

const recorded = { on: '全部', metadata: '仅记录发生过', off: '不保留' };

export const settingWords: Readonly<Record<SettingKey, SettingWords>> = {
  language: {
    name: '浏览器未选择语言时本页面的语言',
    does: '命令行使用其终端的语言。',
    options: { auto: '按各浏览器的偏好', en: 'English', zh: '简体中文' },
  },
  'modelRunner.enabled': { name: '启用 Model Runner', does: '关闭后，与模型有关的请求都会被拒绝，直到重新启用。' },
  'server.host': {
    name: '监听地址',
    does: '0.0.0.0 和 :: 表示所有地址。其他机器可访问的地址只有在存在密钥时才会开放。',
  },
  'server.listen': { name: '其他监听地址', does: '使用相同的端口。' },
  'server.port': { name: '端口', does: '本机程序通过它访问 API 和本页面。' },
  'server.origins': { name: 'CORS：允许的来源', does: '除本机网页外，还允许使用模型的网页。* 表示全部。' },
  'server.allowedHosts': { name: '接受的主机名', does: '除本机名称和 Docker 使用的名称外，还可用来访问本机的名称。' },
  'server.access': {
    name: '谁需要密钥',
    does: '通过 TCP 访问时。unix 套接字属于其所有者，从不需要密钥。',
    options: { auto: '除本机外的所有机器', keys: '本机也需要', open: '都不需要' },
  },
  'server.bridgeAccess': {
    name: '容器',
    does: 'Docker 网桥上的容器使用模型时是否需要密钥。',
    options: { open: '不需要密钥', keys: '需要密钥' },
  },
  'server.tls.enabled': { name: '同时提供 TLS', does: '至少 TLS 1.2；除非您指定证书，否则自动生成。' },
  'server.tls.port': { name: 'TLS 端口', does: '在相同的地址上。' },
  'server.tls.certificate': {
    name: '证书文件',
    does: 'PEM 格式的证书及其证书链的绝对路径，必须与其私钥一起设置。',
    unset: '由 Gantry 生成并续期',
  },
  'server.tls.key': { name: '私钥文件', does: '证书私钥的绝对路径。', unset: '由 Gantry 生成并续期' },
  'server.tls.only': { name: '网络上仅提供 TLS', does: '明文端口则只留在本机。' },
  'docker.socket': {
    name: '兼容 Docker 的套接字',
    does: 'auto 为 ~/.docker/run/docker.sock，off 为不提供，或一个绝对路径。',
  },
  'docker.bridge': {
    name: '在 Docker 网桥地址上提供模型',
    does: '容器是否可以在那里访问模型。',
    options: { auto: '是', off: '否' },
  },
  'models.fallback': {
    name: '镜像仓库无法访问时',
    does: '知名模型可以来自内置列表中的其他位置。实际使用的来源总会说明。',
    options: { allow: '查找内置列表', prefer: '优先查找内置列表', forbid: '失败' },
  },
  'models.registryMirrors': { name: '我们的 Docker Hub 镜像源', does: '获取模型时，先于引擎的镜像源尝试。' },
  'models.insecureRegistries': { name: '通过明文 HTTP 访问的镜像仓库', does: '本机上的镜像仓库始终如此。' },
  'models.verify': { name: '模型必须具有的签名', does: '规则列表；第一条与模型名称匹配的规则生效。' },
  'models.sigstoreRoot': {
    name: 'Sigstore 信任根',
    does: '文件的绝对路径，用于无密钥签名。',
    unset: 'Gantry 自带的信任根',
  },
  'inference.runtime': {
    name: 'GGUF 模型的运行时',
    does: 'auto、llama-server、xllamacpp、llama-server 的绝对路径，或 container:镜像。',
  },
  'inference.vllm': { name: 'safetensors 模型的运行时', does: 'auto，或 vLLM 的 container:镜像。' },
  'inference.gpu': {
    name: '模型使用的设备',
    does: '指定某种设备后必须具备该设备，否则模型不会加载。',
    options: { auto: '由运行时选择', none: '仅处理器', cuda: 'CUDA', rocm: 'ROCm', musa: 'MUSA', cann: 'CANN' },
  },
  'inference.memory': {
    name: '所有模型共用的内存',
    does: '字节数、大小（例如 6GB）或本机内存的比例（例如 70%）。',
  },
  'inference.keepAlive': {
    name: '空闲模型保持加载的时间',
    does: '例如 5m 或 1h30m；0 表示每次请求后卸载，-1 表示永不卸载。',
    unset: '5m',
  },
  'inference.contextSize': {
    name: '所有模型的上下文大小',
    does: '一次对话可使用的 token 数。',
    unset: '按模型和机器自动设置',
  },
  'inference.parallel': {
    name: '一个模型同时回答的请求数',
    does: '每个请求都会占用一份内存。',
    unset: '4，内存不足时更少',
  },
  'inference.threads': { name: '回答所用的线程数', does: '1 到 1024。', unset: '按机器自动设置' },
  'inference.batchThreads': { name: '读取提问所用的线程数', does: '1 到 1024。', unset: '按机器自动设置' },
  'inference.queueLimit': { name: '每个模型可等待的请求数', does: '超出的请求会被拒绝，并被告知何时再来。' },
  'mcp.enabled': {
    name: '启用 Docker MCP Toolkit',
    does: '关闭后，/mcp 和 /sse 不再提供服务；打开的会话及其服务器会结束。',
  },
  'mcp.verify': { name: 'MCP 服务器镜像必须具有的签名', does: '规则列表；第一条与镜像名称匹配的规则生效。' },
  'mcp.record': {
    name: '保留哪些调用记录',
    does: '工具、提示和资源的调用。机密从不保留。',
    options: { ...recorded, metadata: '除传入内容外的全部' },
  },
  'mcp.blockSecrets': {
    name: '阻止含有机密的调用和回答',
    does: '可由形式识别的密钥、令牌和密码，以及交给服务器的机密。',
  },
  'mcp.blockNetwork': {
    name: '服务器只能访问其条目允许的主机',
    does: '更改会结束未在使用的服务器；它们在下一次调用时重新启动。',
  },
  'dashboard.terminal': { name: '容器中的终端', does: '本页面是否可以打开终端。' },
  'assistant.enabled': { name: '启用 Docker AI', does: '接受其条款后启用。' },
  'assistant.acceptedTerms': { name: '已接受的条款', does: '已接受的条款版本。', unset: '无' },
  'assistant.model': {
    name: '助手的模型',
    does: 'auto 为本机最好的模型，none 由规则回答，也可以是模型名称，或具有 OpenAI API 的服务器：url、model、keySecret、contextSize。',
  },
  'assistant.acknowledged': { name: '已同意的远程模型', does: '对于这些模型，已阅读哪些内容会离开本机。' },
  'assistant.mcp': { name: 'MCP Toolkit 的工具', does: '是否向助手提供其服务器。' },
  'assistant.maxSteps': { name: '一轮的步数', does: '在询问您是否继续之前，模型回答的次数。' },
  'assistant.keepSessions': { name: '保留的会话数', does: '新会话开始时，最旧的未加星标的会话会被删除。' },
  'assistant.tools': {
    name: '助手的工具',
    does: '按名称：工具是否可用（enabled），以及是否询问（approval：ask 或 auto）。',
  },
  'assistant.permissions.deny': { name: '助手绝不可以', does: '规则，例如 shell(rm *) 或 write_file(src/**)。' },
  'assistant.permissions.ask': { name: '助手需要询问', does: '规则，例如 shell(docker rm *)。' },
  'assistant.permissions.allow': { name: '助手可以直接执行', does: '规则，例如 read_file 或 shell(docker ps *)。' },
  'assistant.enforced.deny': { name: '任何人都不可允许', does: '先于所有其他规则，供管理员锁定。' },
  'assistant.enforced.ask': { name: '始终询问', does: '先于所有其他规则，供管理员锁定。' },
  'assistant.enforced.allow': { name: '始终允许', does: '先于所有其他规则，供管理员锁定。' },
  'assistant.projects': { name: '各文件夹的规则', does: '按文件夹路径：与上面相同的 deny、ask 和 allow。' },
  'requests.record': {
    name: '保留哪些模型请求记录',
    does: '用于请求页面和 gantry requests。',
    options: recorded,
  },
  'log.level': {
    name: '日志的详细程度',
    does: '如果守护进程以 LOG_LEVEL 启动，则以其为准。',
    options: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
  },
  'log.maxBytes': { name: '日志文件的大小（字节）', does: '超过此大小的文件会换成新文件。' },
  'log.maxFiles': { name: '保留的日志文件数', does: '每种日志，包括当前文件。' },
  modelSettings: {
    name: '单个模型的设置',
    does: '按模型名称：contextSize、parallel、threads、keepAlive、pin、runtimeFlags 等。不对应任何模型的名称不起作用。',
  },
};
