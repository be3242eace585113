export { runCli } from './run-cli.ts';
export type { CliInput, CliOptions, CliOutput, ServeOptions } from './types.ts';
