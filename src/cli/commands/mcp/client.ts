import type { CliContext } from '../../context.ts';
import { commandText } from '../../launch/plan.ts';
import { printResult, type FormatOptions } from './format.ts';
import { gatewayProgram } from './gateway-program.ts';

export interface ManualOptions extends FormatOptions {
  readonly profile?: string;
}

/** The command to give to a client that is not in our list. */
export async function manualInstructions(context: CliContext, options: ManualOptions): Promise<number> {
  const { gatewayCommand } = await import('#mcp');
  const { command, args } = gatewayCommand(await gatewayProgram(context), { profile: options.profile });
  return await printResult(context, options, {
    value: [command, ...args],
    human: () => `${commandText({ program: command, args, env: {} })}\n`,
  });
}
