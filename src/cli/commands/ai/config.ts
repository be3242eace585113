import { version } from '#core';
import { changeSettings, fetchSettings } from '../../client/settings.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { usageError } from '../../usage-error.ts';

/** The one feature that clients of `docker ai config` know (contract assistant §1.4). */
const features = { 'MCP Catalog': 'assistant.mcp' } as const;
type Feature = keyof typeof features;

/** JSON, as `docker mcp client connect gordon` reads it. */
export async function getConfig(context: CliContext): Promise<number> {
  const entries = await fetchSettings(await context.daemon());
  context.printJson({
    features: Object.entries(features).map(([name, key]) => ({
      name,
      enabled: entries.find((entry) => entry.key === key)?.value === true,
    })),
  });
  return exitCodes.ok;
}

export async function setFeature(
  context: CliContext,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<number> {
  const { t } = context;
  const known = (Object.keys(features) as Feature[]).find((one) => one.toLowerCase() === name.toLowerCase());
  if (known === undefined) throw usageError(t('ai.config.unknown', { names: Object.keys(features).join(', ') }));
  if (value !== 'true' && value !== 'false') throw usageError(t('ai.config.value'));
  await changeSettings(await context.daemon(), [{ path: features[known], value: value === 'true' }]);
  return await getConfig(context);
}

export async function aiVersion(context: CliContext, { json = false }: { readonly json?: boolean }): Promise<number> {
  if (json) context.printJson({ version });
  else context.print(`${context.t('ai.version', { version })}\n`);
  return exitCodes.ok;
}

/** Feedback stays on this machine, with the transcript; who wants to tell us does it themselves. */
export async function feedback(context: CliContext): Promise<number> {
  const { t, calledAs } = context;
  context.print(`${t('ai.feedback', { command: `${calledAs.name} ai sessions export -1` })}\n`);
  return exitCodes.ok;
}
