import type { AssignedValue, Assignment } from './launcher.ts';

/** A runtime flag users may set (contract model-runner §6). */
export interface FlagSpec {
  /** All spellings; the first is the one we pass on. */
  readonly names: readonly [string, ...string[]];
  readonly takes: 'nothing' | 'value';
  /** Inline text such as a grammar, in which slashes are no paths. */
  readonly inlineText?: boolean;
  /** The same for xllamacpp's parameters; undefined when that runtime has no such parameter. */
  readonly assign?: (value: string) => readonly Assignment[] | undefined;
}

type Assign = (value: string) => readonly Assignment[] | undefined;

const to = (path: string, value: AssignedValue): readonly Assignment[] => [{ path, value }];

const integer =
  (path: string): Assign =>
  (text) =>
    /^-?\d+$/.test(text) ? to(path, Number(text)) : undefined;

const float =
  (path: string): Assign =>
  (text) =>
    text.trim() !== '' && Number.isFinite(Number(text)) ? to(path, Number(text)) : undefined;

const text =
  (path: string): Assign =>
  (value) =>
    to(path, value);

const constant =
  (path: string, value: AssignedValue): Assign =>
  () =>
    to(path, value);

const bit =
  (path: string): Assign =>
  (value) =>
    value === '1' || value === '0' ? to(path, value === '1') : undefined;

/** `choices` maps what users write to the member of xllamacpp's enumeration. */
const choice =
  (path: string, enumeration: string, choices: Readonly<Record<string, string>>): Assign =>
  (value) => {
    const member = Object.hasOwn(choices, value) ? choices[value] : undefined;
    return member === undefined ? undefined : to(path, { enumeration, member });
  };

const flag = (names: string, assign?: Assign): FlagSpec => ({
  names: split(names),
  takes: 'nothing',
  ...(assign && { assign }),
});
const option = (names: string, assign?: Assign): FlagSpec => ({
  names: split(names),
  takes: 'value',
  ...(assign && { assign }),
});
const inline = (names: string, assign?: Assign): FlagSpec => ({ ...option(names, assign), inlineText: true });

function split(names: string): readonly [string, ...string[]] {
  const [first = '', ...rest] = names.split(' ');
  return [first, ...rest];
}

const cacheTypes = Object.fromEntries(
  ['f32', 'f16', 'bf16', 'q8_0', 'q4_0', 'q4_1', 'iq4_nl', 'q5_0', 'q5_1'].map((name) => [
    name,
    `GGML_TYPE_${name.toUpperCase()}`,
  ]),
);
const priorities = {
  '-1': 'GGML_SCHED_PRIO_LOW',
  '0': 'GGML_SCHED_PRIO_NORMAL',
  '1': 'GGML_SCHED_PRIO_MEDIUM',
  '2': 'GGML_SCHED_PRIO_HIGH',
  '3': 'GGML_SCHED_PRIO_REALTIME',
};
const prefixed = (prefix: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `${prefix}${name.replaceAll('-', '_').toUpperCase()}`]));

// llama.cpp marks which sampling values a user chose, so that defaults inside the model file do not replace them.
const chosen = {
  topK: 2,
  topP: 4,
  minP: 8,
  xtcProbability: 16,
  xtcThreshold: 32,
  temp: 64,
  lastN: 128,
  repeat: 256,
  mirostat: 512,
  mirostatLr: 2048,
};
export const chosenSampling = 'sampling.user_sampling_config';

const sampled =
  (assign: Assign, mark: number): Assign =>
  (value) => {
    const assignments = assign(value);
    return assignments && [...assignments, { path: chosenSampling, value: mark }];
  };

const load = (member: string): Assign =>
  constant('load_mode', { enumeration: 'llama_load_mode', member: `LLAMA_LOAD_MODE_${member}` });

const gpuLayers: Assign = (value) => {
  if (value === 'auto') return to('n_gpu_layers', -1);
  return value === 'all' ? to('n_gpu_layers', -2) : integer('n_gpu_layers')(value);
};

const ropeScale: Assign = (value) => (Number(value) > 0 ? to('rope_freq_scale', 1 / Number(value)) : undefined);

const seed: Assign = (value) => (value === '-1' ? to('sampling.seed', 4_294_967_295) : integer('sampling.seed')(value));

const templateArguments: Assign = (value) => {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    // The server keeps each argument as JSON text.
    const entries = Object.entries(parsed).map(([name, argument]) => [name, JSON.stringify(argument)]);
    return to('default_template_kwargs', Object.fromEntries(entries));
  } catch {
    return undefined;
  }
};

