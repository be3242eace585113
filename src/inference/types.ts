import type { AppError, Digest } from '#core';
import type { ModelBundle } from '#models';
import type { InferenceSettings } from './planning/settings.ts';

/** What one runner does; the words are the wire's (contract model-runner §2.8). */
export type RunnerMode = 'completion' | 'embedding' | 'reranking';

/** What serves a format (contract model-runner §5.5); the key used in URLs and in /engines/status. */
export type BackendName = 'llama.cpp' | 'vllm';

/** A program that serves a model as OpenAI-compatible HTTP (design §2). */
export interface Runtime {
  readonly name: 'llama-server' | 'xllamacpp' | 'container';
  readonly version: string;
  /** Program, package folder or name of the container image. */
  readonly path: string;
  readonly origin: 'settings' | 'path' | 'installed' | 'engine';
  /** Whether the next runner would use it. */
  readonly selected: boolean;
  /** Python program that runs it; only for runtimes that are Python packages. */
  readonly interpreter?: string | undefined;
  /** GPUs the program itself says it can use; empty when it can use none, undefined when nobody asked it. */
  readonly devices?: readonly string[] | undefined;
  /** Options that this build has and older ones do not. */
  readonly features?: readonly RuntimeFeature[] | undefined;
  /** Only for container images. */
  readonly image?: RuntimeImage | undefined;
}

export interface RuntimeImage {
  /** What was looked at; the name may come to mean another one. */
  readonly id: string;
  readonly backend: BackendName;
  /** What starts the server in it. */
  readonly command: readonly string[];
}

export type RuntimeFeature =
  /** `--kv-unified-per-slot`: an exact limit of tokens per conversation. */
  | 'context-limit'
  /** `--fit`: fits unset options to device memory with a trial load. */
  | 'fit'
  /** Puts layers on a GPU without being told how many. */
  | 'auto-gpu-layers'
  /** `--cache-ram`: keeps prompts of earlier conversations in memory, 8 GiB unless told otherwise. */
  | 'prompt-cache'
  /** `--spec-type`: drafts with a second model only when told so. */
  | 'draft-type';

export type RuntimeInstallEvent =
  | { readonly type: 'status'; readonly message: string }
  | { readonly type: 'progress'; readonly receivedBytes: number; readonly totalBytes: number }
  | { readonly type: 'done'; readonly runtime: Runtime };

