import type { InputCollector } from './inputs.ts';
import type { ServerArgument } from './server-json.ts';

/** What options of `docker run` mean for an entry of a catalogue. */
export interface RuntimeParts {
  readonly volumes: readonly string[];
  readonly user: string | undefined;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly extraHosts: readonly string[];
  readonly disableNetwork: boolean;
  /** Options that have no place in an entry. */
  readonly unsupported: readonly string[];
}

/** How the container is run anyway, whatever these say. */
const implied = new Set(['-i', '-t', '-it', '--interactive', '--tty', '--rm', '--init', '--name', '--pull', 'run']);

export function runtimeParts(args: readonly ServerArgument[], inputs: InputCollector): RuntimeParts {
  const volumes: string[] = [];
  const env: { name: string; value: string }[] = [];
  const extraHosts: string[] = [];
  const unsupported: string[] = [];
  let user: string | undefined;
  let disableNetwork = false;
  for (const [option, value] of optionsOf(args, inputs)) {
    if (implied.has(option)) continue;
    if (option === '-v' || option === '--volume') volumes.push(value);
    else if (option === '--mount') {
      const bind = bindOfMount(value);
      if (bind === undefined) unsupported.push(`${option} ${value}`);
      else volumes.push(bind);
    } else if (option === '-u' || option === '--user') user = value;
    else if (option === '-e' || option === '--env') env.push(variableOf(value));
    else if (option === '--add-host') extraHosts.push(value);
    else if ((option === '--network' || option === '--net') && value === 'none') disableNetwork = true;
    else unsupported.push(`${option} ${value}`.trim());
  }
  return { volumes, user, env, extraHosts, disableNetwork, unsupported };
}

function optionsOf(args: readonly ServerArgument[], inputs: InputCollector): readonly [string, string][] {
  const options: [string, string][] = [];
  let pending: string | undefined;
  for (const [index, argument] of args.entries()) {
    const value = inputs.optional(
      argument,
      argument.valueHint ?? argument.name?.replace(/^-+/, '') ?? `option_${index}`,
    );
    const word = argument.name ?? value ?? '';
    if (argument.name === undefined && pending !== undefined) {
      options.push([pending, word]);
      pending = undefined;
      continue;
    }
    if (pending !== undefined) options.push([pending, '']);
    pending = undefined;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    if (equals > 0) options.push([word.slice(0, equals), word.slice(equals + 1)]);
    else if (argument.name !== undefined && value !== undefined) options.push([word, value]);
    else if (word.startsWith('-') && !implied.has(word)) pending = word;
    else options.push([word, '']);
  }
  if (pending !== undefined) options.push([pending, '']);
  return options;
}

function bindOfMount(text: string): string | undefined {
  const fields = new Map(
    text.split(',').map((field): [string, string] => {
      const equals = field.indexOf('=');
      return equals < 0 ? [field.trim(), 'true'] : [field.slice(0, equals).trim(), field.slice(equals + 1).trim()];
    }),
  );
  const get = (...names: string[]): string | undefined =>
    names.map((name) => fields.get(name)).find((value) => value !== undefined);
  const source = get('src', 'source');
  const target = get('dst', 'destination', 'target');
  if (!['bind', 'volume'].includes(get('type') ?? 'volume') || source === undefined || target === undefined) {
    return undefined;
  }
  return `${source}:${target}${get('readonly', 'ro') === 'true' ? ':ro' : ''}`;
}

function variableOf(text: string): { name: string; value: string } {
  const equals = text.indexOf('=');
  return equals < 0
    ? { name: text, value: `\${${text}}` }
    : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}
