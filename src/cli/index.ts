export { createFactsFinder } from './facts/find-facts.ts';
export { runCli } from './run-cli.ts';
export { gatewayProgram } from './commands/mcp/gateway-program.ts';
export type { GatewayRunOptions } from './commands/mcp/gateway-options.ts';
export type { CliInput, CliOptions, CliOutput, ServeOptions } from './types.ts';
