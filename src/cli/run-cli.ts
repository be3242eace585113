import { version } from '#core';
import type { CliOptions } from './types.ts';

/** The command line. Resolves with the exit code; writes every failure itself. */
export async function runCli(options: CliOptions): Promise<number> {
  const [first, ...rest] = options.argv;
  // Answered before anything else is loaded: scripts ask for it often.
  if (rest.length === 0 && (first === '--version' || first === '-v')) {
    options.stdout.write(`gantry ${version}\n`);
    return 0;
  }
  const { runProgram } = await import('./program.ts');
  if (first !== 'as-plugin') return await runProgram(options);
  const { pluginOptions } = await import('./plugin/run-plugin.ts');
  const plugin = pluginOptions(options);
  return typeof plugin === 'number' ? plugin : await runProgram(plugin);
}
