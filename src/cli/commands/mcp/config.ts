import type { Json, JsonObject, Profile } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { usageError } from '../../usage-error.ts';
import { formatOf, printResult, type FormatOptions } from './format.ts';
import { profilesHere } from './state-here.ts';
import { isObject } from './tool-arguments.ts';

export interface ConfigFlags extends FormatOptions {
  readonly profile?: string;
}

/** For people too it is YAML, which `write` takes back. */
export async function readConfig(context: CliContext, flags: ConfigFlags): Promise<number> {
  const { configOfAll, defaultProfile, emptyProfile } = await import('#mcp');
  const profiles = await profilesHere(context);
  const id = flags.profile ?? defaultProfile;
  const profile = id === defaultProfile ? ((await profiles.find(id)) ?? emptyProfile(id)) : await profiles.get(id);
  const value = configOfAll(profile);
  const format = formatOf(flags, context) === 'json' ? 'json' : 'yaml';
  return await printResult(context, { format }, { value, human: () => '' });
}

/** Takes the place of all that was configured; an empty text configures nothing. What is still wrong is said. */
export async function writeConfig(context: CliContext, text: string, flags: ConfigFlags): Promise<number> {
  const { t, stdin } = context;
  const { replaceConfig, configProblems, defaultProfile } = await import('#mcp');
  let yaml = text;
  if (text === '-') {
    yaml = '';
    for await (const chunk of stdin) yaml += chunk.toString();
  }
  const all = await parseConfig(yaml, context);
  const id = flags.profile ?? defaultProfile;
  const profiles = await profilesHere(context);
  const change = (profile: Profile): Profile => replaceConfig(profile, all);
  const after = await profiles.update(id, change, { create: id === defaultProfile });
  const problems = after.servers.flatMap((server) => configProblems(server));
  for (const problem of problems) context.notice(t('warning.label', { message: printableLine(problem) }));
  return await printResult(context, flags, {
    value: { profile: id, config: all, problems },
    human: () => `${t('mcp.config.written', { profile: id })}\n`,
  });
}

async function parseConfig(text: string, { t }: CliContext): Promise<Readonly<Record<string, JsonObject>>> {
  const { parseDocument } = await import('../../output/yaml.ts');
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  const refuse = (reason: string): never => {
    throw usageError(t('mcp.config.badYaml', { reason }));
  };
  if (error) return refuse(error.message);
  // Through JSON: dates and the like have no place in a configuration.
  const value = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? {})) as Json;
  if (!isObject(value)) return refuse(t('mcp.config.noMap'));
  const wrong = Object.keys(value).find((name) => !isObject(value[name]));
  return wrong === undefined
    ? (value as Readonly<Record<string, JsonObject>>)
    : refuse(t('mcp.config.noMapOf', { name: wrong }));
}