const tensorSplit: Assign = (value) => {
  const shares = value.split(/[,/]/).map(Number);
  if (shares.length > 128 || shares.some((share) => !Number.isFinite(share))) return undefined;
  const padded = [...shares, ...Array.from({ length: 128 - shares.length }, () => 0)];
  return to('tensor_split', padded);
};

const onOff =
  (path: string): Assign =>
  (value) =>
    value === 'on' || value === 'off' ? to(path, value === 'on') : undefined;

const cpu: readonly FlagSpec[] = [
  option('--cpu-mask -C'),
  option('--cpu-range -Cr'),
  option('--cpu-strict', bit('cpuparams.strict_cpu')),
  option('--prio', choice('cpuparams.priority', 'ggml_sched_priority', priorities)),
  option('--poll', integer('cpuparams.poll')),
  option('--cpu-mask-batch -Cb'),
  option('--cpu-range-batch -Crb'),
  option('--cpu-strict-batch', bit('cpuparams_batch.strict_cpu')),
  option('--prio-batch', choice('cpuparams_batch.priority', 'ggml_sched_priority', priorities)),
  option('--poll-batch', integer('cpuparams_batch.poll')),
];

const context: readonly FlagSpec[] = [
  option('--predict -n --n-predict', integer('n_predict')),
  option('--keep', integer('n_keep')),
  option('--batch-size -b', integer('n_batch')),
  option('--ubatch-size -ub', integer('n_ubatch')),
  flag('--swa-full', constant('swa_full', true)),
  option(
    '--flash-attn -fa',
    choice('flash_attn_type', 'llama_flash_attn_type', {
      on: 'LLAMA_FLASH_ATTN_TYPE_ENABLED',
      off: 'LLAMA_FLASH_ATTN_TYPE_DISABLED',
      auto: 'LLAMA_FLASH_ATTN_TYPE_AUTO',
    }),
  ),
  flag('--perf', constant('no_perf', false)),
  flag('--no-perf', constant('no_perf', true)),
  flag('--context-shift', constant('ctx_shift', true)),
  flag('--no-context-shift', constant('ctx_shift', false)),
  option('--cache-ram -cram', integer('cache_ram_mib')),
  flag('--kv-unified -kvu', constant('kv_unified', true)),
];

const sampling: readonly FlagSpec[] = [
  inline('--samplers', (value) => [...to('sampling.samplers', value), { path: chosenSampling, value: 1 }]),
  option('--seed -s', seed),
  option('--temp --temperature', sampled(float('sampling.temp'), chosen.temp)),
  option('--top-k', sampled(integer('sampling.top_k'), chosen.topK)),
  option('--top-p', sampled(float('sampling.top_p'), chosen.topP)),
  option('--min-p', sampled(float('sampling.min_p'), chosen.minP)),
  option('--top-nsigma'),
  option('--xtc-probability', sampled(float('sampling.xtc_probability'), chosen.xtcProbability)),
  option('--xtc-threshold', sampled(float('sampling.xtc_threshold'), chosen.xtcThreshold)),
  option('--typical', float('sampling.typ_p')),
  option('--repeat-last-n', sampled(integer('sampling.penalty_last_n'), chosen.lastN)),
  option('--repeat-penalty', sampled(float('sampling.penalty_repeat'), chosen.repeat)),
  option('--presence-penalty', float('sampling.penalty_present')),
  option('--frequency-penalty', float('sampling.penalty_freq')),
  option('--dry-multiplier', float('sampling.dry_multiplier')),
  option('--dry-base', float('sampling.dry_base')),
  option('--dry-allowed-length', integer('sampling.dry_allowed_length')),
  option('--dry-penalty-last-n', integer('sampling.dry_penalty_last_n')),
  option('--mirostat', sampled(integer('sampling.mirostat'), chosen.mirostat)),
  option('--mirostat-lr', sampled(float('sampling.mirostat_eta'), chosen.mirostatLr)),
  option('--mirostat-ent', sampled(float('sampling.mirostat_tau'), 1024)),
  flag('--ignore-eos', constant('sampling.ignore_eos', true)),
  option('--dynatemp-range', float('sampling.dynatemp_range')),
  option('--dynatemp-exp', float('sampling.dynatemp_exponent')),
  flag('--backend-sampling -bs', constant('sampling.backend_sampling', true)),
];

