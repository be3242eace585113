import type { ErrorCode } from '#core';
import type { ErrorText } from './errors-zh.ts';

const freeSpace = '请释放一些空间，例如：gantry rm 模型名';

/** What can be wrong with models and their store. */
export const storeErrorsZh = {
  'model.not_found': [{ text: '本机没有模型“{model}”。', hint: '请先获取：gantry pull {model}' }],
  'model.conflict': [{ text: '模型 {id} 有多个标签：{tags}。', hint: '请逐个删除标签，或使用 --force 删除该模型。' }],
  'model.in_use': [{ text: '{model} 正在使用中。', hint: '请等其请求处理完后重试。' }],
  'model.invalid_file': [
    {
      reason: 'compressed',
      text: '模型的压缩文件不可用（{detail}）。',
      hint: '除非信任其发布者，否则请勿使用该模型。',
    },
    {
      reason: 'safetensors',
      text: '{file} 不是可用的 safetensors 文件：{claim}。',
      hint: '请重新获取该文件；若仍如此，则需由发布者修复。',
    },
    { reason: 'dduf', text: '{file} 不是 DDUF 文件：它不是 zip 归档。' },
    {
      reason: 'no_safetensors',
      text: '目录 {path} 中没有 safetensors 文件。',
      hint: '如果是 GGUF 文件，请用 --gguf 指定该文件。',
    },
    { reason: 'too_many_files', text: '目录 {path} 中的文件超过 {limit} 个。', hint: '请指定单个模型的目录。' },
    { reason: 'text_too_large', text: '{file} 的大小为 {size}，对文本来说过大。' },
    { reason: 'archive', text: '归档无法使用：{detail}。', hint: '请重新获取该归档；若仍如此，则需由制作者修复。' },
    { reason: 'named_twice', text: '模型中有两个名为“{path}”的文件。' },
    { text: '{file} 不是可用的 GGUF 文件：{claim}。', hint: '请重新获取该文件；若仍如此，则需由发布者修复。' },
    { text: '{file} 由 {count} 个部分组成，同一目录中缺少：{missing}。', hint: '请把模型的所有部分放在同一目录。' },
    { text: '模型 {id} 的文件 {digest} 在存储中缺失或大小不符。', hint: '请重新获取该模型，完好的部分会保留。' },
    { text: '模型文件“{path}”不可用。' },
  ],
  'model.unsupported': [
    { reason: 'packed', text: '模型权重以“{actual}”打包，无法重新组合。', hint: '请使用各层未打包的模型。' },
    { reason: 'zstd', text: '模型权重用 zstd 压缩，需要 Node 22.15。', hint: '请用更新的 Node 运行 Gantry。' },
    {
      reason: 'safetensors_pipeline',
      text: '{repository} 是由多个模型组成的流水线，这里没有运行时可以提供服务。',
      hint: '请选择包含单个模型权重的仓库。',
    },
    {
      reason: 'safetensors_adapter',
      text: '{repository} 只包含用于修改其他模型的适配器，不是独立的模型。',
      hint: '请选择包含单个模型权重的仓库。',
    },
    {
      reason: 'format',
      text: '{model} 的格式为 {format}，llama.cpp 只支持 GGUF。',
      hint: '请获取该模型的 GGUF 版本。',
    },
    { text: '{label} 不是模型：其清单类型为 {mediaType}。' },
    {
      text: '{reference} 不是此版本可运行的模型：其配置类型为“{actual}”，支持的类型有 {supported}。',
      hint: '请确认该引用指向模型而不是容器镜像。',
    },
    {
      text: '{repository} 中是 {actual} 格式的权重，此处只能运行 GGUF。',
      hint: '请查找同一模型中名称以 -GGUF 结尾的仓库。',
    },
    { text: '模型 {id} 是 {actual} 格式的权重，此处只能运行 GGUF。', hint: '请获取同一模型的 GGUF 版本。' },
  ],
  'store.locked': [
    { reason: 'file', text: '{path} 正被进程 {pid} 占用。', hint: '请等它结束；如果它已停止响应，请结束进程 {pid}。' },
    {
      reason: 'folder',
      text: '{folder} 正被进程 {pid} 锁定。',
      hint: '请等待其完成；如果它已挂起，请结束进程 {pid}。',
    },
    { text: '模型存储正被进程 {pid} 锁定。', hint: '请等待其完成；如果它已挂起，请结束该进程。' },
  ],
  'store.corrupt': [
    { reason: 'catalog', text: '保存的目录 {path} 已损坏。', hint: '请删除该文件，然后重新获取或导入目录。' },
    {
      reason: 'not_a_store',
      text: '目录 {path} 中没有 layout.json，因此没有删除任何内容。',
      hint: '请确认 MODELS_PATH 指向模型存储。',
    },
    { text: '存储中缺少模型 {id} 的清单或配置（{path}）。', hint: '请删除该模型后重新获取：gantry rm --force {id}' },
    {
      text: '模型存储 {path} 的布局版本为 {layout}，此版本只支持 1.x。',
      hint: '请使用更新的版本，或将 MODELS_PATH 设为其他目录。',
    },
    {
      text: '目录 {path} 不是模型存储：其中有“{found}”，但没有 layout.json。',
      hint: '请将 MODELS_PATH 设为空目录或已有的模型存储。',
    },
    { text: '模型存储已损坏：{path}。' },
    { text: '模型存储中的文件 {digest} 已损坏。', hint: '请删除该模型后重新获取。' },
  ],
  'store.disk_full': [
    { reason: 'unpacking', text: '解包后的模型放不下，磁盘仅剩 {free}。', hint: freeSpace },
    { text: '模型需要 {needed}，但 {path} 仅剩 {free}。', hint: freeSpace },
    { text: '{path} 所在的磁盘空间不足。', hint: freeSpace },
    { text: '磁盘已满。', hint: freeSpace },
  ],
} satisfies Partial<Record<ErrorCode, readonly ErrorText[]>>;
