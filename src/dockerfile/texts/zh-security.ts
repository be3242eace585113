import type { RuleTexts } from './types.ts';

export const zhSecurity: RuleTexts = {
  SEC01: {
    title: '容器以 root 身份运行。',
    why: '程序一旦有漏洞，就拥有容器内的全部权限。',
    fix: '创建用户，并以 `USER 10001` 结尾。',
    variants: { none: '没有设置 USER，容器以 root 身份运行。', root: '最后的 USER 是 root。' },
  },
  SEC02: {
    title: '{name} 看起来是机密信息。',
    why: 'ARG 和 ENV 可以在镜像的历史和配置中读到。',
    fix: '使用 `RUN --mount=type=secret`，或在启动容器时再提供。',
    variants: { token: '这条 {name} 中含有令牌。' },
  },
  SEC03: {
    title: '{path} 含有机密信息，却被复制到镜像中。',
    why: '能拉取镜像的人都能读到，即使后面的层删除了它。',
    fix: '使用 `RUN --mount=type=secret`，并在 .dockerignore 中列出该文件。',
  },
  SEC04: {
    title: '下载的内容未经校验。',
    why: '控制服务器或线路的人就能决定镜像的内容。',
    fix: '检查 sha256，或使用 `ADD --checksum=sha256:…`。',
    variants: {
      piped: '下载的内容直接交给 {shell} 执行。',
      unchecked: '下载的文件没有校验和或签名就被使用。',
      add: 'ADD 获取网址时没有 `--checksum`。',
    },
  },
  SEC05: {
    title: '`{option}` 关闭了真实性检查。',
    why: '中间的任何人都能替换所获取的内容。',
    fix: '去掉它，并安装缺少的证书或密钥。',
  },
  SEC06: {
    title: 'RUN 中使用了 sudo。',
    why: '构建本来就有所需的权限，而 sudo 在没有终端时行为难以预料。',
    fix: '去掉它，或使用 USER。',
  },
  SEC07: { title: '镜像提供 SSH。', why: '这是又一扇需要看管密钥的门。', fix: '使用 `docker exec`。' },
  SEC08: { title: '用 COPY 即可，却用了 ADD。', why: 'ADD 会自动解压缩包并获取网址。', fix: '使用 COPY。' },
  SEC09: {
    title: '权限 {mode} 允许任何人写入。',
    why: '容器中的任何进程都能替换这些文件。',
    fix: '只给需要的用户授权。',
  },
  SEC10: {
    title: '{image} 不来自受信任的仓库。',
    why: '团队的设置规定了基础镜像的来源。',
    fix: '使用受信任仓库的镜像。',
  },
  SEC11: {
    title: '权限 {mode} 使程序以所有者的权限运行。',
    why: '普通用户可借此成为 root。',
    fix: '去掉该位，只授予需要的那一项能力。',
  },
  SEC12: {
    title: '{path} 属于系统目录。',
    why: '程序和系统的文件会混在一起，或者卷会遮盖原有内容。',
    fix: '使用单独的目录，例如 /app 或 /data。',
  },
  SEC13: { title: '{what} 使构建或主机失去隔离。', why: '构建步骤会越出自己的容器。', fix: '去掉它。' },
  SEC14: {
    title: '镜像中设置了密码。',
    why: '得到镜像的人都知道这个密码。',
    fix: '让没有密码的账户保持锁定。',
    variants: { empty: '有用户的密码为空。', fixed: 'Dockerfile 中写有密码。' },
  },
  SEC15: {
    title: '{product} 自 {date} 起不再修复漏洞。',
    why: '此后发现的漏洞一直存在。',
    fix: '换用仍在维护的版本。',
  },
  SEC16: { title: '{image} 没有固定到摘要。', why: '生产环境应运行经过测试的那些字节。', fix: '添加 `@sha256:…`。' },
  SEC17: { title: '基础镜像比其标签落后 {days} 天。', why: '缺少此后发布的修复。', fix: '使用 {digest}。' },
  SEC18: {
    title: '程序是静态的，镜像中却有 shell 和包管理器。',
    why: '入侵者会找到程序从不使用的工具。',
    fix: '复制到 `scratch` 或 distroless 镜像中。',
  },
  SEC19: {
    title: '{host} 的地址中含有凭据。',
    why: '它会留在镜像的历史中。',
    fix: '使用 `RUN --mount=type=secret` 或 `--mount=type=ssh`。',
  },
  SEC20: {
    title: 'id {id} 被使用了两次。',
    why: '同一 id 的两个名字拥有彼此的权限。',
    fix: '为每个用户和组使用单独的 id。',
    variants: { root: '有用户的 id 为 0，即 root。', twice: 'id {id} 被使用了两次。' },
  },
  POR01: {
    title: 'FROM 固定为 {platform}。',
    why: '其他平台会得到模拟的或错误的镜像。',
    fix: '去掉它，交叉编译的阶段可使用 `$BUILDPLATFORM`。',
  },
  POR02: { title: '`--platform=$TARGETPLATFORM` 是 FROM 的默认行为。', why: '只会增加干扰。', fix: '去掉它。' },
  POR03: {
    title: '写死了架构 {architecture}。',
    why: '在其他机器上构建会失败或得到错误的程序。',
    fix: '使用 ARG `TARGETARCH`。',
  },
  POR04: {
    title: '基础镜像没有 {platform}；现有：{available}。',
    why: '在该平台上构建会失败。',
    fix: '换用其他基础镜像或平台。',
  },
  POR05: {
    title: '`{what}` 是 bash 的语法，而 shell 是 /bin/sh。',
    why: '在 Debian 和 Alpine 上，sh 并不是 bash。',
    fix: '把 SHELL 设为 bash，或改用 POSIX 写法。',
  },
  POR06: { title: 'USER {user} 是名字。', why: 'Kubernetes 只能对数字验证 runAsNonRoot。', fix: '使用数字 id。' },
  POR07: {
    title: '在 musl 镜像中使用 glibc 程序。',
    why: '它无法启动：“no such file or directory”。',
    fix: '在 Alpine 上构建或静态构建，或使用 Debian 基础镜像。',
    variants: {
      copy: '把 {stage} 用 glibc 构建的内容复制到 Alpine。',
      wheel: '{package} 没有适用于 Alpine 的 wheel。',
      download: '{url} 是为 glibc 构建的。',
    },
  },
  POR08: {
    title: 'Windows 格式的文本。',
    why: 'shell 和 Linux 镜像会读错。',
    fix: '使用 LF 和正斜杠；Windows 镜像请设置 `# escape=`。',
    variants: {
      crlf: '行尾是 CR LF。',
      path: 'Linux 镜像中出现了 Windows 路径。',
      escape: '路径中的反斜杠也会续行：缺少 `# escape=`。',
    },
  },
  POR09: {
    title: '{what} 只存在于某台机器或某个网络。',
    why: '镜像在别处无法工作。',
    fix: '改为在启动容器时设置的变量。',
  },
  POR10: {
    title: '端口 {port} 需要用户 {user} 可能没有的权限。',
    why: '有些 Engine 和 Kubernetes 不允许普通用户使用 1024 以下的端口。',
    fix: '监听 1023 以上的端口，例如 8080。',
  },
  RES01: {
    title: '程序不知道容器的内存限制。',
    why: '默认值不适合容器，或内存一直增长直到被杀死。',
    fix: '设置 `JAVA_TOOL_OPTIONS=-XX:MaxRAMPercentage=75` 或 `--max-old-space-size`。',
    variants: { jvm: '没有为 JVM 设置容器内存的比例。', node: '服务有内存限制，却没有为 Node 设置堆大小。' },
  },
  RES02: {
    title: 'shell 是 1 号进程。',
    why: '它不转发信号，容器会在十秒后被强制杀死，子进程会变成僵尸。',
    fix: '使用 exec 形式、在脚本中使用 `exec`，或使用 `--init`。',
    variants: { shell: '带有多条命令的 shell 是 1 号进程。', npm: '{tool} 是 1 号进程，它不转发信号。' },
  },
  RES03: {
    title: '容器的停止方式与程序的预期不符。',
    why: '正在处理的请求会被中断。',
    fix: '设置程序文档中规定的 STOPSIGNAL。',
    variants: {
      kill: 'STOPSIGNAL 是 SIGKILL，什么都来不及收尾。',
      image: '该镜像用 {signal} 才能正常停止。',
      missing: '{program} 用 {signal} 才能正常停止，但没有设置。',
    },
  },
  RES04: { title: 'wget 把进度写进了日志。', why: '下载大文件会产生上千行日志。', fix: '添加 `{flag}`。' },
  RES05: {
    title: '健康检查的开销过大。',
    why: '它在每个容器中一直运行。',
    fix: '每 30 秒检查一次，使用小程序，超时要小于间隔。',
    variants: {
      interval: '健康检查的间隔小于五秒。',
      timeout: '健康检查的超时不小于间隔。',
      heavy: '每次健康检查都会启动 {program}。',
    },
  },
  RES06: { title: '未设置：{names}。', why: '日志会延迟，或程序以开发模式运行。', fix: '用 ENV 设置。' },
  RES07: {
    title: '构建只用一个核，或用尽内存。',
    why: '耗时很长，或在小机器上被杀死。',
    fix: '指定任务数。',
    variants: {
      unbounded: '`make -j` 不带数字时，有多少文件就启动多少任务。',
      serial: '构建只用一个核：缺少 `{flag}`。',
    },
  },
  RES08: {
    title: '{program} 在一个容器中运行多个服务。',
    why: '无法逐个扩缩、限制、记录日志和重启。',
    fix: '每个容器运行一个服务，用 Compose 文件组合。',
  },
  RES09: {
    title: '{program} 总是启动 {count} 个工作进程。',
    why: '只适合某一台机器和某一个内存限制。',
    fix: '从变量中读取数量。',
  },
  RES10: {
    title: '镜像中含有大量数据。',
    why: '每次拉取和改动都要带上它。',
    fix: '使用卷或模型制品。',
    variants: { large: '向镜像中复制了 {megabytes} MB。', model: '模型 {path} 被打包进镜像。' },
  },
};