const memory: readonly FlagSpec[] = [
  option('--device -dev'),
  option('--n-gpu-layers -ngl --gpu-layers', gpuLayers),
  option(
    '--split-mode -sm',
    choice('split_mode', 'llama_split_mode', prefixed('LLAMA_SPLIT_MODE_', ['none', 'layer', 'row', 'tensor'])),
  ),
  // Shares may be divided by slashes.
  inline('--tensor-split -ts', tensorSplit),
  option('--main-gpu -mg', integer('main_gpu')),
  option('--fit -fit', onOff('fit_params')),
  option('--fit-target -fitt'),
  option('--fit-ctx -fitc', integer('fit_params_min_ctx')),
  flag('--kv-offload -kvo', constant('no_kv_offload', false)),
  flag('--no-kv-offload -nkvo', constant('no_kv_offload', true)),
  flag('--repack', constant('no_extra_bufts', false)),
  flag('--no-repack -nr', constant('no_extra_bufts', true)),
  flag('--no-host', constant('no_host', true)),
  option('--cache-type-k -ctk', choice('cache_type_k', 'ggml_type', cacheTypes)),
  option('--cache-type-v -ctv', choice('cache_type_v', 'ggml_type', cacheTypes)),
  flag('--mlock', load('MMAP_MLOCK')),
  flag('--mmap', load('MMAP')),
  flag('--no-mmap', load('NONE')),
  flag('--direct-io -dio', load('DIRECT_IO')),
  flag('--no-direct-io -ndio'),
  flag('--cpu-moe -cmoe'),
  option('--n-cpu-moe -ncmoe'),
  flag('--check-tensors', constant('check_tensors', true)),
  flag('--op-offload', constant('no_op_offload', false)),
  flag('--no-op-offload', constant('no_op_offload', true)),
];

const rope: readonly FlagSpec[] = [
  option(
    '--rope-scaling',
    choice(
      'rope_scaling_type',
      'llama_rope_scaling_type',
      prefixed('LLAMA_ROPE_SCALING_TYPE_', ['none', 'linear', 'yarn']),
    ),
  ),
  option('--rope-scale', ropeScale),
  option('--rope-freq-base', float('rope_freq_base')),
  option('--rope-freq-scale', float('rope_freq_scale')),
  option('--yarn-orig-ctx', integer('yarn_orig_ctx')),
  option('--yarn-ext-factor', float('yarn_ext_factor')),
  option('--yarn-attn-factor', float('yarn_attn_factor')),
  option('--yarn-beta-slow', float('yarn_beta_slow')),
  option('--yarn-beta-fast', float('yarn_beta_fast')),
];

const server: readonly FlagSpec[] = [
  flag('--cont-batching -cb', constant('cont_batching', true)),
  flag('--no-cont-batching -nocb', constant('cont_batching', false)),
  flag('--warmup', constant('warmup', true)),
  flag('--no-warmup', constant('warmup', false)),
  option('--timeout -to', (value) => {
    const seconds = integer('timeout_read')(value);
    return seconds && [...seconds, { path: 'timeout_write', value: Number(value) }];
  }),
  option('--threads-http', integer('n_threads_http')),
  flag('--cache-prompt', constant('cache_prompt', true)),
  flag('--no-cache-prompt', constant('cache_prompt', false)),
  option('--cache-reuse', integer('n_cache_reuse')),
  option('--sleep-idle-seconds', integer('sleep_idle_seconds')),
  flag('--no-webui', constant('ui', false)),
  flag('--metrics', constant('endpoint_metrics', true)),
  flag('--no-metrics', constant('endpoint_metrics', false)),
  flag('--props', constant('endpoint_props', true)),
  flag('--slots', constant('endpoint_slots', true)),
  flag('--no-slots', constant('endpoint_slots', false)),
  flag('--verbose -v'),
  option('--slot-prompt-similarity -sps', float('slot_prompt_similarity')),
  option(
    '--pooling',
    choice(
      'pooling_type',
      'llama_pooling_type',
      prefixed('LLAMA_POOLING_TYPE_', ['none', 'mean', 'cls', 'last', 'rank']),
    ),
  ),
  flag('--lora-init-without-apply', constant('lora_init_without_apply', true)),
  option('--control-vector-layer-range'),
];

const multimodal: readonly FlagSpec[] = [
  flag('--mmproj-auto'),
  flag('--no-mmproj --no-mmproj-auto', constant('no_mmproj', true)),
  flag('--mmproj-offload', constant('mmproj_use_gpu', true)),
  flag('--no-mmproj-offload', constant('mmproj_use_gpu', false)),
  option('--image-min-tokens', integer('image_min_tokens')),
  option('--image-max-tokens', integer('image_max_tokens')),
  flag('--spm-infill'),
];

