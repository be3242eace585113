import type { ErrorCode } from '#core';
import type { RunnerExit, RuntimeFeature } from '../types.ts';

export interface ExitFacts {
  readonly exit: RunnerExit;
  readonly runtime: {
    readonly name: string;
    readonly version: string;
    readonly features?: readonly RuntimeFeature[] | undefined;
  };
  readonly alias: string;
  /** Text of /etc/os-release; empty where there is none. */
  readonly osRelease: string;
}

export interface Verdict {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly message: string;
  readonly hint: string;
  readonly params?: Readonly<Record<string, string | number>>;
}

interface Rule {
  readonly pattern: RegExp;
  readonly verdict: (match: RegExpExecArray, facts: ExitFacts) => Verdict;
}

const fixModel = 'Remove the model and pull it again: gantry rm MODEL, then gantry pull MODEL';

export const lessMemory =
  'Use a smaller model, a smaller context or fewer parallel requests, or unload other models: gantry unload --all';

/** Ordered: the first that matches wins, so causes stand before the consequences that runtimes print after them. */
export const exitRules: readonly Rule[] = [
  {
    pattern: /unknown model architecture: '([^']{1,80})'/,
    verdict: ([, architecture = ''], { runtime, alias }) => ({
      code: 'model.unsupported',
      reason: 'unknown_architecture',
      message: `${alias} has the architecture "${architecture}", which ${runtime.name} ${runtime.version} does not know.`,
      hint: 'Use a newer llama-server: put it on PATH, or name it with: gantry runtime use /path/to/llama-server',
      params: { architecture },
    }),
  },
  {
    pattern:
      /(?:cudaMalloc failed: out of memory|CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|hipErrorOutOfMemory|ErrorOutOfDeviceMemory|failed to allocate (?:CUDA|ROCm|Vulkan|SYCL|HIP|MUSA|CANN)\S* buffer)/i,
    verdict: (_, { alias }) => outOfMemory(alias, { reason: 'gpu_memory', where: 'GPU' }),
  },
  {
    pattern:
      /kIOGPUCommandBufferCallbackErrorOutOfMemory|failed to allocate Metal\S* buffer|ggml_metal\S*: .*(?:insufficient memory|out of memory)/i,
    verdict: (_, { alias }) => outOfMemory(alias, { reason: 'metal_memory', where: 'GPU (Metal)' }),
  },
  {
    pattern:
      /failed to allocate (?:CPU\S*|host|compute|output)?\s*buffers?\b|failed to allocate buffer for kv cache|unable to allocate|cannot allocate memory|std::bad_alloc|MemoryError|out of memory/i,
    verdict: (_, { alias }) => outOfMemory(alias, { reason: 'host_memory', where: 'main' }),
  },
  {
    pattern: /invalid magic characters|failed to read magic|bad magic|not a GGUF file/i,
    verdict: (_, { alias }) => ({
      code: 'model.invalid_file',
      reason: 'bad_magic',
      message: `The weights of ${alias} are not a GGUF file.`,
      hint: fixModel,
    }),
  },
  {
    pattern:
      /is corrupted or incomplete|not within (?:the )?file bounds|failed to read (?:key-value pairs|tensor|header)|invalid GGUF|unexpectedly reached end of file|tensor '[^']*' (?:not found|has wrong shape|has invalid)|missing tensor|wrong number of tensors/i,
    verdict: (match, { alias }) => ({
      code: 'model.invalid_file',
      reason: 'corrupt_file',
      message: `The weights of ${alias} are damaged or incomplete.`,
      hint: fixModel,
      params: { detail: match[0] },
    }),
  },
  {
    pattern: /failed to open GGUF file '[^']*' \(([^)]{1,80})\)/,
    verdict: ([, why = ''], { alias }) => ({
      code: 'backend.failed',
      reason: 'unreadable_file',
      message: `The runtime cannot open the weights of ${alias}: ${why}.`,
      hint: 'Check the permissions of the model store.',
      params: { why },
    }),
  },
  {
    pattern: /Failed to load CLIP model|failed to load multimodal model|failed to get memory usage of mmproj/i,
    verdict: (_, { alias }) => ({
      code: 'model.unsupported',
      reason: 'projector',
      message: `The runtime cannot load the image part (mmproj) of ${alias}.`,
      hint: 'Pull the model again, or use a newer llama-server.',
    }),
  },
  {
    pattern:
      /chat template is not supported|failed to (?:apply|parse|initialize) (?:chat )?template|chat template parsing error|consider disabling jinja/i,
    verdict: (_, { alias, runtime }) => ({
      code: 'model.unsupported',
      reason: 'chat_template',
      message: `${runtime.name} ${runtime.version} cannot use the chat template of ${alias}.`,
      hint: 'Set another one with the runtime flag --chat-template (for example chatml), or use a newer llama-server.',
    }),
  },
  {
    pattern: /(?:error: )?invalid argument: (-{1,2}[\w-]+)/,
    verdict: ([, option = ''], { runtime }) => ({
      code: 'backend.failed',
      reason: 'unknown_option',
      message: `${runtime.name} ${runtime.version} does not know the option ${option}.`,
      hint: 'Remove it from the runtime flags, or use a newer llama-server.',
      params: { option },
    }),
  },
  {
    pattern: /error while handling argument "(-{1,2}[\w-]+)"(?:: ([^\n]{1,160}))?/,
    verdict: ([, option = '', why = ''], { runtime }) => ({
      code: 'request.invalid',
      reason: 'bad_option',
      message: `${runtime.name} refuses the value of ${option}${why ? `: ${why}` : ''}.`,
      hint: 'Correct the runtime flags of this model.',
      params: { option, why },
    }),
  },
  {
    pattern: /^gantry: parameter (\S+): ([^\n]{1,300})/m,
    verdict: ([, option = '', why = ''], { runtime }) => ({
      code: 'backend.failed',
      reason: 'unknown_option',
      message: `${runtime.name} ${runtime.version} refuses the parameter ${option}: ${why}.`,
      hint: 'Correct the runtime flags of this model, or install the runtime again: gantry runtime install xllamacpp',
      params: { option, why },
    }),
  },
  {
    pattern: /couldn't bind HTTP server socket|address already in use|exiting due to HTTP server error/i,
    verdict: () => ({
      code: 'backend.failed',
      reason: 'socket',
      message: 'The runtime could not open its socket.',
      hint: 'Check that the folder for sockets (run, in the Gantry home) can be written and its path is short.',
    }),
  },
];

function outOfMemory(alias: string, { reason, where }: { reason: string; where: string }): Verdict {
  return {
    code: 'inference.out_of_memory',
    reason,
    message: `There is not enough ${where} memory to load ${alias}.`,
    hint: lessMemory,
    params: { where },
  };
}
