import type { SettingEntryBody } from '#contract';
import { z } from 'zod';

export const modelSetting = 'assistant.model';

const remoteModel = z.object({
  url: z.string(),
  model: z.string(),
  keySecret: z.string().optional(),
  contextSize: z.number().optional(),
});
export type RemoteModel = z.infer<typeof remoteModel>;

/** What `assistant.model` is: `auto`, `none`, the name of a model of this machine, or one behind a URL. */
export type ModelChoice = string | RemoteModel;

export interface ModelSetting {
  readonly choice: ModelChoice;
  readonly isLocked: boolean;
  /** What locks it. */
  readonly lockedBy: string | undefined;
}

type Entry = Pick<SettingEntryBody, 'key' | 'value' | 'origin' | 'lockedBy'>;

/** What the list of settings says of it; undefined when it does not. */
export function modelSettingOf(settings: readonly Entry[]): ModelSetting | undefined {
  const entry = settings.find(({ key }) => key === modelSetting);
  const choice = z.union([z.string(), remoteModel]).safeParse(entry?.value);
  if (!entry || !choice.success) return undefined;
  return { choice: choice.data, isLocked: entry.origin === 'locked', lockedBy: entry.lockedBy };
}

/** The fields of a form for a model behind a URL, as they are typed. */
export interface RemoteFields {
  readonly url: string;
  readonly model: string;
  readonly keySecret: string;
}

/** Undefined while something is missing. What the form has no field for stays as it was, as long as it is the same model. */
export function remoteOf({ url, model, keySecret }: RemoteFields, before: ModelChoice): RemoteModel | undefined {
  const [address, name, secret] = [url.trim(), model.trim(), keySecret.trim()];
  if (!/^https?:\/\/[^\s/]/i.test(address) || name === '') return undefined;
  const isSame = typeof before === 'object' && before.url === address && before.model === name;
  const { contextSize } = isSame ? before : {};
  return {
    url: address,
    model: name,
    ...(secret !== '' && { keySecret: secret }),
    ...(contextSize !== undefined && { contextSize }),
  };
}

/** The value as `gantry settings set` takes it. */
export function commandFor(choice: ModelChoice): string {
  if (typeof choice === 'object') return `gantry settings set ${modelSetting} '${shellQuoted(JSON.stringify(choice))}'`;
  return `gantry settings set ${modelSetting} ${choice}`;
}

function shellQuoted(text: string): string {
  return text.replaceAll("'", String.raw`'\''`);
}
