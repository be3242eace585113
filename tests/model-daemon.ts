import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installedXllamacpp, smolLmWeights, startTestDaemon, testCache } from '#testing';
import { gantry, temporaryDirectory } from './harness.ts';

export interface ModelDaemon {
  readonly url: string;
  readonly home: string;
  readonly pid: number;
  /** Tag of the real SmolLM2-135M weights in its store. */
  readonly model: string;
  /** Why there is no daemon with a model, when there is none. */
  readonly skip: string | undefined;
  /** What it wrote to the terminal. */
  output(): string;
  stop(): Promise<void>;
}

/** A daemon with real weights and an installed runtime, both from the test cache, so that journeys do not fetch them again. */
export async function startModelDaemon(
  env: Readonly<Record<string, string>> = {},
  {
    settings,
    program,
    prepare,
  }: {
    /** Text of its settings.yaml. */ readonly settings?: string;
    /** As `startTestDaemon` takes it. */ readonly program?: readonly string[];
    /** Called with its home before it starts. */ readonly prepare?: (home: string) => Promise<void>;
  } = {},
): Promise<ModelDaemon> {
  const [weights, runtime] = await Promise.all([smolLmWeights(), installedXllamacpp()]);
  const missing = 'skip' in weights ? weights.skip : 'skip' in runtime ? runtime.skip : undefined;
  const home = await temporaryDirectory('home');
  await mkdir(join(testCache(), 'runtimes'), { recursive: true });
  await symlink(join(testCache(), 'runtimes'), join(home.path, 'runtimes'));
  if (settings !== undefined) await writeFile(join(home.path, 'settings.yaml'), settings);
  await prepare?.(home.path);
  const daemon = await startTestDaemon({ home: home.path, env, program });
  const model = 'test/smollm2:135m';
  if (missing === undefined && 'path' in weights) {
    const imported = await gantry(daemon.home, ['pull', '--gguf', weights.path, model]);
    if (imported.code !== 0) throw new Error(`The weights could not be imported: ${imported.stderr}`);
  }
  return {
    url: daemon.url,
    home: daemon.home,
    pid: daemon.pid,
    model,
    skip: missing,
    output: () => daemon.output(),
    async stop() {
      await daemon.stop();
      await home[Symbol.asyncDispose]();
    },
  };
}
