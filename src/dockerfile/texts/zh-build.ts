import type { RuleTexts } from './types.ts';

export const zhBuild: RuleTexts = {
  CAC01: {
    title: '在 {tool} 安装依赖之前就复制了整个上下文。',
    why: '每次改动代码都会重新安装依赖。',
    fix: '先复制清单和锁文件并安装依赖，再复制其余文件。',
  },
  CAC02: {
    title: '`{command}` 单独占一层。',
    why: '缓存的软件包列表会过期，之后安装时会请求已不存在的版本。',
    fix: '在同一个 RUN 中更新并安装。',
  },
  CAC03: {
    title: '{tool} 下载时没有使用缓存挂载。',
    why: '依赖稍有变化就要全部重新下载。',
    fix: '为 {tool} 的缓存目录添加 `--mount=type=cache,target=…`。',
  },
  CAC04: {
    title: 'apt 的缓存挂载没有起作用。',
    why: 'apt 需要独占该目录，而 Debian 镜像会删除下载的文件。',
    fix: '使用 `sharing=locked`，并删除 /etc/apt/apt.conf.d/docker-clean。',
    variants: { sharing: 'apt 的缓存挂载未设为 `sharing=locked`。', clean: 'docker-clean 会清空 apt 的缓存挂载。' },
  },
  CAC05: {
    title: '.dockerignore 未排除：{paths}。',
    why: '它们会随每次构建一起发送、无谓地使缓存失效，并进入镜像。',
    fix: '在 .dockerignore 中列出它们。',
    variants: { none: '没有 .dockerignore，却复制了整个上下文。' },
  },
  CAC06: {
    title: '要复制 {path}，但 .dockerignore 排除了它。',
    why: '该文件不在上下文中，构建会失败。',
    fix: '复制其他路径，或用 `!{path}` 放行。',
  },
  CAC07: {
    title: 'ARG {name} 每次构建都会变化，却位于第 {line} 行之前。',
    why: '其后所有耗时的步骤每次都要重做。',
    fix: '在使用它之前才声明。',
  },
  CAC08: {
    title: '{name} 每次构建都会变化，却位于第 {line} 行之前。',
    why: '其后所有耗时的步骤每次都要重做。',
    fix: '移到该阶段的末尾。',
  },
  CAC09: {
    title: '获取 {url} 时没有指定版本或校验和。',
    why: '来源已更新，缓存的层却保持不变。',
    fix: '在地址中写明版本，或使用 `ADD --checksum=…`。',
  },
  CAC10: { title: '这个 RUN 可以并入上一个。', why: '每个 RUN 都是单独一层。', fix: '用 `&&` 连接，或使用 heredoc。' },
  CAC11: {
    title: '这次复制可以不依赖下面的层：`--link`。',
    why: '否则换了基础镜像就要重新复制。',
    fix: '添加 `--link`。',
  },
  CAC12: {
    title: '该阶段要等待 {parent}，却只是复制文件。',
    why: 'BuildKit 本可同时构建两者。',
    fix: '改为从 scratch 或基础镜像开始。',
  },
  SIZ01: {
    title: '最终镜像包含 {image} 的工具链。',
    why: '编译器和源码使镜像大好几倍，也为入侵者提供工具。',
    fix: '在单独的阶段中构建，再把结果复制到小镜像中。',
  },
  SIZ02: {
    title: 'apt 的软件包列表留在了层中。',
    why: '约 20 到 50 MB，没有任何用处。',
    fix: '在 RUN 末尾执行 `rm -rf /var/lib/apt/lists/*`。',
  },
  SIZ03: { title: 'apt 还会安装“推荐”的软件包。', why: '往往比所需的还多。', fix: '添加 `--no-install-recommends`。' },
  SIZ04: { title: 'apk 的索引留在了层中。', why: '以后不会再用到。', fix: '添加 `--no-cache`。' },
  SIZ05: {
    title: '包管理器的缓存留在了层中。',
    why: '下载的软件包和元数据会占用数十 MB。',
    fix: '在 RUN 末尾执行 `{cleaning}`。',
  },
  SIZ06: {
    title: 'pip 下载的文件留在了层中。',
    why: '缓存以后不会再用到。',
    fix: '添加 `--no-cache-dir`，或使用缓存挂载。',
  },
  SIZ07: {
    title: '{tool} 在镜像中留下了程序不需要的内容。',
    why: '镜像变大，还会带入可能有漏洞的软件包。',
    fix: '安装时使用 `--omit=dev`（npm）、`--production`（yarn）或 `--prod`（pnpm），并清理缓存。',
    variants: { dev: '{tool} 也安装了开发依赖。', cache: '{tool} 的缓存留在了层中。' },
  },
  SIZ08: {
    title: '压缩包 {file} 被保留。',
    why: '其内容在镜像中存了两份。',
    fix: '在同一个 RUN 中删除，或直接以流的方式交给 tar。',
    variants: { downloaded: '压缩包 {file} 解压后没有删除。', copied: '复制并解压了压缩包 {file}：ADD 可一步完成。' },
  },
  SIZ09: {
    title: '{path} 在后面的层中才被删除。',
    why: '前面的层中的内容仍留在镜像里。',
    fix: '在产生它的那个 RUN 中删除。',
  },
  SIZ10: { title: '复制之后又修改了 {path} 的权限。', why: '每个文件都会再存一份。', fix: '使用 `COPY {flag}=…`。' },
  SIZ11: {
    title: 'useradd 使用了很大的用户 id {id}，却没有 `-l`。',
    why: '它会写出稀疏的日志文件，在层中变得非常大。',
    fix: '添加 `-l`。',
  },
  SIZ12: { title: '基础镜像有更小的版本：{slim}。', why: '完整版带有数百 MB 的构建工具。', fix: '使用 {slim}。' },
  SIZ13: { title: '复制了 {from} 的整个文件系统。', why: '该阶段的所有内容都会进入镜像。', fix: '只复制需要的文件。' },
  SIZ14: { title: '这些内容会进入镜像：{paths}。', why: '程序并不需要它们。', fix: '在 .dockerignore 中列出它们。' },
  SIZ15: {
    title: '安装了调试工具：{packages}。',
    why: '运行的程序用不到，入侵者却可能用到。',
    fix: '需要排查时使用 `docker debug` 或旁边的容器。',
  },
  SIZ16: {
    title: '构建用的软件包被保留：{packages}。',
    why: '只有编译时才需要它们。',
    fix: '用 `--virtual .build-deps` 安装，并在同一个 RUN 中删除。',
  },
  SIZ17: { title: '程序带着符号表构建。', why: '符号约占文件的三分之一。', fix: '用 {flags} 构建。' },
  REP01: { title: '{image} 没有标签。', why: '即 `latest`，明天可能就是另一个镜像。', fix: '指定版本。' },
  REP02: { title: '标签 `{tag}` 会变动。', why: '同一个 Dockerfile 明天会得到另一个镜像。', fix: '指定版本。' },
  REP03: {
    title: '{image} 没有固定到摘要。',
    why: '标签可以用别的内容重新发布。',
    fix: '添加 `@sha256:…`，并让机器人定期更新。',
  },
  REP04: {
    title: '未指定版本的软件包：{packages}。',
    why: '每次构建都会安装最新的版本。',
    fix: '固定版本，或把基础镜像固定到摘要并使用发行版快照。',
  },
  REP05: {
    title: '未指定版本的 {tool} 包：{packages}。',
    why: '每次构建都会安装最新版本，包括有问题或恶意的版本。',
    fix: '固定版本，或按锁文件安装。',
  },
  REP06: {
    title: '安装的内容不由锁文件决定。',
    why: '同一个提交的两次构建可能不同。',
    fix: '按锁文件安装。',
    variants: {
      ci: '`npm install` 可能改动锁文件的结果；`npm ci` 不会。',
      flag: '调用 {tool} 时没有 `{flag}`。',
      missing: '没有 {file}。',
      goget: '`go get` 会在构建时修改 go.mod。',
      update: '`{tool} update` 会忽略锁文件。',
      requirements: '依赖“{name}”没有精确的版本。',
    },
  },
  REP07: {
    title: '`{command}` 会升级所有软件包。',
    why: '结果取决于日期，而且被替换的内容在层中存了两份。',
    fix: '改用更新的基础镜像。',
  },
  REP08: {
    title: '{url} 总是最新的内容。',
    why: '同一个 Dockerfile 明天会得到另一个镜像。',
    fix: '指定标签、提交或版本。',
    variants: { clone: '克隆 {url} 时没有指定标签或提交。', download: '{url} 总是最新的内容。' },
  },
  REP09: {
    title: '`{what}` 每次构建的值都不同。',
    why: '没有两次构建是相同的。',
    fix: '用 ARG 传入该值，或使用 SOURCE_DATE_EPOCH。',
  },
  REP10: {
    title: '标签 `{tag}` 只写了主版本。',
    why: '次版本会悄悄变化。',
    fix: '写明次版本和变体，例如 22.14-bookworm-slim。',
  },
};
