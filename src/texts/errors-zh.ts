import { mcpStateNotFoundZh } from './errors-zh-mcp-state.ts';
import type { ErrorCode } from '#core';
import { mcpErrorsZh, mcpRequestsZh } from './errors-zh-mcp.ts';
import { errorsZhMachine } from './errors-zh-machine.ts';
import { sourceErrorsZh } from './errors-zh-source.ts';
import { storeErrorsZh } from './errors-zh-store.ts';
import { assistantErrorsZh, assistantInvalidZh, assistantNotFoundZh } from './errors-zh-assistant.ts';

/** A sentence and a hint for an error; used when its parameters hold every value the sentence names. */
export interface ErrorText {
  /** Only for errors whose parameter `reason` is this. */
  readonly reason?: string | undefined;
  readonly text: string;
  readonly hint?: string | undefined;
}

const nameExamples =
  '名称形如 ai/smollm2、ai/smollm2:360M-Q4_K_M、hf.co/org/model:Q4_K_M 或 registry.example.com/org/model:tag。';
const lessMemory = '请换用更小的模型、上下文或量化，或调高设置 inference.memory。';

/** Per code, the most specific sentence first. An error that fits none keeps its English sentence. */
export const errorsZh: Readonly<Record<ErrorCode, readonly ErrorText[]>> = {
  ...assistantErrorsZh,
  'request.invalid': [
    { reason: 'locked', text: '{key} 由这台机器的管理员设置。', hint: '请联系管理这台机器的人。' },
    { reason: 'by_hand', text: '这个修复只能手动进行。', hint: '请在终端中运行其命令。' },
    { reason: 'interactive', text: '该镜像是一个 shell，没有终端时会立即结束。', hint: '请在终端中运行。' },
    ...mcpRequestsZh,
    ...assistantInvalidZh,
    {
      reason: 'pull',
      text: '“{value}”没有说明何时获取目录。',
      hint: '可用 never、missing、always、initial、exists，或 6h、1d 这样的时长；也可写作 always@6h。',
    },
    {
      reason: 'editor_failed',
      text: '编辑器 {editor} 异常结束（{outcome}）。',
      hint: '请把 EDITOR 设为已安装的编辑器。',
    },
    {
      reason: 'network_needs_key',
      text: '没有 API 密钥，不会在 {host} 上向网络开放。',
      hint: '请先创建密钥：gantry key create NAME --scope infer；或明确放弃保护：gantry settings set server.access open',
    },
    {
      reason: 'tls',
      text: '{path} 不能用于 TLS：{detail}。',
      hint: '请将 server.tls.certificate 和 server.tls.key 设为一对 PEM 文件，或都不设置，由 Gantry 生成。',
    },
    {
      reason: 'key_name',
      text: '“{name}”不能用作密钥名称。',
      hint: '请使用最多 64 个字母、数字、点、短横线和下划线。',
    },
    {
      reason: 'tls_own_files',
      text: '证书来自你自己的文件，不能由 Gantry 续期。',
      hint: '请替换 {path}，新文件会自动生效。',
    },
    { reason: 'tls_off', text: 'TLS 未启用。', hint: '启用：gantry settings set server.tls.enabled true' },
    {
      reason: 'public_key',
      text: '该密钥不是可用的公钥。',
      hint: '请提供含 ECDSA P-256 或 Ed25519 公钥的 PEM 文件，例如 cosign.pub。',
    },
    { reason: 'path_not_absolute', text: '路径“{path}”不是绝对路径。', hint: '请给出从 / 开始的完整路径。' },
    { reason: 'context_not_positive', text: '上下文大小必须是大于 0 的整数。' },
    {
      reason: 'context_in_modelpack',
      text: 'CNCF 格式的模型不能指定上下文大小。',
      hint: '请去掉上下文大小，或使用 docker 格式。',
    },
    { reason: 'one_source', text: '必须且只能指定 gguf、safetensorsDir、dduf 和 from 中的一个。' },
    { reason: 'flag_is_setting', text: '运行时参数“{flag}”与设置 {setting} 冲突。', hint: '请改用设置 {setting}。' },
    { reason: 'flag_value', text: '运行时参数“{flag}”不接受值“{value}”。' },
    { reason: 'flag_unsupported', text: '运行时 {runtime} 没有与“{flag}”对应的参数。' },
    {
      reason: 'context_above_trained',
      text: '{model} 训练时的上下文为 {trained} 个 token，不能使用 {requested}。',
      hint: '请使用不超过 {trained} 的值。',
    },
    { reason: 'setting', text: '设置不接受该值：{detail}', hint: '查看全部设置：gantry settings' },
    { reason: 'mode_contradicts_flag', text: '运行时参数用于 {named}，而模式为 {mode}。', hint: '请去掉其中之一。' },
    {
      reason: 'version',
      text: 'llama.cpp 的版本不能选择。',
      hint: '请去掉 version，或在设置 inference.runtime 中指定自己的 llama-server。',
    },
    { reason: 'open_quote', text: '运行时参数中的引号 {quote} 没有闭合。', hint: '请补上引号，或用列表传递参数。' },
    {
      reason: 'draft_required',
      text: '推测解码需要草稿模型。',
      hint: '请在 speculative.draft_model 中指定，或发送 "speculative": null。',
    },
    {
      reason: 'draft_not_found',
      text: '本机没有 {model} 的草稿模型 {draft}。',
      hint: '请先获取：gantry pull {draft}',
    },
    { reason: 'other_backend', text: '{model} 由 {backend} 运行，“{param}”不适用。', hint: '请去掉“{param}”。' },
    {
      reason: 'named_backend',
      text: '{model} 是 GGUF 模型，由 {backend} 运行，不能用 {named}。',
      hint: '请使用 /engines/{backend}，或在路径中省略后端。',
    },
    { reason: 'other_mode', text: '“{param}”不适用于模式 {mode}。', hint: '请去掉它，或配置 completion 模式。' },
    {
      reason: 'hf_override',
      text: '“{key}”不能作为 hf-overrides 的键。',
      hint: '请只用字母、数字和下划线，且不以数字开头。',
    },
    { reason: 'flag_not_allowed', text: '不允许使用运行时参数“{flag}”。', hint: '请更正该模型的运行时参数。' },
    { text: '参数“{param}”应为 {expected}。' },
  ],
  'request.too_large': [
    { text: 'Dockerfile 超过了 {limit} 的上限。' },
    { text: '请求体过大。', hint: '请减少一次发送的内容。' },
  ],
  'request.not_found': [
    ...assistantNotFoundZh,
    { reason: 'file', text: '没有文件 {path}。' },
    ...mcpStateNotFoundZh,
    { text: '守护进程没有接口 {method} {path}。' },
  ],
  'request.unauthorized': [
    {
      reason: 'missing',
      text: '从这个地址访问需要 API 密钥。',
      hint: '请以“Authorization: Bearer 密钥”发送，或设置 GANTRY_API_KEY。',
    },
    {
      reason: 'unknown',
      text: '没有这个 API 密钥。',
      hint: '请检查 GANTRY_API_KEY，或在守护进程所在的机器上创建密钥：gantry key create',
    },
    {
      reason: 'expired',
      text: 'API 密钥 {name} 已过期。',
      hint: '请在守护进程所在的机器上创建新密钥：gantry key create',
    },
    { text: '需要有效的 API 密钥。', hint: '请设置 GANTRY_API_KEY，或用 gantry key create 创建密钥。' },
  ],
  'request.forbidden': [
    { reason: 'scope', text: '密钥 {name} 没有 {scope} 权限。', hint: '请使用权限包含 {scope} 的密钥。' },
    {
      reason: 'page',
      text: '其他网页不能管理这台机器。',
      hint: '请使用控制台或命令行。',
    },
    {
      reason: 'tools',
      text: '其他网页只有在设置中列出后才能使用 MCP 服务器。',
      hint: '请在设置 server.origins 中添加该来源。',
    },
    { reason: 'not_dockerfile', text: '{path} 的名称不是 Dockerfile，没有写入。' },
    { reason: 'outside', text: '{path} 不在打开的文件夹之内。', hint: '请选择其他工作文件夹。' },
    { reason: 'origin', text: '不允许的来源（Origin）。', hint: '请在设置 server.origins 中添加该来源。' },
    {
      reason: 'terminal',
      text: '容器终端已关闭。',
      hint: '请设置 dashboard.terminal，除非管理员已将其锁定。',
    },
    { reason: 'host', text: '不允许的主机名（Host）。', hint: '请在设置 server.allowedHosts 中添加该名称。' },
  ],
  'request.aborted': [{ text: '请求已取消。' }],
  'request.repeated': [{ text: '该请求此前已经收到，其答复在途中丢失。', hint: '请先查看其结果，再决定是否重试。' }],
  'request.timeout': [
    { text: '{seconds} 秒内未能列出 {directory}。', hint: '磁盘可能较慢或机器繁忙；请重试，或选择其他文件夹。' },
  ],
  'request.conflict': [
    { reason: 'file_changed', text: '{path} 在读取之后已被修改。', hint: '请重新读取；没有写入任何内容。' },
    {
      reason: 'fix_changed',
      text: '容器的状态已改变，显示的修复命令不再适用。',
      hint: '请重新诊断；没有执行任何命令。',
    },
    { reason: 'recipe_changed', text: '运行该镜像的命令已改变。', hint: '请查看新的命令；没有启动任何容器。' },
    {
      reason: 'project_changed',
      text: '{path} 中的项目已改变，现在会生成不同的文件。',
      hint: '请查看新的文件；没有写入任何内容。',
    },
    {
      reason: 'images_changed',
      text: '{name} 已改变、正在使用或已不存在。没有删除任何内容。',
      hint: '请重新查看列表，再从现有镜像中选择。',
    },
    {
      reason: 'volumes_changed',
      text: '卷 {name} 已改变、正在使用或已不存在。没有删除任何内容。',
      hint: '请重新查看列表，再从现有的卷中选择。',
    },
    { reason: 'volume_exists', text: '已有名为 {name} 的卷。', hint: '请换一个名称。' },
    { reason: 'terminals', text: '已打开 {most} 个终端。', hint: '请先关闭其中一个。' },
    { text: '情况已改变。', hint: '请刷新后重试。' },
  ],
  'reference.invalid': [
    {
      reason: 'image_name',
      text: '“{name}”不是镜像名称：{detail}。',
      hint: '名称用小写字母：registry.example.com/team/app:1.0',
    },
    {
      reason: 'push_digest',
      text: '“{name}”是摘要；推送镜像要用标签。',
      hint: '请先加上标签：docker tag {name} 名称:标签',
    },
    { reason: 'digest', text: '“{text}”包含摘要；目录以标签命名。', hint: '请去掉 @ 之后的部分。' },
    {
      reason: 'server_uri',
      text: '“{text}”不是服务器的来源：{detail}。',
      hint: '例如：catalog://starter/filesystem、docker://me/my-server、file://./server.yaml',
    },
    { reason: 'registry_host', text: '“{text}”不是注册表的地址。' },
    {
      reason: 'not_in_registry',
      text: '“{text}”不是仓库中模型的名称。',
      hint: '签名保存在 OCI 仓库中：请先把模型推送到仓库。',
    },
    { reason: 'empty', text: '模型名称为空。', hint: nameExamples },
    { reason: 'characters', text: '“{text}”不是有效的模型名称：含有空格或不允许的字符。', hint: nameExamples },
    { reason: 'registry', text: '“{text}”不是有效的模型名称：仓库部分不是主机名。', hint: nameExamples },
    {
      reason: 'name',
      text: '“{text}”不是有效的模型名称：各部分只能由字母和数字组成，中间可用单个 . _ - 连接。',
      hint: nameExamples,
    },
    {
      reason: 'tag',
      text: '“{text}”不是有效的模型名称：标签最多 128 个字符，只能含字母、数字、点、连字符和下划线。',
      hint: nameExamples,
    },
    { reason: 'too_long', text: '“{text}”不是有效的模型名称：过长。', hint: nameExamples },
    { reason: 'digest', text: '“{text}”指定了摘要，此处不能使用摘要。' },
    { reason: 'ambiguous', text: '“{text}”对应多个模型：{candidates}。', hint: '请写出其中一个的完整名称。' },
    { text: '“{text}”不是有效的引用：{reason}。' },
    { text: '“{text}”不是有效的 sha256 摘要。' },
    { text: '“{name}”不是有效的名称。' },
  ],
  ...storeErrorsZh,
  ...sourceErrorsZh,
  'runtime.not_found': [
    { reason: 'no_gpu', text: '运行时 {runtime} 没有 {gpu} 设备。', hint: '请换用有该设备的运行时：gantry runtime ls' },
    {
      reason: 'gpu_choice',
      text: 'xllamacpp 不能只使用部分设备。',
      hint: '请改用 llama-server：gantry runtime use llama-server',
    },
    { reason: 'not_installable', text: 'Gantry 不提供“{name}”的安装，只能安装 xllamacpp。' },
    {
      reason: 'no_llama_server',
      text: 'PATH 中没有找到 llama-server。',
      hint: '请安装 llama.cpp，或改用另一个运行时：gantry runtime use xllamacpp',
    },
    {
      reason: 'unknown_name',
      text: '没有名为“{name}”的运行时。',
      hint: '可用：auto、xllamacpp、llama-server、llama-server 程序的绝对路径，或 container:镜像。',
    },
    {
      reason: 'image_kind',
      text: '镜像 {image} 既不启动 llama-server，也不启动 vLLM。',
      hint: '请使用 ghcr.io/ggml-org/llama.cpp:server 或 vllm/vllm-openai 等镜像，或为镜像添加标签 gantry.backend。',
    },
    { reason: 'image_backend', text: '镜像 {image} 不能运行 GGUF 模型。' },
    {
      reason: 'image_program',
      text: '镜像 {image} 中的 {program} 无法运行：{words}。',
      hint: '请换用其他镜像或标签。',
    },
    {
      reason: 'image_removal',
      text: '镜像 {image} 属于 Docker Engine，可能还有其他用途。',
      hint: '请先选择其他运行时，例如 gantry runtime use auto，再删除它：docker rmi {image}',
    },
    { reason: 'not_executable', text: '{path} 不是可执行文件。', hint: '请给出 llama-server 程序的绝对路径。' },
    {
      reason: 'python_setting',
      text: 'GANTRY_PYTHON 指定的 {path} 不是可执行文件。',
      hint: '请设为 Python 3.10 或更高版本的绝对路径，或取消设置。',
    },
    { text: '{path} 不是可用的 llama-server。', hint: '请指定另一个：gantry runtime use /path/to/llama-server' },
    { text: '没有安装运行时 {name}。' },
  ],
  'runtime.not_installed': [
    {
      reason: 'python_missing',
      text: '没有找到 Python 3.10 或更高版本。',
      hint: '请安装 python3，或将 llama-server 程序放入 PATH。',
    },
    { reason: 'python_unfit', text: '找到的 Python 版本不符合要求（{found}），需要 3.10 或更高版本。' },
    {
      reason: 'python_kind',
      text: '已安装的 xllamacpp 不适用于 {interpreter}。',
      hint: '请重新安装：gantry runtime install xllamacpp',
    },
    {
      reason: 'image',
      text: 'Docker Engine 上没有镜像 {image}。',
      hint: '获取方法：gantry runtime install container:{image}',
    },
    {
      reason: 'vllm',
      text: '尚未安装 vLLM。',
      hint: '它在容器中运行：gantry runtime use container:vllm/vllm-openai:latest',
    },
    { text: '后端 {name} 尚未安装。' },
    { text: '运行时尚未安装。', hint: '安装方法：gantry runtime install xllamacpp' },
  ],
  'runtime.install_failed': [{ text: '运行时安装失败：{words}。' }, { text: '运行时安装失败：{reason}。' }],
  'runtime.unsupported_platform': [
    { reason: 'not_installable', text: 'Gantry 不安装后端 {name}。', hint: 'GGUF 格式的模型由 llama.cpp 运行。' },
    {
      reason: 'engine_elsewhere',
      text: '位于 {address} 的 Docker Engine 不在本机上运行。',
      hint: '容器只能在模型文件所在的机器上运行模型；请在此使用 llama-server 或 xllamacpp。',
    },
    {
      text: 'xllamacpp 运行时不支持本机（{system} {machine}）。',
      hint: '请安装 llama.cpp 的 llama-server 并放入 PATH。',
    },
    { text: '本机不支持此运行时。' },
  ],
  'backend.not_found': [{ text: '没有名为“{name}”的后端。' }],
  'backend.failed': [
    { reason: 'nim_ended', text: '{image} 的容器已结束，退出码为 {code}。', hint: '查看其输出：docker logs {name}' },
    { reason: 'nim_port', text: '容器 {id} 没有发布端口 {port}。' },
    { reason: 'nim_models', text: '{url} 没有给出模型。' },
    { reason: 'context', text: '{model} 要求的上下文为 {requested} 个 token，但运行时只提供 {effective}。' },
    { reason: 'parallel', text: '{model} 要求同时处理 {requested} 个请求，但运行时只能处理 {effective} 个。' },
    { reason: 'not_started', text: '无法启动 {program}（{error}）。' },
    { reason: 'unkillable_container', text: '容器 {container} 无法结束。', hint: '请查看：docker ps' },
    { reason: 'unkillable', text: '进程 {pid} 无法结束。', hint: '可能是驱动或磁盘卡住，请查看内核日志（dmesg）。' },
    { text: '{runtime} 在加载 {model} 时退出：{detail}', hint: '完整输出请查看：gantry logs --runners' },
    { text: '{runtime} 未能运行 {model}。', hint: '完整输出请查看：gantry logs --runners' },
  ],
  'backend.crashed': [
    { text: '{runtime} 在加载 {model} 时崩溃（{signal}）。', hint: '请查看：gantry logs --runners' },
    { reason: 'container_memory', text: '{model} 的运行所需内存超过了容器可用的 {limit}。', hint: lessMemory },
    {
      text: '运行 {model} 的进程已崩溃。',
      hint: '请重试，它会自动重新启动；如再次崩溃，请查看：gantry logs --runners',
    },
    { text: '模型进程在回答完成之前已退出。', hint: '请重新发送请求；原因请查看：gantry logs --runners' },
  ],
  'inference.unsupported': [
    { reason: 'not_reranking', text: '{model} 不是重排序模型。' },
    { reason: 'no_pooling', text: '{model} 不是嵌入模型。' },
    {
      reason: 'not_generative',
      text: '{model} 是嵌入模型，不能生成文本。',
      hint: '请换用对话模型，或通过嵌入 API 使用它。',
    },
  ],
  'inference.context_overflow': [
    {
      text: '请求有 {promptTokens} 个 token，超过了模型上下文的 {contextSize} 个。',
      hint: '请缩短内容，或在设置中为该模型调大 contextSize。',
    },
    { text: '请求超出了模型的上下文长度。', hint: '请缩短内容，或在设置中为该模型调大 contextSize。' },
  ],
  'inference.out_of_memory': [
    { reason: 'never_fits', text: '{model} 约需 {need} 内存，超过了模型可用的 {budget}。', hint: lessMemory },
    {
      reason: 'pinned',
      text: '{model} 约需 {need} 内存；在可用的 {budget} 中，固定的模型已占用 {pinned}。',
      hint: '请卸载或取消固定某个模型，或调高设置 inference.memory。',
    },
    {
      reason: 'no_room',
      text: '{model} 所需的内存被其他模型占用。',
      hint: '请卸载一个模型，或直接发送请求：空闲的模型会让出内存。',
    },
    { reason: 'container_memory', text: '{model} 所需内存超过了容器可用的 {limit}。', hint: lessMemory },
    { reason: 'killed', text: '系统终止了 {model} 的进程，很可能是内存不足。', hint: lessMemory },
    { text: '内存不足，无法运行 {model}。', hint: lessMemory },
  ],
  'inference.queue_full': [
    { text: '等待 {model} 的请求过多。', hint: '请在 {retryAfterSeconds} 秒后重试。' },
    { text: '等待中的请求过多。', hint: '请稍后重试。' },
  ],
  'inference.timeout': [
    { text: '{model} 在 {seconds} 秒内未能就绪。', hint: '可能是磁盘较慢或机器繁忙；请重试，或选择更小的模型。' },
    { text: '模型在 {seconds} 秒内未能就绪。', hint: '可能是磁盘较慢或机器繁忙；请重试，或选择更小的模型。' },
  ],
  'inference.busy': [{ text: '{model} 正在使用中，其运行配置暂时不能更改。', hint: '请等当前请求结束后重试。' }],
  'inference.disabled': [
    { text: 'Docker Model Runner 未启用。', hint: '启用方法：gantry desktop enable model-runner' },
  ],
  ...errorsZhMachine,
  ...mcpErrorsZh,
};
