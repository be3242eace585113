import { isObject } from '../http/body.ts';

export interface HiddenInspect {
  readonly inspect: Readonly<Record<string, unknown>>;
  /** How many values were left out. */
  readonly hidden: number;
}

export interface SecretTests {
  readonly isSecretName: (name: string) => boolean;
  /** The text without what looks like a secret. */
  readonly withoutSecrets: (text: string) => string;
}

const instead = '[hidden]';

/** What the Engine says about a container or an image, without values of variables and words of commands that look like secrets. */
export function hideSecrets(inspect: Readonly<Record<string, unknown>>, tests: SecretTests): HiddenInspect {
  const counter = { hidden: 0 };
  const env = (pair: unknown): unknown => {
    if (typeof pair !== 'string') return pair;
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '' || !(tests.isSecretName(name) || tests.withoutSecrets(pair) !== pair)) return pair;
    counter.hidden += 1;
    return `${name}=${instead}`;
  };
  const word = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const safe = tests.withoutSecrets(value);
    if (safe !== value) counter.hidden += 1;
    return safe;
  };
  const config = (value: unknown): unknown =>
    isObject(value)
      ? {
          ...value,
          ...listOf(value, 'Env', env),
          ...listOf(value, 'Cmd', word),
          ...listOf(value, 'Entrypoint', word),
        }
      : value;
  const shown = {
    ...inspect,
    ...listOf(inspect, 'Args', word),
    ...('Config' in inspect ? { Config: config(inspect['Config']) } : {}),
    ...('ContainerConfig' in inspect ? { ContainerConfig: config(inspect['ContainerConfig']) } : {}),
  };
  return { inspect: shown, hidden: counter.hidden };
}

function listOf(
  value: Readonly<Record<string, unknown>>,
  name: string,
  change: (one: unknown) => unknown,
): Record<string, unknown> {
  const list = value[name];
  return Array.isArray(list) ? { [name]: list.map((one: unknown) => change(one)) } : {};
}
