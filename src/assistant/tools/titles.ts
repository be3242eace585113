import { oneLine } from './define-tool.ts';

export type Language = 'en' | 'zh';

/** What people read about a call before it happens. */
const titles = {
  'containers.list': ['List containers', '列出容器'],
  'containers.inspect': ['Look at the container {name}', '查看容器 {name}'],
  'containers.logs': ['Read the log of {name}', '读取 {name} 的日志'],
  'containers.stats': ['Measure what {name} uses', '测量 {name} 的资源用量'],
  'containers.start': ['Start {name}', '启动 {name}'],
  'containers.stop': ['Stop {name}', '停止 {name}'],
  'containers.restart': ['Restart {name}', '重启 {name}'],
  'containers.remove': ['Remove the container {name}', '删除容器 {name}'],
  'containers.run': ['Run a container from {image}', '用 {image} 运行容器'],
  'images.list': ['List images', '列出镜像'],
  'images.inspect': ['Look at the image {name}', '查看镜像 {name}'],
  'images.history': ['Read how {name} was built', '查看 {name} 的构建历史'],
  'images.pull': ['Pull {name}', '拉取 {name}'],
  'images.build': ['Build {name} from {path}', '用 {path} 构建 {name}'],
  'images.tag': ['Name {name} also {tag}', '为 {name} 添加名称 {tag}'],
  'images.push': ['Push {name} to its registry', '将 {name} 推送到镜像仓库'],
  'images.remove': ['Remove the image {name}', '删除镜像 {name}'],
  'volumes.list': ['List volumes', '列出卷'],
  'volumes.inspect': ['Look at the volume {name}', '查看卷 {name}'],
  'volumes.create': ['Create the volume {name}', '创建卷 {name}'],
  'volumes.remove': ['Remove the volume {name} with its data', '删除卷 {name} 及其数据'],
  'networks.list': ['List networks', '列出网络'],
  'networks.inspect': ['Look at the network {name}', '查看网络 {name}'],
  'networks.create': ['Create the network {name}', '创建网络 {name}'],
  'networks.remove': ['Remove the network {name}', '删除网络 {name}'],
  'engine.events': ['Read what happened on the Engine', '读取 Engine 的事件'],
  'engine.df': ['Measure disk usage', '查看磁盘占用'],
  'compose.ps': ['List the services of the project', '列出项目的服务'],
  'compose.config': ['Read the resolved Compose file', '读取解析后的 Compose 文件'],
  'compose.logs': ['Read the logs of the project', '读取项目的日志'],
  'compose.up': ['Start the services of the project', '启动项目的服务'],
  'compose.down': ['Stop and remove the services of the project', '停止并删除项目的服务'],
  'files.list': ['List {path}', '列出 {path}'],
  'files.read': ['Read {path}', '读取 {path}'],
  'files.search': ['Search for {text}', '搜索 {text}'],
  'files.create': ['Create {path}', '创建 {path}'],
  'files.change': ['Change {path}', '修改 {path}'],
  'files.delete': ['Delete {path}', '删除 {path}'],
  shell: ['Run: {script}', '运行：{script}'],
  'analysis.rate': ['Rate {path}', '为 {path} 评分'],
  'analysis.fix': ['Fix {path}', '修复 {path}'],
  'analysis.fixPreview': ['See what can be fixed in {path}', '查看 {path} 可修复的问题'],
  'analysis.generate': ['Write {path}', '生成 {path}'],
  'analysis.diagnose': ['Find out why {name} failed', '诊断 {name}'],
  'analysis.doctor': ['Examine the Docker Engine', '检查 Docker Engine'],
  'analysis.run': ['Work out how to run {image}', '推荐 {image} 的运行方式'],
  'analysis.scan': ['Look into {image}', '扫描 {image}'],
  'analysis.compose': ['Check {path}', '检查 {path}'],
  docs: ['Look up {text}', '查阅文档：{text}'],
  web: ['Fetch {url}', '获取网页 {url}'],
  'models.list': ['List models', '列出模型'],
  'models.pull': ['Pull the model {name}', '拉取模型 {name}'],
  'models.unload': ['Unload {name}', '卸载 {name}'],
  'models.remove': ['Remove the model {name}', '删除模型 {name}'],
  'models.ask': ['Ask {name}', '询问模型 {name}'],
  mcp: ['Call {tool} of {server}', '调用 {server} 的 {tool}'],
  'mcp.start': ['Start the MCP servers of {path}', '启动 {path} 中的 MCP 服务器'],
} as const satisfies Record<string, readonly [en: string, zh: string]>;

export type TitleKey = keyof typeof titles;

export type Title = (key: TitleKey, values?: Readonly<Record<string, string>>) => string;

/** Values of strangers are filled in as text, once, on one line. */
export function createTitle(language: () => Language): Title {
  return (key, values = {}) => {
    const [en, zh] = titles[key];
    return (language() === 'zh' ? zh : en).replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
      oneLine(Object.hasOwn(values, name) ? (values[name] ?? '') : '?', 120),
    );
  };
}
