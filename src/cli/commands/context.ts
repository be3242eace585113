import { resolve } from 'node:path';
import { changeContexts, readContexts, type NamedContext } from '../client/contexts.ts';
import type { CliContext } from '../context.ts';
import { tableText } from '../output/table.ts';
import { usageError } from '../usage-error.ts';

export interface ContextCreateOptions {
  readonly host: string;
  readonly tls?: boolean;
  readonly tlsSkipVerify?: boolean;
  readonly tlsCaCert?: string;
  readonly description?: string;
}

interface JsonOption {
  readonly json?: boolean;
}

/** The runner of this machine; a word of its own, and never in the file. */
const auto = 'default';
const overrides = ['GANTRY_HOST', 'MODEL_RUNNER_HOST'];

export async function createNamedContext(
  context: CliContext,
  name: string,
  options: ContextCreateOptions,
): Promise<number> {
  const { t, clock } = context;
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name) || name === auto) {
    throw usageError(t('context.badName', { name }), { hint: t('context.badNameHint') });
  }
  const made: NamedContext = {
    host: options.host,
    tls: {
      enabled: options.tls ?? false,
      ...(options.tlsSkipVerify ? { skipVerify: true } : {}),
      // Commands run in other folders than this one.
      ...(options.tlsCaCert === undefined ? {} : { caCert: resolve(options.tlsCaCert) }),
    },
    ...(options.description === undefined ? {} : { description: options.description }),
    createdAt: new Date(clock.now()).toISOString(),
  };
  await changeContexts(context, ({ current, named }) => {
    if (Object.hasOwn(named, name)) {
      throw usageError(t('context.exists', { name }), { hint: t('context.existsHint', { name }) });
    }
    return { current, named: { ...named, [name]: made } };
  });
  context.print(`${t('context.created', { name })}\n`);
  return 0;
}

export async function useContext(context: CliContext, name: string): Promise<number> {
  await changeContexts(context, ({ named }) => {
    if (name !== auto) known(context, name, named);
    return { current: name === auto ? undefined : name, named };
  });
  context.print(`${context.t('context.inUse', { name })}\n`);
  warnWhenOverridden(context);
  return 0;
}

export async function listContexts(context: CliContext, { json = false }: JsonOption): Promise<number> {
  const { t } = context;
  const { current, named } = readContexts(context.paths);
  const entries = Object.entries(named).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  if (json) {
    context.printJson([
      { name: auto, current: current === undefined },
      ...entries.map(([name, one]) => ({ ...told(name, one), current: name === current })),
    ]);
    return 0;
  }
  const mark = (name: string | undefined): string => (current === name ? '*' : '');
  const header = [t('column.name'), t('column.host'), t('column.description'), t('column.current')];
  const rows = entries.map(([name, one]) => [name, one.host, one.description ?? '', mark(name)]);
  context.print(tableText(header, [[auto, t('context.auto'), t('context.autoText'), mark(undefined)], ...rows]));
  warnWhenOverridden(context);
  return 0;
}

export async function removeContexts(context: CliContext, names: readonly string[]): Promise<number> {
  const { t } = context;
  await changeContexts(context, ({ current, named }) => {
    for (const name of names) {
      if (name === auto) throw usageError(t('context.default'));
      known(context, name, named);
      if (name === current) throw usageError(t('context.active', { name }), { hint: t('context.activeHint') });
    }
    return { current, named: Object.fromEntries(Object.entries(named).filter(([name]) => !names.includes(name))) };
  });
  for (const name of names) context.print(`${t('context.removed', { name })}\n`);
  return 0;
}

export async function inspectContexts(context: CliContext, names: readonly string[]): Promise<number> {
  const { named } = readContexts(context.paths);
  context.printJson(names.map((name) => told(name, known(context, name, named))));
  return 0;
}

function known({ t }: CliContext, name: string, named: Readonly<Record<string, NamedContext>>): NamedContext {
  const one = Object.hasOwn(named, name) ? named[name] : undefined;
  if (!one) throw usageError(t('context.unknown', { name }));
  return one;
}

function told(name: string, { host, tls, description, createdAt }: NamedContext): object {
  return { name, host, tls, ...(description === undefined ? {} : { description }), createdAt };
}

function warnWhenOverridden({ env, t, notice }: CliContext): void {
  const variable = overrides.find((name) => env[name]);
  if (variable !== undefined) notice(t('context.overridden', { variable }));
}
