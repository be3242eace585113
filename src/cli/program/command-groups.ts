import type { Command } from 'commander';
import type { Translate } from '../messages/translate.ts';

const groups = {
  models: 'run pull list inspect show rm tag df search configure',
  running: 'ps unload requests bench gateway launch skills',
  publishing: 'package repackage push load export purge sign verify',
  assistant: 'ai doctor',
  mcp: 'mcp',
  daemon: 'status dashboard logs version serve stop runtime relay context',
  runner: 'install-runner start-runner restart-runner reinstall-runner stop-runner uninstall-runner',
  setup: 'settings storage key tls install uninstall completion desktop compose help',
} as const;

type Group = keyof typeof groups;

/** Sorts the verbs of the first level under headings; the help of fifty in a row is read by nobody. */
export function groupCommands(program: Command, t: Translate): void {
  for (const [group, names] of Object.entries(groups) as [Group, string][])
    for (const name of names.split(' '))
      program.commands.find((one) => one.name() === name)?.helpGroup(t(`help.group.${group}`));
}

/** The verbs in the order of the headings, and within them in the order of the table. */
export function inOrder(commands: readonly Command[]): Command[] {
  const order = Object.values(groups).join(' ').split(' ');
  return commands.toSorted((one, other) => order.indexOf(one.name()) - order.indexOf(other.name()));
}