export interface Runtimes {
  list(): Promise<readonly Runtime[]>;
  /** Installs the pinned build of a runtime. Single-flight; resumable. @throws AppError `runtime.*`, `source.*` */
  install(name: string, options: { signal: AbortSignal }): AsyncIterable<RuntimeInstallEvent>;
  /** Makes `name` (or `auto`, or a path) the one new runners use, and remembers it. */
  use(name: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** The runtime for the next runner; llama.cpp's when no backend is named. @throws AppError `runtime.not_installed`, `runtime.not_found` */
  select(backend?: BackendName): Promise<Runtime>;
}

/** `inference.gpu`, where it is not `auto`. */
export type GpuChoice = 'none' | 'cuda' | 'rocm' | 'musa' | 'cann';

/** Where an effective value came from. */
export type Origin = 'request' | 'model settings' | 'settings' | 'package' | 'fitted' | 'default';

export interface Valued<T> {
  readonly value: T;
  readonly origin: Origin;
}

/** Everything a runner is started with; two equal configs give equal runners. */
export interface RunnerConfig {
  readonly mode: RunnerMode;
  /** Tokens one conversation may use. */
  readonly contextSize: number;
  /** Requests answered at once. */
  readonly parallel: number;
  readonly threads: number;
  readonly batchThreads: number;
  readonly runtimeFlags: readonly string[];
  readonly speculative?: Speculative | undefined;
  /** Tokens a model may think: 0 for none, -1 for any number; its own default when undefined. */
  readonly reasoningBudget?: number | undefined;
  readonly vllm?: VllmConfig | undefined;
  /** Which devices it may use; the runtime's own choice when undefined. */
  readonly gpu?: GpuChoice | undefined;
}

/** For models that run with vLLM. */
export interface VllmConfig {
  readonly hfOverrides?: Readonly<Record<string, unknown>> | undefined;
  /** Share of the GPU's memory; vLLM's default when undefined. */
  readonly gpuMemoryUtilization?: number | undefined;
}

/** Speculative decoding: a small model drafts tokens that the model then checks at once. */
export interface Speculative {
  readonly draftModel: Digest;
  /** Tokens drafted at once; llama.cpp's default when undefined. */
  readonly tokens?: number | undefined;
  /** Least probability of a drafted token, 0 to 1. */
  readonly minAcceptanceRate?: number | undefined;
}

/** `gantry inspect --effective`: each value and where it came from. */
export type EffectiveConfig = { readonly [K in keyof RunnerConfig]: Valued<RunnerConfig[K]> } & {
  readonly keepAliveMs: Valued<number>;
  readonly pin: Valued<boolean>;
  /** What the runner is expected to take; checked against the memory budget before a load. */
  readonly estimatedBytes: number;
};

/** What a backend needs to start one runner. */
export interface RunnerPlan {
  readonly runtime: Runtime;
  readonly bundle: ModelBundle;
  /** Files of `config.speculative.draftModel`. */
  readonly draft?: ModelBundle | undefined;
  /** Name the runner reports as `model`. */
  readonly alias: string;
  readonly config: RunnerConfig;
  /** Main memory it is expected to take; what bounds a runner in a container. */
  readonly estimatedBytes: number;
  /** Unix socket the runner listens on; nothing is there yet. */
  readonly socket: string;
}

export interface RunnerExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Last lines it wrote, cleaned of control characters. */
  readonly lastOutput: string;
  /** The memory its container could use, when it was ended for wanting more. */
  readonly memoryLimitBytes?: number | undefined;
}

/** One running process or container. */
export interface RunnerProcess {
  readonly pid: number;
  /** Where it listens; not always where it was asked to. */
  readonly socket: string;
  /** Resolves when the process is gone, however it went. Never rejects. */
  readonly exited: Promise<RunnerExit>;
  /** SIGTERM, grace, SIGKILL for the whole process group; resolves when it is gone. */
  stop(options: { graceMs: number }): Promise<void>;
}

export interface StartOptions {
  readonly signal: AbortSignal;
  /** Whether answers of other runners want the processors that this load uses. */
  readonly othersAnswer?: (() => boolean) | undefined;
}

export interface Backend {
  /**
   * Starts a runner and resolves when it answers. An abort stops it.
   * @throws AppError `backend.failed` with the cause in words, `inference.out_of_memory`, `model.unsupported`, `inference.timeout`
   */
  start(plan: RunnerPlan, options: StartOptions): Promise<RunnerProcess>;
}

/** A place in a runner for one request. Must be released exactly once. */
export interface Lease extends Disposable {
  readonly runnerId: string;
  readonly socket: string;
  /** The id and name of the model it serves. */
  readonly modelId: Digest;
  readonly alias: string;
  readonly backend: BackendName;
  /** Aborted when the runner dies or must stop. */
  readonly lost: AbortSignal;
  release(): void;
}

export interface AcquireOptions {
  /** Any accepted reference form. */
  readonly model: string;
  readonly mode: RunnerMode;
  /** Aborting leaves the queue; a load that others wait for goes on. */
  readonly signal: AbortSignal;
  /** Named by the client; refused when the model's format forces another one (contract model-runner §5.6). */
  readonly backend?: BackendName | undefined;
  /** Overrides keep-alive for this runner from now on; -1 is for ever. */
  readonly keepAliveMs?: number | undefined;
  /** Tokens this conversation must have; a runner with less is replaced as soon as it is idle, one with more serves. */
  readonly contextSize?: number | undefined;
  /** Called when the request has to wait. */
  readonly onQueued?: ((position: number) => void) | undefined;
}

