import type { ErrorText } from './errors-zh.ts';

/** Warnings of a pull by code, the most specific sentence first; `reason` is the parameter `because`. */
export const warningsZh: Readonly<Record<string, readonly ErrorText[]>> = {
  'fallback.used': [
    { reason: 'unreachable', text: '无法访问 {asked} 的仓库，改用来自 {source} 的 {used}（许可证 {licence}）。' },
    { reason: 'preferred', text: '按设置优先使用软件包：使用来自 {source} 的 {used}（许可证 {licence}）。' },
    { reason: 'asked', text: '按要求从软件包获取：使用来自 {source} 的 {used}（许可证 {licence}）。' },
  ],
  'registry.unreachable': [{ text: '无法访问 {registry}。' }],
  'mirror.skipped': [{ text: '已跳过镜像 {mirror}。' }],
  'quantization.default': [{ text: '未指定量化，已使用 {quantization}。可选：{alternatives}。' }],
  'offline.cached': [{ text: '无法访问来源，直接使用本机已有的 {model}。' }],
};

/** Status lines: their English form and what to say instead. */
export const statusZh: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^Fetching file list/, '正在获取文件列表……'],
  [/^Selected (?<quantization>\S+) quantization \(default\)/, '已选择默认量化 {quantization}'],
  [/^Selected (?<quantization>\S+) quantization/, '已选择量化 {quantization}'],
  [/^Found (?<count>\d+) files? \((?<size>[^)]*?)(?: total)?\)/, '共 {count} 个文件（{size}）'],
  [/^Building model artifact/, '正在生成模型清单……'],
  [/^Waiting for (?<count>\d+) other downloads to finish/, '等待其他 {count} 个下载任务完成'],
  [/^Waiting for process (?<pid>\d+), which is downloading the same file/, '等待进程 {pid} 下载同一文件'],
  [/^Waiting for process (?<pid>\d+), which is installing (?<name>\S+)/, '等待进程 {pid} 安装 {name}'],
  [/^Looking for (?<what>.+)/, '正在查找 {what}'],
  [/^Fetching (?<file>.+)/, '正在获取 {file}'],
  [/^Checking that it runs here/, '正在检查能否在本机运行'],
  [/^Checking (?<file>.+)/, '正在校验 {file}'],
  [/^Copying (?<file>[^:]+):/, '正在复制 {file}：模型存储在另一块磁盘上，或无法共享数据'],
  [/^Unpacking (?<file>.+)/, '正在解包 {file}'],
  [/^Unpacking/, '正在解包'],
  [/^Downloaded: (?<size>.+)/, '已下载 {size}'],
  [/^Uploaded: (?<size>.+)/, '已上传 {size}'],
  [/^Packaged: (?<size>.+)/, '已打包 {size}'],
  [/^Model pulled successfully/, '模型已拉取'],
  [/^Using cached model: (?<size>.+)/, '模型已在本机：{size}'],
  [/^Model pushed successfully/, '模型已推送'],
  [/^Model packaged successfully/, '模型已打包'],
];
