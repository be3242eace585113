/** Warnings of a pull by code, the most specific sentence first. */
export const warningsZh: Readonly<Record<string, readonly string[]>> = {
  'fallback.used': [],
  'registry.unreachable': [],
  'mirror.skipped': [],
  'quantization.default': [],
  'offline.cached': [],
};

/** Status lines: their English form and what to say instead. */
export const statusZh: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^Fetching file list/, '正在获取文件列表……'],
  [/^Selected (?<quantization>\S+) quantization \(default\)/, '已选择默认量化 {quantization}'],
  [/^Selected (?<quantization>\S+) quantization/, '已选择量化 {quantization}'],
  [/^Found (?<count>\d+) files? \((?<size>[^)]*?)(?: total)?\)/, '共 {count} 个文件（{size}）'],
  [/^Building model artifact/, '正在生成模型清单……'],
];
