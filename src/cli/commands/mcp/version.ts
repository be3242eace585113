import { version } from '#core';
import type { CliContext } from '../../context.ts';
import { printResult, type FormatOptions } from './format.ts';

/** The version and nothing else, as `docker mcp version` prints it. */
export async function mcpVersion(context: CliContext, options: FormatOptions): Promise<number> {
  return await printResult(context, options, { value: { version }, human: () => `${version}\n` });
}