/** One row of /engines/ps (contract §2.8). */
export interface RunnerStatus {
  readonly id: string;
  readonly backend: BackendName;
  readonly modelId: Digest;
  /** As first asked for. */
  readonly modelName: string;
  readonly mode: RunnerMode;
  readonly state: 'loading' | 'ready' | 'stopping';
  readonly activeRequests: number;
  readonly queuedRequests: number;
  /** Unix ms; undefined while in use or loading. */
  readonly lastUsed: number | undefined;
  /** Unix ms; undefined for ever or while in use. */
  readonly expiresAt: number | undefined;
  readonly keepAliveMs: number;
  readonly pid: number | undefined;
  /** Where it answers, its metrics too. */
  readonly socket?: string | undefined;
  readonly estimatedBytes: number;
  readonly config: RunnerConfig;
}

/** The runner an event is about. */
export interface RunnerFacts {
  readonly runnerId: string;
  readonly backend: BackendName;
  readonly modelId: Digest;
  readonly model: string;
  readonly mode: RunnerMode;
}

export type UnloadReason = 'evicted' | 'idle' | 'unload' | 'config changed' | 'draining';

/** What happened, for metrics and recorders. Past facts: a listener changes nothing. */
export type InferenceEvent =
  | ({ readonly type: 'loadStarted'; readonly estimatedBytes: number } & RunnerFacts)
  | ({ readonly type: 'loadFinished'; readonly ms: number } & RunnerFacts)
  | ({ readonly type: 'loadFailed'; readonly ms: number; readonly error: AppError } & RunnerFacts)
  /** A ready runner ended though nobody stopped it. */
  | ({ readonly type: 'runnerExited'; readonly error: AppError } & RunnerFacts)
  /** It was stopped and is gone; also one that was still loading. */
  | ({ readonly type: 'unloaded'; readonly reason: UnloadReason } & RunnerFacts)
  /** A request waits at this place, told when it changes. */
  | { readonly type: 'queued'; readonly model: string; readonly mode: RunnerMode; readonly position: number }
  | ({ readonly type: 'granted'; readonly waitedMs: number } & RunnerFacts)
  | { readonly type: 'refused'; readonly model: string; readonly mode: RunnerMode; readonly error: AppError };

export interface Preview {
  readonly effective: EffectiveConfig;
  /** A runner serves requests now that would have to be replaced. */
  readonly replacesBusy: boolean;
}

export interface Inference {
  /**
   * Waits for a place in a runner of this model, loading it if needed.
   * @throws AppError `model.not_found`, `inference.queue_full` (params: position, retryAfterSeconds), `inference.out_of_memory`,
   *   `inference.unsupported`, `backend.*`, `runtime.*`, `request.aborted`, `daemon.stopping`
   */
  acquire(options: AcquireOptions): Promise<Lease>;
  running(): readonly RunnerStatus[];
  /** Makes what is loaded fit the settings as they are now, also what nobody asks for. */
  followSettings(): Promise<void>;
  /** Calls `listener` with what happens from now on, until the function returned is called. */
  onEvent(listener: (event: InferenceEvent) => void): () => void;
  /** Stops idle runners; `all`, or those of the models named, of one backend where it is named. Returns how many. Busy ones are left alone. */
  unload(options: ({ all: true } | { models: readonly string[] }) & { backend?: string | undefined }): Promise<number>;
  /** Stops every runner of a model before it is deleted. @throws AppError `model.in_use` */
  release(modelId: Digest): Promise<void>;
  effective(reference: string, mode?: RunnerMode): Promise<EffectiveConfig>;
  /** What a model would run with under other model settings. @throws AppError what planning refuses, before anything is changed */
  preview(reference: string, mode: RunnerMode, modelSettings: InferenceSettings['modelSettings']): Promise<Preview>;
  /** Loads a model ahead of its first request if memory is free for it; nobody's runner goes for it. Resolves with whether it is loaded. */
  preload(options: Pick<AcquireOptions, 'model' | 'mode' | 'signal'>): Promise<boolean>;
  /** Text per backend for /engines/status: `Running: llama.cpp …`, `Not Installed: …`. */
  status(): Promise<Readonly<Record<string, string>>>;
  /** Refuses new work, waits for what runs until `signal` aborts, then stops all runners. */
  close(options: { signal: AbortSignal }): Promise<void>;
}
