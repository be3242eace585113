import type { Json, JsonObject } from '../../types.ts';
import type { NamedInput, ServerInput } from './server-json.ts';

interface Inputs {
  readonly variables?: Readonly<Record<string, ServerInput>> | null | undefined;
}

/** Collects what a user has to give, while texts are turned into templates of catalogues. */
export interface InputCollector {
  /** `{var}` in a text becomes the server's configuration, or its secret. */
  template(text: string, given: Inputs): string;
  /** A value that is asked for as a whole: an environment variable or header. Undefined when a secret delivers it. */
  value(given: NamedInput): string | undefined;
  /** A text that may be there or not. */
  optional(given: ServerInput & Inputs, key: string): string | undefined;
  secrets(): readonly JsonObject[];
  config(): readonly JsonObject[];
}

export function createInputCollector(server: string): InputCollector {
  const secrets = new Map<string, JsonObject>();
  const properties = new Map<string, JsonObject>();
  const required = new Set<string>();

  function ask(name: string, given: ServerInput, env = envName(name)): string {
    if (given.isSecret) {
      const { description, placeholder, isRequired } = given;
      secrets.set(name, {
        name: `${server}.${name}`,
        env,
        ...(description === undefined ? {} : { description }),
        ...(placeholder === undefined ? {} : { example: placeholder }),
        ...(isRequired ? {} : { required: false }),
      });
      return `\${${env}}`;
    }
    properties.set(name, propertyOf(given));
    if (given.isRequired && given.default === undefined) required.add(name);
    return `{{${server}.${name}}}`;
  }

  const template = (text: string, { variables }: Inputs): string =>
    text.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => {
      const given = variables && Object.hasOwn(variables, name) ? variables[name] : undefined;
      return given === undefined ? whole : ask(name, given);
    });

  return {
    template,
    value(given) {
      if (given.value !== undefined) return template(given.value, given);
      if (given.isSecret) {
        ask(given.name, given, envName(given.name, { keepCase: true }));
        return undefined;
      }
      // A fixed default that nobody has to think about is the value.
      return ask(given.name, given);
    },
    optional(given, key) {
      if (given.value !== undefined) return template(given.value, given);
      if (given.default === undefined && !given.isRequired && !given.isSecret) return undefined;
      return ask(key, given);
    },
    secrets: () => [...secrets.values()],
    config: () =>
      properties.size === 0
        ? []
        : [
            {
              name: server,
              description: `Configuration of ${server}`,
              type: 'object',
              properties: Object.fromEntries(properties),
              ...(required.size === 0 ? {} : { required: [...required] }),
            },
          ],
  };
}

export function envName(name: string, { keepCase = false } = {}): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  return keepCase ? safe : safe.toUpperCase();
}

function propertyOf({ description, format, default: fallback, choices }: ServerInput): JsonObject {
  const type = format === 'number' || format === 'boolean' ? format : 'string';
  return {
    type,
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: typed(fallback, type) }),
    ...(choices ? { enum: choices.map((choice) => typed(choice, type)) } : {}),
  };
}

function typed(text: string, type: string): Json {
  if (type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