const template: readonly FlagSpec[] = [
  inline('--grammar'),
  inline('--json-schema -j'),
  inline('--chat-template', text('chat_template')),
  inline('--chat-template-kwargs', templateArguments),
  flag('--jinja', constant('use_jinja', true)),
  flag('--no-jinja', constant('use_jinja', false)),
  option(
    '--reasoning-format',
    choice(
      'reasoning_format',
      'common_reasoning_format',
      prefixed('COMMON_REASONING_FORMAT_', ['none', 'auto', 'deepseek', 'deepseek-legacy']),
    ),
  ),
  option('--reasoning-budget', integer('sampling.reasoning_budget_tokens')),
  flag('--prefill-assistant', constant('prefill_assistant', true)),
  flag('--no-prefill-assistant', constant('prefill_assistant', false)),
];

// Builds from before the names began with --spec-draft know the second; newer ones still take most of them.
const drafting: readonly FlagSpec[] = [
  option('--spec-draft-threads -td --threads-draft', integer('speculative.draft.cpuparams.n_threads')),
  option(
    '--spec-draft-threads-batch -tbd --threads-batch-draft',
    integer('speculative.draft.cpuparams_batch.n_threads'),
  ),
  option('--spec-draft-cpu-mask -Cd --cpu-mask-draft'),
  option('--spec-draft-cpu-range -Crd --cpu-range-draft'),
  option('--spec-draft-cpu-strict --cpu-strict-draft', bit('speculative.draft.cpuparams.strict_cpu')),
  option('--spec-draft-prio --prio-draft'),
  option('--spec-draft-poll --poll-draft', integer('speculative.draft.cpuparams.poll')),
  option('--spec-draft-cpu-mask-batch -Cbd --cpu-mask-batch-draft'),
  option('--spec-draft-cpu-range-batch -Crbd --cpu-range-batch-draft'),
  option('--spec-draft-cpu-strict-batch --cpu-strict-batch-draft'),
  option('--spec-draft-prio-batch --prio-batch-draft'),
  option('--spec-draft-poll-batch --poll-batch-draft'),
  inline('--spec-draft-override-tensor -otd --override-tensor-draft'),
  flag('--spec-draft-cpu-moe -cmoed --cpu-moe-draft'),
  option('--spec-draft-n-cpu-moe -ncmoed --n-cpu-moe-draft'),
  option('--spec-draft-n-max --draft-max --draft --draft-n', integer('speculative.draft.n_max')),
  option('--spec-draft-n-min --draft-min --draft-n-min', integer('speculative.draft.n_min')),
  option('--spec-draft-p-split --draft-p-split', float('speculative.draft.p_split')),
  option('--spec-draft-p-min --draft-p-min', float('speculative.draft.p_min')),
  flag('--spec-draft-backend-sampling', constant('speculative.draft.backend_sampling', true)),
  flag('--no-spec-draft-backend-sampling', constant('speculative.draft.backend_sampling', false)),
  option('--spec-draft-device -devd --device-draft'),
  option('--spec-draft-ngl -ngld --gpu-layers-draft --n-gpu-layers-draft', integer('speculative.draft.n_gpu_layers')),
  option(
    '--spec-draft-type-k -ctkd --cache-type-k-draft',
    choice('speculative.draft.cache_type_k', 'ggml_type', cacheTypes),
  ),
  option(
    '--spec-draft-type-v -ctvd --cache-type-v-draft',
    choice('speculative.draft.cache_type_v', 'ggml_type', cacheTypes),
  ),
];

const ngram = (name: string, field: string): FlagSpec =>
  option(`--spec-ngram-${name}`, integer(`speculative.${field}`));

const speculative: readonly FlagSpec[] = [
  option('--spec-type'),
  ngram('mod-n-match', 'ngram_mod.n_match'),
  ngram('mod-n-min', 'ngram_mod.n_min'),
  ngram('mod-n-max', 'ngram_mod.n_max'),
  ...(['simple', 'map-k', 'map-k4v'] as const).flatMap((kind) => {
    const group = `ngram_${kind.replace('-', '_')}`;
    return [
      ngram(`${kind}-size-n`, `${group}.size_n`),
      ngram(`${kind}-size-m`, `${group}.size_m`),
      ngram(`${kind}-min-hits`, `${group}.min_hits`),
    ];
  }),
];

export const flagTable: readonly FlagSpec[] = [
  ...cpu,
  ...context,
  ...sampling,
  ...memory,
  ...rope,
  ...server,
  ...multimodal,
  ...template,
  ...drafting,
  ...speculative,
];
