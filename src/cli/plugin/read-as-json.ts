const commands: ReadonlySet<string> = new Set(['ls', 'list', 'status']);

/** The commands whose two output streams Compose reads together as JSON (contract model-runner §1.4 B). */
export function isReadAsJson([command = '', ...words]: readonly string[]): boolean {
  return commands.has(command) && words.includes('--json');
}
