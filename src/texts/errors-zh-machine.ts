import type { ErrorCode } from '#core';
import type { ErrorText } from './errors-zh.ts';

/** Docker, what is put in place on this machine, the daemon and its settings. */
export const errorsZhMachine = {
  'docker.unavailable': [
    { reason: 'no_docker_command', text: '找不到 docker 命令。', hint: '请安装 Docker CLI。' },
    { text: '无法连接 Docker Engine：{reason}。', hint: '请启动 Docker，或设置 DOCKER_HOST。' },
  ],
  'docker.not_found': [
    { reason: 'network', text: '没有可供容器解析名称的网络 {network}。', hint: '查看网络：docker network ls' },
    { reason: 'no_image', text: 'Docker Engine 中没有镜像 {name}。', hint: '请先拉取：docker pull {name}' },
    {
      reason: 'no_such_tag',
      text: 'Docker Engine 中没有镜像 {name}。',
      hint: '请先加上该名称：docker tag 镜像 {name}',
    },
    { reason: 'not_in_registry', text: '镜像仓库 {registry} 中没有 {name}。', hint: '请检查名称和标签。' },
    { reason: 'no_failure', text: '没有失败的容器。', hint: '请指定容器：gantry ai why CONTAINER' },
    { reason: 'no_container', text: '没有名为 {name} 的容器。', hint: '列出全部容器：docker ps -a' },
    { text: 'Docker Engine 中没有 {kind}“{name}”。' },
    { text: 'Docker Engine 中没有该对象：{reason}。' },
  ],
  'docker.failed': [
    { reason: 'proxy', text: '{server} 的代理没有就绪：{detail}。' },
    { reason: 'build', text: '构建失败：{detail}', hint: '请自行构建以查看全部输出：docker build .' },
    {
      reason: 'node_base',
      text: '没有可用的 Node.js 镜像：无法获取 {image}（{pull}），并且{detail}。',
      hint: '请以其他方式将该镜像载入 Engine（docker load），然后重试。',
    },
    {
      reason: 'python_base',
      text: '没有可用的 Python 镜像：无法获取 {image}（{pull}），并且{detail}。',
      hint: '请以其他方式将该镜像载入 Engine（docker load），然后重试。',
    },
    {
      reason: 'no_wheel',
      text: '软件包 {name} 没有适用于 {arch} 上 Python {python} 的文件。',
      hint: '请将镜像 python:3.13-slim-bookworm 载入 Engine（docker load），然后重试。',
    },
    {
      reason: 'node_version',
      text: '无法构建 {name} 的镜像：{package} 需要 Node.js {needs}，而这里是 {node}。',
      hint: '请将镜像 node:24-bookworm-slim 载入 Engine，或使用更新的 Node.js 运行 Gantry。',
    },
    {
      reason: 'relay',
      text: '中继容器无法连接 Gantry：{detail}。',
      hint: '中继使用本机的套接字，因此 Docker Engine 必须运行在本机，而不是虚拟机中。',
    },
    {
      reason: 'hub_search',
      text: 'Docker Engine 无法搜索 Docker Hub：{detail}。',
      hint: '请检查 Engine 的网络或代理：docker info。已知名称的镜像无需搜索即可拉取。',
    },
    {
      reason: 'registry_http',
      text: '镜像仓库 {registry} 使用 HTTP，而 Engine 要求 HTTPS。',
      hint: '请为它配置证书，或将它写入 Engine 的 daemon.json 中的 insecure-registries。',
    },
    {
      reason: 'registry_away',
      text: 'Engine 无法连接镜像仓库 {registry}：{detail}。',
      hint: '请检查地址、仓库是否在运行，以及 Engine 的网络、代理和证书。',
    },
    {
      reason: 'registry_hides',
      text: '镜像仓库 {registry} 中没有 {name}，或需要登录。',
      hint: '请检查名称，或登录：{command}',
    },
    { reason: 'registry_login', text: '镜像仓库 {registry} 要求登录后才能使用 {name}。', hint: '请登录：{command}' },
    {
      reason: 'registry_denied',
      text: '镜像仓库 {registry} 拒绝当前登录访问 {name}：{detail}。',
      hint: '请检查名称（在 Docker Hub 上以用户名开头），或以有权限的用户登录：{command}',
    },
    { reason: 'ldd', text: '无法用本机的 Node.js 构建中继：{detail}。', hint: '中继需要带有 ldd 的 Linux 主机。' },
    { text: 'Docker Engine 未能完成操作：{reason}' },
  ],
  'install.conflict': [
    {
      text: '{path} 已存在，且不是由 Gantry 安装的。',
      hint: '如需改用 Gantry：gantry install --force。原文件会保留，gantry uninstall 可将其恢复。',
    },
  ],
  'signature.invalid': [
    { reason: 'malformed', text: '{model} 的签名无效：无法解析。' },
    { reason: 'too_large', text: '{model} 的签名无效：体积超出任何签名的大小。' },
    { reason: 'too_many', text: '{model} 的签名过多，无法逐一检查。' },
    { reason: 'wrong_key', text: '{model} 的签名无效：由其他密钥签发。' },
    { reason: 'wrong_content', text: '{model} 的签名无效：签的是其他内容。' },
    { reason: 'wrong_repository', text: '{model} 的签名无效：签的是另一个仓库。' },
    { reason: 'not_a_signature', text: '{model} 的签名无效：所声明的是该模型的其他事项。' },
    { reason: 'certificate', text: '{model} 的签名无效：证书或透明日志记录不成立。' },
  ],
  'key.not_found': [{ text: '没有名为 {name} 的密钥。', hint: '查看密钥：gantry key ls' }],
  'key.conflict': [{ text: '已有名为 {name} 的密钥。', hint: '请换一个名称，或先删除：gantry key rm {name}' }],
  'signature.missing': [
    {
      reason: 'local_image',
      text: '镜像 {image} 必须有签名，但它并非来自镜像仓库。',
      hint: '请从提供签名的仓库拉取，或修改设置 mcp.verify 中的规则。',
    },
    {
      reason: 'unpinned',
      text: '镜像 {image} 必须有签名，但名称中没有摘要。',
      hint: '请使用带摘要的名称：名称@sha256:…',
    },
    {
      reason: 'unsignable',
      text: '{model} 必须有签名，而其来源不提供签名。',
      hint: '请从提供签名的仓库拉取，或修改设置 models.verify 中的规则。',
    },
    { text: '{model} 没有签名。', hint: '签名方法示例：gantry sign {model} --key cosign.key' },
  ],
  'daemon.not_running': [{ text: 'Gantry 守护进程未运行。', hint: '启动方法：gantry serve' }],
  'daemon.already_running': [
    { text: 'Gantry 守护进程已在运行（进程 {pid}）。', hint: '停止方法：gantry stop' },
    { text: 'Gantry 守护进程已在运行。', hint: '停止方法：gantry stop' },
  ],
  'daemon.start_failed': [{ text: 'Gantry 守护进程启动失败：{reason}' }],
  'daemon.stopping': [{ text: '守护进程正在停止。', hint: '重新启动：gantry serve' }],
  'daemon.port_in_use': [
    { text: '端口 {port} 已被占用。', hint: '请换一个端口：gantry serve --port 端口，或在设置中修改 server.port。' },
  ],
  'settings.invalid': [
    {
      reason: 'oauth_port',
      text: 'MCP_GATEWAY_OAUTH_PORT 是“{value}”，不是端口号。',
      hint: '请设为 0 到 65535 之间的数字，或不要设置。',
    },
    { reason: 'locked', text: '{key} 由这台机器的管理员设置。', hint: '请联系管理这台机器的人。' },
    {
      reason: 'dockerfile_config',
      text: '无法使用 {path} 中的设置：{detail}。',
      hint: '可用的内容见 docs/dockerfile-rating.md。',
    },
    {
      reason: 'mcp_verify_key',
      text: '无法使用 mcp.verify 中的密钥 {path}。',
      hint: '它必须是可读的 PEM 文件，内含 ECDSA P-256 或 Ed25519 公钥。',
    },
    {
      reason: 'verify_key',
      text: '无法使用 models.verify 中的密钥 {path}。',
      hint: '它必须是守护进程可读的 PEM 文件，内含 ECDSA P-256 或 Ed25519 公钥。',
    },
    {
      reason: 'sigstore_root',
      text: '无法读取 models.sigstoreRoot 所指的可信根 {path}。',
      hint: '它必须是 JSON 文件，例如由 cosign trusted-root create 生成。',
    },
    { reason: 'keys', text: 'API 密钥文件 {path} 无效。', hint: '请将其删除，再用 gantry key create 创建新密钥。' },
    {
      reason: 'tls',
      text: '{path} 不能用于 TLS：{detail}。',
      hint: '请将 server.tls.certificate 和 server.tls.key 设为一对 PEM 文件，或都不设置，由 Gantry 生成。',
    },
    {
      reason: 'default_registry',
      text: 'DEFAULT_REGISTRY 为“{value}”，不是有效的镜像仓库地址。',
      hint: '请设为主机名，必要时带端口，例如 registry.example.com:5000。',
    },
    { reason: 'tls_pair', text: '证书和密钥必须同时设置，或都不设置。' },
    {
      reason: 'no_endpoint',
      text: '容器无法访问模型：守护进程只监听 unix 套接字。',
      hint: '启用 TCP：gantry desktop enable model-runner --tcp 12434；或启用中继：gantry relay enable',
    },
    {
      reason: 'contexts',
      text: '无法解析上下文文件 {path}。',
      hint: '请修正该文件，或将其删除以使用本机的运行器。',
    },
    {
      reason: 'draft_not_found',
      text: '本机没有 {model} 的草稿模型 {draft}。',
      hint: '请先获取：gantry pull {draft}',
    },
    { reason: 'context_unknown', text: '{model} 没有说明训练时的上下文。', hint: '请设置以 token 计的上下文大小。' },
    { reason: 'gateway', text: '{file} 不是有效的网关配置：{detail}。' },
    {
      reason: 'keep_alive',
      text: '{model} 的保持加载时间“{value}”不是有效的时长。',
      hint: '请使用 5m、1h30m 这样的时长，0 表示立即卸载，-1 表示永久。',
    },
    {
      reason: 'memory',
      text: '内存设置“{setting}”既不是大小也不是百分比。',
      hint: '请使用字节数、6GB 这样的大小，或 70% 这样的百分比。',
    },
    { reason: 'memory_above_machine', text: '内存设置“{setting}”超过了本机可用的 {total}。' },
    {
      reason: 'context_above_trained',
      text: '{model} 训练时的上下文为 {trained} 个 token，不能使用 {requested}。',
      hint: '请使用不超过 {trained} 的值。',
    },
    { text: '{path} 第 {line} 行无效：{reason}。' },
    { text: '设置文件 {path} 无效：{reason}', hint: '请修正该文件，或将其删除以使用默认设置。' },
    { text: '{name} 指定的 {path} 无法读取。', hint: '请修正或取消设置 {name}。' },
    { text: '配置文件 {path} 无效或无法读取。' },
  ],
  internal: [],
} as const satisfies Partial<Readonly<Record<ErrorCode, readonly ErrorText[]>>>;
