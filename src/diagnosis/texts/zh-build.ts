import type { CauseText } from './types.ts';

export const zhBuild: Readonly<Record<string, CauseText>> = {
  B01: ['Dockerfile 无法解析', '位置 {name}：{text}', '请修正该行；gantry ai rate Dockerfile 会列出其余问题。'],
  B02: [
    '找不到 Dockerfile',
    '构建要找的位置没有 {name}。',
    '请在包含它的目录中构建，用 -f 指定，或用 gantry ai generate 生成。',
  ],
  'B02.context': ['要构建的目录不存在', '没有 {name}。', '请指定包含 Dockerfile 的目录。'],
  'B02.argument': [
    '命令缺少要构建的目录',
    'docker build 需要一个目录：COPY 可用的文件都在其中。',
    '请在末尾加一个点：docker build -t NAME .',
  ],
  B03: [
    '要复制的文件不在构建上下文中',
    '{instruction}：{name} 没有发送给构建器。它不存在，路径不是相对于构建目录，或被 .dockerignore 排除。',
    '请对照 docker build 的目录检查路径，并检查 .dockerignore。',
  ],
  'B03.outside': [
    'COPY 不能访问构建上下文之外',
    '{name} 在 docker build 的目录之上。',
    '请从上级目录构建（docker build -f PATH/Dockerfile ..），或用 --build-context 单独提供。',
  ],
  'B03.stage': [
    '没有这个构建阶段',
    '{name} 既不是前面定义的阶段，也不是可以拉取的镜像。',
    '请对照 FROM … AS 后的名称。',
  ],
  'B03.directory': [
    '多个文件被复制到一个不是目录的目标',
    '{instruction}：有多个来源时，目标必须以斜杠结尾。',
    '请在目标末尾写上 /。',
  ],
  B04: [
    '基础镜像不存在',
    '{name}：仓库中没有这个镜像或标签。',
    '请检查镜像名和标签；docker manifest inspect 可以确认。',
  ],
  'B04.access': [
    '无法拉取基础镜像',
    '{name}：它不存在，或是私有镜像而尚未登录。',
    '请检查名称并执行 docker login。如果它是构建阶段，请与 AS 后的名称一致。',
  ],
  'B04.empty': [
    'FROM 没有有效的镜像名',
    '{name}：ARG 为空或在此处未定义，或名称含有不允许的字符。',
    '请在第一个 FROM 之前声明带默认值的 ARG，或用 --build-arg NAME=VALUE 传入。',
  ],
  'B04.limit': [
    '仓库暂时不允许继续拉取',
    '该地址或账户的额度已用完。',
    '请 docker login 登录、使用镜像加速（registry-mirrors），或稍后再试。',
  ],
  B05: [
    '基础镜像没有此平台的版本',
    '{instruction}：没有发布 {name} 的版本。',
    '请选择支持该平台的基础镜像，或构建其他平台：--platform linux/amd64。',
  ],
  'B05.format': [
    '程序属于另一种处理器',
    '{instruction}：exec format error。该阶段的架构与本机不同，且没有模拟环境。',
    '请按本机平台构建，或安装模拟（binfmt）。FROM --platform=$BUILDPLATFORM 可使构建工具保持原生。',
  ],
  B06: [
    '镜像中没有 shell 或该程序',
    '{instruction}：镜像（如 scratch、distroless）中没有 {name}。',
    '请在前面的阶段执行命令，再用 COPY --from 取结果；镜像中已有的程序用 JSON 形式。',
  ],
  B07: [
    '镜像中没有安装该命令',
    '{instruction}：找不到 {name}。',
    '请在之前的指令中安装，或换用包含它的基础镜像。slim 和 Alpine 没有 git、curl、make、bash。',
  ],
  'B08.execute': [
    '文件没有执行权限',
    '{instruction}：{name} 不可执行。',
    '请设置权限（chmod +x、git update-index --chmod=+x），或 COPY --chmod=755，或用 sh 调用。',
  ],
  B08: [
    '构建用户无权执行此操作',
    '{instruction}：{name} 权限不足。之前的 USER 或基础镜像的用户不是 root。',
    '需要 root 的操作放在 USER 之前，并移交目录：COPY --chown、RUN install -d -o USER。',
  ],
  B09: [
    '脚本使用了 Windows 换行符',
    '{instruction}：shell 把回车当成了单词的一部分。',
    '请转换，并在 .gitattributes 中写 "*.sh text eol=lf"。',
  ],
  B10: [
    'apt 找不到软件包',
    '{instruction}：列表中没有 {name}。同一个 RUN 中没有更新列表，或此版本没有该包。',
    '请写在同一条指令中：RUN apt-get update && apt-get install -y …；否则请核对名称。',
  ],
  'B10.candidate': [
    'apt 没有该版本的软件包',
    '{instruction}：此发行版的列表中无法安装 {name}。',
    '请固定到 apt-cache policy 显示的版本，或换用包含它的基础镜像。',
  ],
  'B10.stale': [
    '软件包列表比镜像站旧',
    '{instruction}：列表中的文件已不存在（404）：apt-get update 来自旧的构建缓存。',
    '请把 apt-get update 和 install 写进一个 RUN，并用 --no-cache 构建一次。',
  ],
  'B10.release': [
    '基础镜像的发行版已从镜像站下架',
    '{name} 已没有 Release 文件：发行版已停止支持，或该仓库不提供它。',
    '请换用仍受支持的发行版。',
  ],
  'B10.key': [
    '仓库的签名密钥未知',
    '执行 {instruction} 时：{name}',
    '请把密钥放到 /etc/apt/keyrings 并用 signed-by 指定。若所有密钥都失败，则基础镜像太旧或磁盘已满。',
  ],
  'B10.time': ['系统时钟不正确', '按本机时间，{name} 无效。', '请校正主机或其虚拟机的时钟。'],
  'B10.yes': [
    'apt 在等待回答',
    '{instruction}：构建时没有人能回答。',
    '请使用 apt-get install -y；对软件包的提问设置 DEBIAN_FRONTEND=noninteractive。',
  ],
  'B10.broken': [
    'apt 无法满足依赖',
    '{instruction}：混用了不同发行版的软件包，或另一个 apt 占用了锁。',
    '请统一软件源；apt 的缓存挂载加上 sharing=locked。',
  ],
  'B10.dpkg': [
    '软件包配置失败',
    '{instruction}：dpkg 停在 {name}。',
    '前面的行说明原因：服务要启动、缺少目录（slim 镜像没有 /usr/share/man）或提问。',
  ],
  B11: [
    'apk 找不到软件包',
    '{instruction}：此版本的 Alpine 没有 {name}。',
    '请在 pkgs.alpinelinux.org 核对名称；有些在 community 仓库。',
  ],
  'B11.version': [
    'Alpine 已没有该版本',
    '{instruction}：{name}。Alpine 只保留每个发行版的最新版本。',
    '请使用宽松的版本（package~=1.2），或更新版本号。',
  ],
  'B11.key': ['Alpine 拒绝该签名', '{instruction}：密钥未知。', '请把密钥放到 /etc/apk/keys。'],
  B17: [
    '磁盘已满',
    'Engine 所在机器没有空间存放层或构建数据。',
    '用 docker system df 查看占用；清理不用的构建缓存和镜像。',
  ],
  'B17.layers': ['镜像层数过多', '存储驱动大约允许 125 层。', '请合并 RUN 指令；使用多阶段构建。'],
  B18: [
    '构建时内存不足',
    '{instruction}：被内核或程序自身终止。',
    '请给 Docker 的虚拟机更多内存，减少并行（-j2），或提高堆上限（NODE_OPTIONS=--max-old-space-size）。',
  ],
  B19: [
    '构建时无法解析域名',
    '{instruction}：找不到 {name}。',
    '请检查 Engine 的 DNS（/etc/docker/daemon.json 的 dns）、VPN 和防火墙；--network=host 可判断是否仅网桥受影响。',
  ],
  'B19.proxy': [
    '代理不允许构建通过',
    '执行 {instruction} 时',
    '请把代理提供给构建：~/.docker/config.json 的 proxies，或 --build-arg HTTPS_PROXY；检查地址和凭据。',
  ],
  'B19.connect': ['构建时服务器没有响应', '执行 {instruction} 时', '请重试；再检查防火墙、代理和网桥的 MTU（VPN）。'],
  B20: [
    '构建时证书不受信任',
    '{instruction}：常见于公司代理重新签名，或缺少 ca-certificates。',
    '请安装 ca-certificates；COPY 公司 CA 并运行 update-ca-certificates。不要关闭校验。',
  ],
  'B20.http': ['仓库只支持 HTTP', '执行 {instruction} 时', '请为它配置证书，或加入 Engine 的 insecure-registries。'],
  B21: [
    '没有把 secret 提供给构建',
    '{instruction}：挂载了 {name}，但命令行没有提供。',
    'docker build --secret id={name},src=FILE .（Compose 用 build.secrets）。',
  ],
  'B21.ssh': [
    '构建没有 SSH 密钥',
    '{instruction}：没有转发 agent，或其中没有服务器接受的密钥。',
    '使用 RUN --mount=type=ssh 和 docker build --ssh default .，并先执行 ssh-add。',
  ],
  'B21.hostkey': [
    '镜像不认识该 SSH 服务器',
    '{instruction}：无法校验主机密钥。',
    '请在之前的指令中把其公布的密钥写入 /etc/ssh/ssh_known_hosts。',
  ],
  B22: [
    'Dockerfile 需要 BuildKit',
    '旧构建器不认识 {name}。',
    '请安装 docker-buildx，或在支持 BuildKit 的 Engine 上设置 DOCKER_BUILDKIT=1；或不使用它。',
  ],
  'B22.buildx': ['没有安装 buildx', '启用了 BuildKit，但 CLI 没有对应插件。', '请安装 docker-buildx-plugin。'],
  'B22.driver': [
    '此构建器不支持该功能',
    '多平台以及某些缓存和输出需要其他驱动或 containerd 镜像存储。',
    '执行 docker buildx create --use，再用 --push 或 --load 构建。',
  ],
  B26: ['镜像中没有该用户', '此时 /etc/passwd 中没有 {name}。', '请在 USER 之前创建，或使用数字。'],
  B27: [
    '下载的内容不符',
    '{instruction}：校验和不同。内容被改动、不完整，或写错了校验和。',
    '修改校验和之前请先与发布者公布的比较；用 --no-cache 构建一次。',
  ],
  B28: ['dnf 或 yum 找不到软件包', '执行 {instruction} 时：{name}', '请核对名称；可能需要 EPEL 或其他仓库。'],
  'B28.mirror': ['该发行版的仓库已下架', '{name}：例如已停止支持的 CentOS。', '请换用受支持的基础镜像。'],
  B30: [
    '构建中的命令失败',
    '{instruction} 以代码 {code} 结束。',
    '前面的行说明原因；--progress=plain --no-cache 会显示全部。',
  ],
};
