import type { Argument, Command, Option } from 'commander';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What may stand where the cursor is. */
export interface Wanted {
  readonly candidates: readonly Candidate[];
  /** Names of models that are here, too. */
  readonly models: boolean;
  /** Names of files, which the shell knows best. */
  readonly files: boolean;
}

const nothing: Wanted = { candidates: [], models: false, files: false };

/** Reads the words of a command line up to the cursor; the last one is the one being typed, and may be empty. */
export function wantedAt(root: Command, words: readonly string[]): Wanted {
  const { command, place, valueOf, optionsEnded } = walk(root, words.slice(0, -1));
  const current = words.at(-1) ?? '';
  if (valueOf) return valuesOf(valueOf);
  if (!optionsEnded && current.startsWith('-')) return optionsAt(command, current);
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[place] ?? (last?.variadic === true ? last : undefined);
  const commands = place === 0 ? command.createHelp().visibleCommands(command) : [];
  const values = argument ? valuesOf(argument) : nothing;
  return { ...values, candidates: [...commands.map(toCandidate), ...values.candidates] };
}

interface Position {
  readonly command: Command;
  /** How many arguments of the command are given. */
  readonly place: number;
  /** The option whose value comes next. */
  readonly valueOf: Option | undefined;
  readonly optionsEnded: boolean;
}

function walk(root: Command, words: readonly string[]): Position {
  let command = root;
  let place = 0;
  let valueOf: Option | undefined;
  let optionsEnded = false;
  for (const word of words) {
    const isOption = !optionsEnded && /^-./.test(word);
    if (valueOf && !(valueOf.variadic && isOption)) {
      if (!valueOf.variadic) valueOf = undefined;
    } else if (isOption) {
      valueOf = undefined;
      optionsEnded = word === '--';
      const option = findOption(command, word);
      if (option?.required === true) valueOf = option;
    } else {
      const next = place === 0 ? findCommand(command, word) : undefined;
      if (next) command = next;
      else place += 1;
    }
  }
  return { command, place, valueOf, optionsEnded };
}

function findCommand({ commands }: Command, word: string): Command | undefined {
  return commands.find((one) => one.name() === word || one.aliases().includes(word));
}

function findOption({ options }: Command, word: string): Option | undefined {
  return options.find(({ short, long }) => word === short || word === long);
}

function optionsAt(command: Command, current: string): Wanted {
  const [, name, given] = /^(--[^=]+)(=)/.exec(current) ?? [];
  if (name === undefined || given === undefined) {
    const options = command.createHelp().visibleOptions(command);
    return {
      ...nothing,
      candidates: options.map(({ long, short, description }) => ({ value: long ?? short ?? '', description })),
    };
  }
  const option = findOption(command, name);
  const values = option ? valuesOf(option).candidates : [];
  return { ...nothing, candidates: values.map((one) => ({ ...one, value: `${name}=${one.value}` })) };
}

function toCandidate(command: Command): Candidate {
  return { value: command.name(), description: command.description() };
}

/** The help names what stands there: MODEL, FILE. */
function valuesOf(slot: Argument | Option): Wanted {
  if (slot.argChoices) return { ...nothing, candidates: slot.argChoices.map((value) => ({ value, description: '' })) };
  const name = 'flags' in slot ? /[<[]([A-Z]+)/.exec(slot.flags)?.[1] : slot.name();
  if (name === 'MODEL' || name === 'SOURCE') return { ...nothing, models: true };
  return name === 'FILE' || name === 'PATH' || name === 'FOLDER' ? { ...nothing, files: true } : nothing;
}
