import type { Env } from '#core';

export interface HideSecretsOptions {
  /** Knows secrets by their form. */
  readonly byForm: (text: string) => string;
  /** Values of variables whose names say that they are secrets are known as they are. */
  readonly env: Env;
  /** More values, such as those of the project's `.env`. */
  readonly known?: (() => readonly string[]) | undefined;
}

const secretName =
  /PASS(?:WORD|WD|PHRASE)?$|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL|(?:^|_)(?:AUTH|KEY|PAT)$/i;
/** Whether a variable says by its name that its value is a secret; `_FILE` says only where one is. */
export function hasSecretName(name: string): boolean {
  return secretName.test(name) && !/_FILE$/i.test(name);
}

/** Shorter ones stand in ordinary words. */
const minLength = 8;

/** Hides secrets by their form and those that are known by value, plain or in base64. What is hidden already stays as it is. */
export function createHideSecrets({ byForm, env, known }: HideSecretsOptions): (text: string) => string {
  const own = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && secretName.test(name) ? [value] : [],
  );
  return (text) => {
    const values = [...own, ...(known?.() ?? [])].filter((value) => value.length >= minLength);
    const forms = values.flatMap((value) => [value, ...encoded(value)]);
    // The longest first: one may stand inside another.
    const left = [...new Set(forms)]
      .toSorted((a, b) => b.length - a.length)
      .reduce((hidden, value) => hidden.replaceAll(value, '[redacted known-value]'), text);
    return byForm(left);
  };
}

/** How a value is written in base64, hexadecimal, JSON and addresses. Of base64 the part that does not depend on what stands around it. */
function encoded(value: string): readonly string[] {
  const base64 = ['', 'a', 'ab'].map((before) =>
    Buffer.from(before + value)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === '' ? 0 : 4, -2),
  );
  const others = [Buffer.from(value).toString('hex'), JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
  return [...base64.filter((form) => form.length >= minLength), ...others.filter((form) => form !== value)];
}

/** Values of a `.env` file that may be secrets: long enough, and no plain words or numbers. */
export function secretValues(dotenv: string): readonly string[] {
  return dotenv.split('\n').flatMap((line) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    const value = (match?.[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    const isPlain = /^(?:true|false|[a-z]+|\d+|https?:\/\/[^@\s]*|\/[\w/.-]*)$/i.test(value);
    const isNamed = secretName.test(match?.[1] ?? '');
    return value.length >= minLength && (isNamed || !isPlain) ? [value] : [];
  });
}
