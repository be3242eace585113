import type { GpuChoice, RunnerMode } from '../types.ts';

/** What inference needs of the settings; the shape of `settings.inference` with the per-model settings beside it. */
export interface InferenceSettings extends RunnerWishes {
  /** Duration such as `5m`; `0` unloads after each request, `-1` never. */
  readonly keepAlive?: string | undefined;
  /** What all runners may take together: bytes, `6GB` or `70%`. */
  readonly memory: string | number;
  /** Requests that may wait per model beyond the places of its runner. */
  readonly queueLimit: number;
  readonly gpu?: 'auto' | GpuChoice | undefined;
  /** What runs the models of each backend, as the settings name it. */
  readonly runtime?: string | undefined;
  readonly vllm?: string | undefined;
  /** By model reference, in any of its accepted forms. */
  readonly modelSettings: Readonly<Record<string, ModelWishes>>;
}

export interface RunnerWishes {
  /** -1 for all the model was trained with. */
  readonly contextSize?: number | undefined;
  readonly parallel?: number | undefined;
  readonly threads?: number | undefined;
  readonly batchThreads?: number | undefined;
}

/** What somebody wants of one model in whatever mode, or in one. */
export interface ModeWishes extends RunnerWishes {
  readonly keepAlive?: string | undefined;
  readonly runtimeFlags?: readonly string[] | undefined;
  readonly speculative?: SpeculativeWishes | undefined;
  readonly reasoningBudget?: number | undefined;
  readonly vllm?: VllmWishes | undefined;
}

export interface ModelWishes extends ModeWishes {
  readonly pin?: boolean | undefined;
  /** Over the fields above, in one mode. */
  readonly modes?: Readonly<Partial<Record<RunnerMode, ModeWishes | undefined>>> | undefined;
}

export interface SpeculativeWishes {
  /** In any accepted reference form. */
  readonly draftModel: string;
  readonly tokens?: number | undefined;
  readonly minAcceptanceRate?: number | undefined;
}

/** For models that run with vLLM. */
export interface VllmWishes {
  readonly hfOverrides?: Readonly<Record<string, unknown>> | undefined;
  readonly gpuMemoryUtilization?: number | undefined;
}

/** What holds in a mode; later wishes add to earlier ones field by field. */
export function wishesIn(mode: RunnerMode, given: readonly ModelWishes[]): ModelWishes {
  const fields = given.flatMap(({ modes, ...common }) => [common, modes?.[mode] ?? {}]);
  return Object.assign({}, ...fields) as ModelWishes;
}

/** Whether two readings of the settings mean the same, without comparing every model's. */
export function sameSettings(a: InferenceSettings, b: InferenceSettings): boolean {
  return (
    a === b ||
    (a.modelSettings === b.modelSettings &&
      a.contextSize === b.contextSize &&
      a.parallel === b.parallel &&
      a.threads === b.threads &&
      a.batchThreads === b.batchThreads &&
      a.keepAlive === b.keepAlive &&
      a.memory === b.memory &&
      a.gpu === b.gpu &&
      a.runtime === b.runtime &&
      a.vllm === b.vllm &&
      a.queueLimit === b.queueLimit)
  );
}
