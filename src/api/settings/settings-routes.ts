import { changeSettingsRequest, type SettingEntryBody } from '#contract';
import { AppError, toAppError } from '#core';
import { settingPath, type SettingChange } from '#settings';
import { checkJson } from '../http/check-json.ts';
import { readBody } from '../http/body.ts';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { parseValue } from '../http/parse-value.ts';

/** `GET` and `PATCH /gantry/settings`: the settings file over the API, applied at once. */
export function createSettingsRoutes({ settings }: Pick<RouteDeps, 'settings'>): RouteSet {
  const list = (exchange: Exchange): void => {
    const body: readonly SettingEntryBody[] = settings
      .entries()
      .map((entry) => ({ ...entry, key: entry.path.join('.'), path: [...entry.path] }));
    sendJson(exchange, 200, body);
  };
  const change = async (exchange: Exchange): Promise<void> => {
    const changes = readChanges(await readBody(exchange.request));
    try {
      await settings.change(changes);
    } catch (thrown) {
      throw refused(thrown);
    }
    list(exchange);
  };
  return {
    match(verb, path) {
      if (path !== '/gantry/settings') return undefined;
      if (verb === 'GET') return list;
      return verb === 'PATCH' ? change : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function readChanges(body: Buffer): readonly SettingChange[] {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    value = undefined;
  }
  checkJson(value);
  const parsed = parseValue(changeSettingsRequest, value);
  if (!parsed.success) {
    throw new AppError('request.invalid', 'The body must be a list of {"path", "value"}.', {
      hint: 'For example: [{"path": "server.port", "value": 12434}]',
      params: { param: 'body', expected: '[{"path", "value"}]' },
    });
  }
  return parsed.data.map((one) => ({
    path: typeof one.path === 'string' ? settingPath(one.path) : one.path,
    value: one.value ?? undefined,
  }));
}

/** What the file would not accept is the request's fault here, not the file's. */
function refused(thrown: unknown): AppError {
  const error = toAppError(thrown);
  const { reason, at } = error.params;
  if (error.code !== 'settings.invalid' || typeof reason !== 'string' || at === 'file') return error;
  // A word names a reason that has its own sentence: what the file may say cannot be done here.
  if (/^[a-z_]+$/.test(reason)) {
    return new AppError('request.invalid', error.message, { hint: error.hint, params: error.params, cause: error });
  }
  return new AppError('request.invalid', `The settings do not accept this: ${reason}`, {
    hint: 'See every setting with: gantry settings',
    params: { reason: 'setting', detail: reason },
    cause: error,
  });
}
