/** What starts our gateway on this machine. */
export type GatewayProgram =
  /** Docker runs it: our `docker-mcp` is among its plugins. */
  | { readonly kind: 'plugin' }
  /** Gantry itself, by absolute paths: programs that an editor starts have a shorter PATH than a shell. */
  | { readonly kind: 'gantry'; readonly words: readonly [string, ...string[]] };

/** A command and its arguments, as clients keep them. */
export interface StdioCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command that a client starts to speak to the gateway on standard input and output. */
export function gatewayCommand(program: GatewayProgram, { profile }: { profile?: string | undefined }): StdioCommand {
  const [command, ...words] = program.kind === 'plugin' ? (['docker'] as const) : program.words;
  const args = [...words, 'mcp', 'gateway', 'run', ...(profile === undefined ? [] : ['--profile', profile])];
  return { command, args };
}
