import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createTranslate } from '../../messages/translate.ts';
import { en } from '../../messages/en.ts';
import type { CliContext } from '../../context.ts';
import { addMcpCommands } from './group.ts';

/**
 * Every command of `docker mcp` and its flags (contract mcp-toolkit §1.1, §1.2, §3.1), those that are hidden or obsolete there included;
 * names after a bar are other names of the same.
 */
const ofDocker: Readonly<Record<string, string>> = {
  version: '',
  'profile create': '--name --id --server --connect --from-template',
  'profile list|ls': '--format',
  'profile show': '--format --clients',
  'profile remove|rm': '',
  'profile export': '',
  'profile import': '',
  'profile push': '',
  'profile pull': '',
  'profile config': '--set --get --del --get-all --format',
  'profile tools': '--enable --disable --enable-all --disable-all',
  'profile server ls|list': '-f --filter --format',
  'profile server add': '--server',
  'profile server remove|rm': '--name',
  'profile manual-instructions': '--format',
  'template list|ls': '',
  'template use': '--name --connect',
  'catalog|catalogs|catalog-next create':
    '--server --from-profile --from-legacy-catalog --from-community-registry --title --exclude --include-pypi --include-npm',
  'catalog show': '--format --pull --no-tools',
  'catalog list|ls': '--format',
  'catalog remove|rm': '',
  'catalog tag': '',
  'catalog push': '',
  'catalog pull': '',
  'catalog server ls|list': '-f --filter --format',
  'catalog server inspect': '--format',
  'catalog server add': '--server',
  'catalog server remove|rm': '--name',
  'catalog bootstrap': '',
  'catalog import': '--mcp-registry --dry-run',
  'catalog export': '',
  'catalog update': '',
  'catalog fork': '',
  'catalog init': '',
  'catalog add': '--force',
  'catalog reset|empty': '',
  'client ls': '-g --global --json',
  'client connect': '-g --global -q --quiet -p --profile',
  'client disconnect': '-g --global -q --quiet',
  'client manual-instructions': '--json',
  'feature enable': '',
  'feature disable': '',
  'feature ls|list': '',
  'gateway run': [
    '--servers --profile --enable-all-servers --catalog --additional-catalog --registry --additional-registry --config',
    '--additional-config --tools-config --additional-tools-config --secrets --tools --interceptor --oci-ref --mcp-registry',
    '--port --host --transport --allow-unauthenticated --log-calls --block-secrets --block-network --verify-signatures',
    '--dry-run --verbose --long-lived --debug-dns --watch --cpus --memory --static --log',
  ].join(' '),
  'oauth ls': '--json',
  'oauth authorize': '--scopes --open-browser',
  'oauth revoke': '',
  'registry convert': '--file',
  'secret ls': '--json',
  'secret set': '--provider',
  'secret rm': '--all',
  'server ls|list': '--json',
  'server enable|add': '',
  'server disable|remove|rm': '',
  'server inspect': '',
  'server reset': '',
  'server init': '--template --language',
  'config read': '',
  'config write': '',
  'config reset': '',
  'config dump': '',
  'config restore': '',
  'tools ls|list': '--format --gateway-arg --verbose --version',
  'tools count': '--format --gateway-arg --verbose --version',
  'tools inspect': '--format --gateway-arg --verbose --version',
  'tools call': '--gateway-arg --verbose --version',
  'tools enable': '--server',
  'tools disable': '--server',
};

/** What runs until it is stopped or whose output is not ours to form. */
const withoutJson = new Set(['gateway run']);

const context: CliContext = Object.assign(Object.create(null), {
  t: createTranslate(en),
  calledAs: { name: 'gantry', style: 'gantry' },
  env: {},
});
const root = new Command('gantry');
addMcpCommands({ context, command: root, finish: () => undefined });
const mcp = find(root, ['mcp']);

function find(from: Command, [word, ...rest]: readonly string[]): Command {
  if (word === undefined) return from;
  const next = from.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (!next) throw new Error(`${from.name()} has no command ${word}.`);
  return find(next, rest);
}

/** Its own options and those of the groups around it. */
function optionsOf(command: Command): readonly string[] {
  const own = command.options.flatMap(({ short, long }) => [short, long].filter((one) => one !== undefined));
  return command.parent ? [...own, ...optionsOf(command.parent)] : own;
}

function leavesOf(command: Command, words: readonly string[] = []): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[words.join(' '), command]];
  return command.commands.flatMap((one) => leavesOf(one, [...words, one.name()]));
}

/** `a|b c|d` stands for `a c`, `a d`, `b c` and `b d`. */
function spelled(name: string): readonly (readonly string[])[] {
  return name
    .split(' ')
    .reduce<readonly (readonly string[])[]>(
      (before, word) => before.flatMap((words) => word.split('|').map((one) => [...words, one])),
      [[]],
    );
}

describe('gantry mcp', () => {
  it.each(Object.entries(ofDocker))('has docker’s %s with %s', (name, flags) => {
    for (const words of spelled(name)) {
      const options = optionsOf(find(mcp, words));
      const wanted = flags.split(' ').filter(Boolean);
      expect(
        wanted.filter((flag) => !options.includes(flag)),
        words.join(' '),
      ).toEqual([]);
    }
  });

  it.each(leavesOf(mcp).filter(([name]) => !withoutJson.has(name)))(
    '%s prints JSON when asked to',
    (_name, command) => {
      expect(optionsOf(command)).toContain('--json');
    },
  );

  it('has a summary for each', () => {
    expect(leavesOf(mcp).flatMap(([name, command]) => (command.description() === '' ? [name] : []))).toEqual([]);
  });
});
