import type { ConfigurationsBody, ConfigureRequest } from '#contract';

/** Texts of fields; empty is as it is without a wish. */
export interface ConfigureForm {
  readonly contextSize: string;
  readonly keepAlive: string;
  readonly flags: string;
}

/** What was set for a model. Rows of other modes, and what they hold besides, stay as they are. */
export function formOf(rows: ConfigurationsBody): ConfigureForm {
  const config = rows.find(({ Mode }) => Mode === 'completion')?.Config;
  return {
    contextSize: config?.['context-size']?.toString() ?? '',
    keepAlive: config?.keep_alive ?? '',
    flags: (config?.['runtime-flags'] ?? []).map(quoted).join(' '),
  };
}

/** -1 is all that the model was trained with. */
export function isContextSize(text: string): boolean {
  const size = Number(text);
  return text.trim() === '' || (Number.isInteger(size) && (size === -1 || size > 0));
}

/** Only what is different is said, so that nothing that others set meanwhile is taken back. */
export function configureRequestOf(model: string, before: ConfigureForm, form: ConfigureForm): ConfigureRequest {
  const { contextSize, keepAlive, flags } = form;
  return {
    model,
    ...(contextSize !== before.contextSize && {
      'context-size': contextSize.trim() === '' ? null : Number(contextSize),
    }),
    ...(keepAlive !== before.keepAlive && { keep_alive: keepAlive.trim() || null }),
    ...(flags !== before.flags &&
      (flags.trim() === '' ? { 'runtime-flags': null } : { 'raw-runtime-flags': flags.trim() })),
  };
}

/** The command that sets all of it. */
export function configureCommand(model: string, { contextSize, keepAlive, flags }: ConfigureForm): string {
  const options = [
    contextSize.trim() && ` --context-size ${contextSize.trim()}`,
    keepAlive.trim() && ` --keep-alive ${quoted(keepAlive.trim())}`,
  ].filter(Boolean);
  return `gantry configure${options.join('')} ${quoted(model)}${flags.trim() && ` -- ${flags.trim()}`}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
