import { resolve } from 'node:path';
import type { SecretPlace } from '#mcp';
import type { CliContext } from '../../context.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';
import { askHidden } from './ask-hidden.ts';
import { printResult, type FormatOptions } from './format.ts';
import { secretStore } from './secret-store.ts';

export interface SetFlags extends FormatOptions {
  readonly provider?: string;
  readonly env?: string;
  readonly command?: string;
  readonly path?: string;
  readonly passphrase?: boolean;
}

export interface RemoveFlags extends FormatOptions {
  readonly all?: boolean;
}

export interface GetFlags extends FormatOptions {
  readonly reveal?: boolean;
}

export async function listSecrets(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t, calledAs } = context;
  const entries = await (await secretStore(context)).list();
  return await printResult(context, flags, {
    value: entries.map(({ name, provider }) => ({ name, provider })),
    human: () => {
      if (calledAs.style === 'docker') {
        const width = Math.max(0, ...entries.map(({ name }) => name.length)) + 'docker/mcp/'.length;
        return entries.map(({ name, provider }) => `${`docker/mcp/${name}`.padEnd(width)} | ${provider}\n`).join('');
      }
      if (entries.length === 0) return `${t('mcp.secret.none')}\n`;
      return tableText(
        [t('column.name'), t('mcp.secret.column.place')],
        entries.map(({ name, provider }) => [name, provider]),
      );
    },
  });
}

/** `NAME=VALUE`, or a value that is typed unseen or comes through a pipe; or where to find it. */
export async function setSecret(context: CliContext, text: string, flags: SetFlags): Promise<number> {
  const { t } = context;
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const place = placeOf(flags, context);
  const { secretName } = await import('#mcp');
  secretName(name);
  const secrets = await secretStore(context, { protect: flags.passphrase ?? false });
  if (place) {
    if (at >= 0 || flags.provider !== undefined) throw usageError(t('mcp.secret.valueAndPlace'));
    await secrets.refer(name, place);
    return await done(context, flags, { name, provider: Object.keys(place)[0] ?? '' });
  }
  const wanted = storeNamed(flags.provider, context);
  if (at >= 0) context.notice(t('mcp.secret.seen'));
  const value = at < 0 ? await readValue(context, name) : text.slice(at + 1);
  const { in: provider, instead } = await secrets.set(name, value, { in: wanted, signal: context.signal });
  if (instead !== undefined) context.notice(t('mcp.secret.inFile', { reason: instead }));
  return await done(context, flags, { name, provider });
}

/** Says nothing where `docker mcp` says nothing. */
async function done(
  context: CliContext,
  flags: FormatOptions,
  value: { name: string; provider: string },
): Promise<number> {
  const text = context.calledAs.style === 'docker' ? '' : `${context.t('mcp.secret.set', { name: value.name })}\n`;
  return await printResult(context, flags, { value, human: () => text });
}

export async function removeSecrets(
  context: CliContext,
  names: readonly string[],
  flags: RemoveFlags,
): Promise<number> {
  const { t, calledAs } = context;
  if (names.length > 0 === (flags.all === true)) throw usageError(t('mcp.secret.nameOrAll'));
  const secrets = await secretStore(context);
  const wanted = flags.all === true ? (await secrets.list()).map(({ name }) => name) : names;
  for (const name of wanted) await secrets.remove(name, { signal: context.signal });
  return await printResult(context, flags, {
    value: { removed: wanted },
    human: () =>
      calledAs.style === 'docker' ? '' : wanted.map((name) => `${t('mcp.secret.removed', { name })}\n`).join(''),
  });
}

export async function getSecret(context: CliContext, name: string, flags: GetFlags): Promise<number> {
  if (flags.reveal !== true)
    throw usageError(context.t('mcp.secret.reveal'), { hint: context.t('mcp.secret.revealHint') });
  const value = await (await secretStore(context)).read(name, { signal: context.signal });
  return await printResult(context, flags, { value: { name, value }, human: () => `${value}\n` });
}

function placeOf(flags: SetFlags, { t }: CliContext): Exclude<SecretPlace, { in: unknown }> | undefined {
  const { env, command, path } = flags;
  if ([env, command, path].filter((one) => one !== undefined).length > 1) throw usageError(t('mcp.secret.onePlace'));
  if (env !== undefined) {
    if (!/^[A-Za-z_]\w*$/.test(env)) throw usageError(t('mcp.secret.badVariable', { name: env }));
    return { env };
  }
  if (path !== undefined) return { path: resolve(path) };
  return command === undefined ? undefined : { command: wordsOf(command, t) };
}

/** No shell reads it, so that nothing in it is expanded: quotes keep words together, and that is all. */
function wordsOf(line: string, t: CliContext['t']): readonly string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
  if (words.length === 0) throw usageError(t('mcp.secret.noCommand'));
  return words;
}

function storeNamed(provider: string | undefined, { t }: CliContext): 'keychain' | 'file' | undefined {
  // Older scripts name the only place that there was.
  if (provider === undefined || provider === 'docker-desktop' || provider === 'credstore') return undefined;
  if (provider === 'keychain' || provider === 'file') return provider;
  throw usageError(t('usage.invalidValue', { name: '--provider', value: provider, expected: 'keychain, file' }));
}

async function readValue(context: CliContext, name: string): Promise<string> {
  const { stdin, t } = context;
  if (stdin.isTTY === true) return await askHidden(context, t('mcp.secret.ask', { name }));
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  // `echo` ends its line; a key of several lines needs the end of its last one.
  return /^[^\n]*\n$/.test(text) ? text.replace(/\r?\n$/, '') : text;
}
