import { Command, Help, type Argument, type Option } from 'commander';
import { version } from '#core';
import { addMcpCommands } from '../commands/mcp/group.ts';
import type { CliContext } from '../context.ts';
import { displayWidth } from '../output/width.ts';
import type { CliOptions } from '../types.ts';
import { groupCommands, inOrder } from './command-groups.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addAccessCommands } from './access-commands.ts';
import { addAiCommands } from './ai-commands.ts';
import { addComposeCommands } from './compose-commands.ts';
import { addContextCommands } from './context-commands.ts';
import { addConfigureCommands } from './configure-commands.ts';
import { addDashboardCommand } from './dashboard-command.ts';
import { addDaemonCommands } from './daemon-commands.ts';
import { addHelpCommand } from './help-command.ts';
import { addInstallCommands } from './install-commands.ts';
import { addLaunchCommands } from './launch-commands.ts';
import { addModelCommands } from './model-commands.ts';
import { addPublishCommands } from './publish-commands.ts';
import { addRelayCommands } from './relay-commands.ts';
import { addRunCommand } from './run-command.ts';
import { addRuntimeCommands } from './runtime-commands.ts';
import { addDesktopCommands, addSettingsCommands, addStorageCommands } from './settings-commands.ts';
import { addSigningCommands } from './signing-commands.ts';
import { addToolCommands } from './tool-commands.ts';
import { fullName, type Program } from './define.ts';

export interface CreatedProgram {
  readonly program: Command;
  /** Exit code of the command that ran. */
  readonly result: () => number;
}

export function createProgram(context: CliContext, options: CliOptions): CreatedProgram {
  const { t } = context;
  let result = 0;
  const program = new Command(context.calledAs.name);
  program
    .description(t(context.calledAs.style === 'gantry' ? 'help.about' : 'help.aboutModels'))
    .version(`gantry ${version}`, '-v, --version', t('help.versionOption'))
    .helpOption('-h, --help', t('help.helpOption'))
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text),
      // Errors are written by the caller, in the user's language; only help comes this way.
      writeErr: (text) => {
        if (!text.startsWith('error:')) context.stderr.write(text);
      },
      outputError: () => {},
      getOutHelpWidth: () => context.stdout.columns ?? 100,
      getErrHelpWidth: () => context.stderr.columns ?? 100,
    })
    .configureHelp({
      displayWidth,
      visibleCommands: (command) => visibleCommands(command, context),
      // Headings in the order of what they head.
      groupItems: (_all, visible, headingOf) => new Help().groupItems(visible, visible, headingOf),
      optionDescription: (option) => withChoices(option, t),
      argumentDescription: (argument) => withChoices(argument, t),
      styleTitle: (title) => translateTitle(title, t),
      subcommandTerm: (command) => translateWords(new Help().subcommandTerm(command), t),
      styleUsage: (usage) => translateWords(usage, t),
    })
    .addHelpText('after', `\n${t('help.more', { name: context.calledAs.name })}`);
  const target: Program = {
    context,
    command: program,
    finish(code) {
      result = code;
    },
  };
  addRunCommand(target);
  addAiCommands(target);
  addModelCommands(target);
  addPublishCommands(target);
  addSigningCommands(target);
  addConfigureCommands(target);
  addToolCommands(target);
  addLaunchCommands(target);
  addRuntimeCommands(target);
  addRelayCommands(target);
  addDaemonCommands(target, options);
  addDashboardCommand(target);
  addContextCommands(target);
  addComposeCommands(target);
  addInstallCommands(target, options);
  addCompletionCommand(target);
  addSettingsCommands(target);
  addStorageCommands(target);
  addAccessCommands(target);
  addDesktopCommands(target);
  addMcpCommands(target);
  addHelpCommand(target);
  groupCommands(program, t);
  return { program, result: () => result };
}

/** The full name of the command that the arguments name, as far as they name one. */
export function namedCommand(program: Command, argv: readonly string[]): string {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (!next) break;
    command = next;
  }
  return fullName(command);
}

/** `docker model` shows what `docker model` has; our own verbs are for `gantry`. */
function visibleCommands(command: Command, { calledAs }: CliContext): Command[] {
  const all = command.parent ? new Help().visibleCommands(command) : inOrder(new Help().visibleCommands(command));
  return calledAs.style === 'gantry' ? all : all.filter((one) => command.parent || !ownVerbs.has(one.name()));
}

const ownVerbs: ReadonlySet<string> = new Set([
  'serve',
  'stop',
  'install',
  'uninstall',
  'completion',
  'dashboard',
  'desktop',
  'settings',
  'relay',
  'ai',
  'doctor',
  'sign',
  'verify',
  'mcp',
]);

function translateWords(text: string, t: CliContext['t']): string {
  return text.replace('[options]', t('help.optionsWord')).replace('[command]', t('help.commandWord'));
}

function withChoices({ description, argChoices }: Option | Argument, t: CliContext['t']): string {
  return argChoices ? t('help.withChoices', { text: description, values: argChoices.join(', ') }) : description;
}

function translateTitle(title: string, t: CliContext['t']): string {
  if (title === 'Usage:') return t('help.usage');
  if (title === 'Arguments:') return t('help.arguments');
  if (title === 'Options:') return t('help.options');
  return title === 'Commands:' ? t('help.commands') : title;
}
