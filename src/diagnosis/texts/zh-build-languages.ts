import type { CauseText } from './types.ts';

export const zhBuildLanguages: Readonly<Record<string, CauseText>> = {
  'B12.file': [
    '依赖清单没有被复制',
    '{instruction}：此时镜像中没有 {name}。',
    '请在 RUN pip install 之前把它 COPY 到 WORKDIR 目录。',
  ],
  'B12.python': [
    '基础镜像的 Python 版本不合适',
    '{instruction}：某个包需要其他版本的 Python（{name}）。',
    '请换用合适的 Python 基础镜像，或选择支持此版本的包。',
  ],
  'B12.version': [
    'pip 找不到合适的版本',
    '{instruction}：{name}。名称有误、版本不存在，或没有适合此 Python 或平台（musl、arm64）的版本。',
    '请核对现有版本；没有 musl wheel 的包请用 Debian slim。',
  ],
  'B12.header': [
    '缺少编译所需的库',
    '{instruction}：找不到 {name}。',
    '请在构建阶段安装 -dev 包（libpq-dev、default-libmysqlclient-dev、python3-dev、libffi-dev），或使用二进制 wheel（psycopg2-binary）。',
  ],
  'B12.compiler': [
    '有包需要编译，但没有编译器',
    '{instruction}：没有安装 {name}。没有适合此 Python 和平台的 wheel。',
    '请在构建阶段 apt-get install -y build-essential（apk add build-base）再复制结果，或换用有 wheel 的基础镜像。',
  ],
  'B12.conflict': [
    'Python 依赖互相冲突',
    '{instruction}：没有一组版本能同时满足。',
    '请放宽上面几行提到的版本，或用工具锁定（pip-compile、uv lock）。',
  ],
  'B12.managed': [
    '系统的 Python 不允许使用 pip',
    '{instruction}：它由发行版管理。',
    '请创建虚拟环境：python3 -m venv /venv，并把 /venv/bin 放在 PATH 最前。',
  ],
  'B12.lock': ['Python 锁文件与项目不一致', '执行 {instruction} 时', '请重新锁定并提交。'],
  'B12.wheel': [
    'Python 包构建失败',
    '{instruction}：{name}。上面的行有构建错误。',
    '多半缺少编译器或头文件；也可以换用有 wheel 的版本。',
  ],
  'B13.peers': [
    'npm 无法协调 peer 依赖',
    '执行 {instruction} 时：ERESOLVE。',
    '请把它提到的包调整到相容的版本；--legacy-peer-deps 只是掩盖问题。',
  ],
  'B13.lock': [
    '锁文件与 package.json 不一致',
    '{instruction}：不允许修改锁文件的安装发现它不一致，或没有锁文件。',
    '请用同一个包管理器重新锁定并提交；与 package.json 一起 COPY。',
  ],
  'B13.manifest': [
    '没有复制 package.json',
    '{instruction}：命令运行的目录中没有它。',
    '请在它之前、WORKDIR 之后 COPY package*.json ./。',
  ],
  'B13.missing': ['npm 仓库没有该包', '{name}：不存在，或是私有包。', '请核对名称；私有包请以 secret 挂载 .npmrc。'],
  'B13.auth': [
    'npm 仓库需要凭据',
    '{instruction}：未登录或无权限。',
    'RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci，并用 --secret id=npmrc,src=.npmrc 构建。',
  ],
  'B13.version': ['npm 没有该版本', '{name} 尚未发布。', '请选择 npm view 显示的版本。'],
  'B13.script': ['package.json 没有该脚本', '{instruction}：缺少 {name}。', 'npm run 会列出已有的脚本。'],
  'B13.native': [
    'Node 原生模块构建失败',
    '{instruction}：node-gyp 需要 Python、make 和 C++ 编译器。',
    '请在构建阶段安装 python3 make g++，或在该阶段不用 slim 或 alpine。',
  ],
  'B13.engine': [
    '基础镜像的 Node 版本不合适',
    '{instruction}：某个包需要其他版本。',
    '请换用满足 engines 的 Node 基础镜像。',
  ],
  'B13.module': [
    '构建引用了不存在的模块',
    '{instruction}：找不到 {name}。',
    '请声明为依赖（构建前不要省略 dev 依赖），复制源码，注意大小写。',
  ],
  'B13.types': ['TypeScript 发现错误', '执行 {instruction} 时：{name}', '问题在源码中；npx tsc --noEmit 显示全部。'],
  'B14.version': ['基础镜像的 Go 太旧', '模块需要 Go {name}。', '请在构建阶段使用 golang:{name} 或更新的基础镜像。'],
  'B14.mod': [
    '没有复制 go.mod 或源码',
    '{instruction}：Go 在此找不到模块。',
    '请 COPY go.mod go.sum ./，再复制源码到 WORKDIR 目录。',
  ],
  'B14.sum': ['go.mod、go.sum 与源码不一致', '执行 {instruction} 时', '请运行 go mod tidy 并提交两个文件。'],
  'B14.private': [
    '代码仓库需要凭据',
    '{name}：构建时 git 无法询问。',
    '请设置 GOPRIVATE 并使用 RUN --mount=type=ssh（或以 secret 传入令牌），用 --ssh default 构建。',
  ],
  'B14.cgo': [
    'cgo 需要 C 编译器',
    '{instruction}：镜像中没有。',
    '不用 C 时设置 CGO_ENABLED=0；否则安装 gcc 和 libc 头文件（apk add build-base）。',
  ],
  'B15.jdk': [
    '基础镜像的 JDK 不合适',
    '{instruction}：项目需要 Java {name}。',
    '请在构建阶段换用该版本或更新的 JDK，或降低 release。',
  ],
  'B15.artifact': [
    '无法获取 Java 依赖',
    '{name}：各仓库中都没有，或无法访问仓库。',
    '请核对坐标和仓库；带凭据的 settings.xml 请以 secret 提供。',
  ],
  'B15.project': [
    'Java 项目没有完整复制',
    '{instruction}：缺少 pom.xml、build.gradle 或 wrapper 的 jar。',
    '请 COPY 它们；检查 .dockerignore 或 .gitignore（*.jar）是否排除了 gradle/wrapper。',
  ],
  'B16.version': ['基础镜像的 Rust 太旧', '项目、锁文件或依赖需要 {name}。', '请换用更新的 rust 镜像，或固定该依赖。'],
  'B16.manifest': [
    '没有复制 Cargo.toml 或源码',
    '执行 {instruction} 时',
    '请 COPY Cargo.toml Cargo.lock ./ 和 src；缓存依赖时一个空的 src/main.rs 就够了。',
  ],
  'B16.lock': ['Cargo.lock 与 Cargo.toml 不一致', '{instruction}：--locked 不允许修改。', '请重新锁定并提交。'],
  'B16.native': [
    'crate 需要 C 库或链接器',
    '执行 {instruction} 时：{name}',
    '请安装 gcc、pkg-config 和 -dev 包（libssl-dev；Alpine 用 musl-dev openssl-dev），或使用纯 Rust 特性（rustls）。',
  ],
  'B16.crate': ['Cargo 找不到该 crate', '名称 {name}', '请核对名称和版本；私有仓库的凭据请以 secret 提供。'],
  B29: ['源码编译失败', '执行 {instruction} 时：{name}', '上面的行有文件和行号；这不是 Docker 的问题。'],
  'B29.dotnet': [
    '.NET 项目构建失败',
    '执行 {instruction} 时',
    '请核对基础镜像的 SDK 版本与 global.json、TargetFramework，并确认 restore 之前已复制所有项目文件。',
  ],
  'B29.tests': ['构建中的测试失败', '执行 {instruction} 时', '请在外面运行，或放在单独的阶段（--target test）。'],
};
