import { AppError } from '#core';
import type { RuntimeFeature } from '../types.ts';
import { programAt } from './find-programs.ts';
import { explainStartFailure } from './explain-start-failure.ts';
import type { ProgramResult, RunProgram } from './run-program.ts';

/** What a llama-server program says about itself. */
export interface LlamaServerFacts {
  readonly version: string;
  readonly devices: readonly string[];
  readonly features: readonly RuntimeFeature[];
}

export interface LlamaServerProbe {
  /** Asks once per program file; a replaced file is asked again. @throws AppError `runtime.not_found` when it cannot run */
  facts(path: string): Promise<LlamaServerFacts>;
}

export interface ProbeOptions {
  readonly run: RunProgram;
  readonly programEnv: Readonly<Record<string, string>>;
  readonly osRelease: string;
}

export function createLlamaServerProbe({ run, programEnv, osRelease }: ProbeOptions): LlamaServerProbe {
  const cache = new Map<string, { fingerprint: string; facts: Promise<LlamaServerFacts> }>();

  async function ask(path: string): Promise<LlamaServerFacts> {
    // GPU drivers can take seconds to answer the first time.
    const options = { env: programEnv, timeoutMs: 20_000 };
    const [version, devices, help] = await Promise.all([
      run(path, ['--version'], options),
      run(path, ['--list-devices'], options),
      run(path, ['--help'], options),
    ]);
    const named = parseVersion(version);
    if (named === undefined) throw unusable(path, version);
    return {
      version: named,
      devices: devices.code === 0 ? parseDevices(devices.stdout) : [],
      features: parseFeatures(help.stdout || help.stderr),
    };
  }

  function unusable(path: string, result: ProgramResult): AppError {
    const why = explainStartFailure(result, osRelease);
    return new AppError('runtime.not_found', `${path} is not a usable llama-server: ${why.words}.`, {
      hint: why.hint ?? 'Name another one with: gantry runtime use /path/to/llama-server',
      params: { path, reason: why.reason, words: why.words },
    });
  }

  return {
    async facts(path) {
      const program = await programAt(path);
      if (!program) {
        throw new AppError('runtime.not_found', `${path} is not an executable file.`, {
          hint: 'Give the absolute path of a llama-server program.',
          params: { path, reason: 'not_executable' },
        });
      }
      const known = cache.get(path);
      if (known?.fingerprint === program.fingerprint) return known.facts;
      const facts = ask(path);
      cache.set(path, { fingerprint: program.fingerprint, facts });
      // A failure may pass (a driver that comes up later), so it is not remembered.
      facts.catch(() => cache.delete(path));
      return facts;
    },
  };
}

/** Text after `version:`; some builds print it on stdout, others on stderr. */
export function parseVersion({
  code,
  stdout,
  stderr,
}: Pick<ProgramResult, 'code' | 'stdout' | 'stderr'>): string | undefined {
  if (code !== 0) return undefined;
  return /^version: (.{1,100})$/m.exec(`${stdout}\n${stderr}`)?.[1]?.trim();
}

/** Lines such as `  CUDA0: NVIDIA L4 (22491 MiB, 22294 MiB free)` below `Available devices:`. */
export function parseDevices(stdout: string): readonly string[] {
  const [, list = ''] = stdout.split(/^Available devices:$/m);
  return [...list.matchAll(/^\s+([\w.-]+: .{1,200})$/gm)].flatMap(([, device]) => (device ? [device.trim()] : []));
}

export function parseFeatures(help: string): readonly RuntimeFeature[] {
  const features: RuntimeFeature[] = [];
  if (/--kv-unified-per-slot\b/.test(help)) features.push('context-limit');
  if (/--fit\b/.test(help)) features.push('fit');
  if (/--n-gpu-layers N\s[^-]*'auto'/.test(help)) features.push('auto-gpu-layers');
  if (/--cache-ram\b/.test(help)) features.push('prompt-cache');
  if (/--spec-type\b.*\bdraft-simple\b/.test(help)) features.push('draft-type');
  return features;
}
