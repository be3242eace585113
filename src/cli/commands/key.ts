import { parseDurationMs } from '#core';
import type { ApiKeyBody } from '#contract';
import type { CliContext } from '../context.ts';
import { agoText, fromNowText } from '../output/duration.ts';
import { tableText } from '../output/table.ts';
import { usageError } from '../usage-error.ts';

const path = '/gantry/keys';

export interface CreateKeyOptions {
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly json?: boolean;
}

export async function createKey(context: CliContext, name: string, options: CreateKeyOptions): Promise<number> {
  const { t } = context;
  const scopes = (options.scope ?? []).flatMap((text) => text.split(',')).map((text) => text.trim());
  if (scopes.length === 0) throw usageError(t('key.scopeNeeded'));
  for (const scope of scopes) checkScope(scope, context);
  const expiresInMs = options.expires === undefined ? undefined : expiryMs(options.expires, context);
  const daemon = await context.daemon();
  const { secret, key } = await daemon.json(
    { method: 'POST', path, body: { name, scopes, expiresInMs } },
    (contract) => contract.createdKeyBody,
  );
  if (options.json) {
    context.printJson({ ...key, secret });
    return 0;
  }
  // Only the key goes to standard output, so that scripts can keep it.
  context.notice(t('key.created', { name: key.name, scopes: key.scopes.join(', ') }));
  context.print(`${secret}\n`);
  if (key.expiresAt !== null) context.notice(t('key.expires', { when: key.expiresAt }));
  context.notice(t('key.use'));
  return 0;
}

export async function listKeys(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  const { t } = context;
  const keys = await (await context.daemon()).json({ path }, (contract) => contract.apiKeyListBody);
  if (json) context.printJson(keys);
  else {
    const titles = [t('column.name'), t('column.scopes'), t('column.created'), t('column.expires')];
    context.print(
      tableText(
        [...titles, t('column.lastUsed')],
        keys.map((key) => row(key, context)),
      ),
    );
    if (keys.length === 0) context.notice(t('key.none'));
  }
  return 0;
}

export async function removeKey(
  context: CliContext,
  name: string,
  { json = false }: { json?: boolean },
): Promise<number> {
  const daemon = await context.daemon();
  await daemon.text({ method: 'DELETE', path: `${path}/${encodeURIComponent(name)}` });
  if (json) context.printJson({ removed: name });
  else context.print(`${context.t('key.removed', { name })}\n`);
  return 0;
}

function row(key: ApiKeyBody, { t, clock }: CliContext): readonly string[] {
  const at = { nowMs: clock.now(), t };
  const expires = key.expiresAt === null ? t('key.never') : fromNowText(Date.parse(key.expiresAt), at);
  return [
    key.name,
    key.scopes.join(', '),
    agoText(Date.parse(key.createdAt), at),
    key.expired ? t('key.expired') : expires,
    key.lastUsedAt === null ? t('key.never') : agoText(Date.parse(key.lastUsedAt), at),
  ];
}

function checkScope(value: string, { t }: CliContext): void {
  const values = ['infer', 'models', 'mcp', 'admin'];
  if (values.includes(value)) return;
  const expected = t('usage.expectChoice', { values: values.join(', ') });
  throw usageError(t('usage.invalidValue', { name: '--scope', value, expected }));
}

/** Days too, which durations of settings do not have. */
function expiryMs(text: string, { t }: CliContext): number {
  const [, days] = /^(\d{1,6})d$/.exec(text) ?? [];
  const ms = days === undefined ? parseDurationMs(text) : Number(days) * 86_400_000;
  if (ms !== undefined && ms > 0) return Math.round(ms);
  throw usageError(t('usage.invalidValue', { name: '--expires', value: text, expected: t('key.expectExpiry') }));
}
