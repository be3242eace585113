import type { MessageKey } from '../../messages/translate.ts';

export interface SlashCommand {
  readonly name: string;
  /** What may follow, as help shows it. */
  readonly takes: string;
  readonly summary: MessageKey;
}

export const slashCommands: readonly SlashCommand[] = [
  { name: 'help', takes: '', summary: 'tui.slash.help' },
  {
    name: 'attach',
    takes: '[PATH | container:NAME | image:NAME | volume:NAME | model:NAME]',
    summary: 'tui.slash.attach',
  },
  { name: 'model', takes: '[NAME]', summary: 'tui.slash.model' },
  { name: 'mode', takes: '[ask | plan | auto]', summary: 'tui.slash.mode' },
  { name: 'undo', takes: '', summary: 'tui.slash.undo' },
  { name: 'sessions', takes: '[WORDS]', summary: 'tui.slash.sessions' },
  { name: 'new', takes: '', summary: 'tui.slash.new' },
  { name: 'export', takes: '[FILE.md | FILE.json]', summary: 'tui.slash.export' },
  { name: 'compact', takes: '', summary: 'tui.slash.compact' },
  { name: 'permissions', takes: '[allow | ask | deny | remove RULE]', summary: 'tui.slash.permissions' },
  { name: 'tools', takes: '', summary: 'tui.slash.tools' },
  { name: 'feedback', takes: '[up | down [WORDS]]', summary: 'tui.slash.feedback' },
  { name: 'title', takes: 'TEXT', summary: 'tui.slash.title' },
  { name: 'copy', takes: '', summary: 'tui.slash.copy' },
  { name: 'clear', takes: '', summary: 'tui.slash.clear' },
  { name: 'exit', takes: '', summary: 'tui.slash.exit' },
];

/** A command and what follows it; undefined for a question, such as one that begins with a path. */
export function parseSlash(text: string): { readonly name: string; readonly rest: string } | undefined {
  const match = /^\/([a-z]+)(?:\s+([^]*))?$/.exec(text.trim());
  return match ? { name: match[1] ?? '', rest: (match[2] ?? '').trim() } : undefined;
}

export function isSlashCommand(name: string): boolean {
  return slashCommands.some((command) => command.name === name);
}

export function commandsThatBegin(prefix: string): string[] {
  return slashCommands.map(({ name }) => name).filter((name) => name.startsWith(prefix));
}
