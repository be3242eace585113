/** What inference needs of the settings; the shape of `settings.inference` with the per-model settings beside it. */
export interface InferenceSettings extends RunnerWishes {
  /** Duration such as `5m`; `0` unloads after each request, `-1` never. */
  readonly keepAlive?: string | undefined;
  /** What all runners may take together: bytes, `6GB` or `70%`. */
  readonly memory: string | number;
  /** Requests that may wait per model beyond the places of its runner. */
  readonly queueLimit: number;
  /** By model reference, in any of its accepted forms. */
  readonly modelSettings: Readonly<Record<string, ModelWishes>>;
}

export interface RunnerWishes {
  readonly contextSize?: number | undefined;
  readonly parallel?: number | undefined;
  readonly threads?: number | undefined;
  readonly batchThreads?: number | undefined;
}

export interface ModelWishes extends RunnerWishes {
  readonly keepAlive?: string | undefined;
  readonly pin?: boolean | undefined;
  readonly runtimeFlags?: readonly string[] | undefined;
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
      a.queueLimit === b.queueLimit)
  );
}
