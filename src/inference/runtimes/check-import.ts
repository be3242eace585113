import { z } from 'zod';
import { AppError } from '#core';
import { explainStartFailure } from './explain-start-failure.ts';
import type { RunProgram } from './run-program.ts';

const answer = z.object({ version: z.string(), devices: z.array(z.string()) });

const question = `
import json, sys
sys.path.insert(0, sys.argv[1])
import xllamacpp
cpu = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
gpus = [d for d in xllamacpp.get_device_info() if d["type"] != cpu and "ACCEL" not in d["type"].name]
print(json.dumps({
    "version": xllamacpp.__version__,
    "devices": ["%s: %s" % (d["name"], d["description"]) for d in gpus],
}))
`;

/**
 * Imports the unpacked package in a child and asks it for its version and GPUs.
 * @throws AppError `runtime.install_failed` with the loader's complaint in words
 */
export async function checkImport(options: {
  readonly folder: string;
  readonly interpreter: string;
  readonly run: RunProgram;
  readonly programEnv: Readonly<Record<string, string>>;
  readonly osRelease: string;
  readonly signal: AbortSignal;
}): Promise<z.infer<typeof answer>> {
  const { folder, interpreter, run, programEnv, osRelease, signal } = options;
  const result = await run(interpreter, ['-I', '-S', '-c', question, folder], {
    env: programEnv,
    timeoutMs: 60_000,
    signal,
  });
  signal.throwIfAborted();
  try {
    if (result.code === 0) return answer.parse(JSON.parse(result.stdout.trim().split('\n').at(-1) ?? ''));
  } catch {
    // Told below with what the program printed.
  }
  const why = explainStartFailure(result, osRelease);
  throw new AppError(
    'runtime.install_failed',
    `xllamacpp was unpacked but does not run on this machine: ${why.words}.`,
    {
      hint:
        why.hint ??
        'Put a llama-server program on PATH instead, or name one with: gantry runtime use /path/to/llama-server',
      params: { reason: why.reason, words: why.words, interpreter },
    },
  );
}
