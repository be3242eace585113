import { exitCodes } from './exit-codes.ts';
import type { CliOptions } from './types.ts';

export async function runProgram(options: CliOptions): Promise<number> {
  const [command] = options.argv;
  if (command === 'serve') {
    return await options.serve({ host: undefined, port: undefined, background: options.argv.includes('--background') });
  }
  return exitCodes.usage;
}
