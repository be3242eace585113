import { AppError } from '#core';

/** Docker's namespace (contract mcp-toolkit §5); names are stored without it. */
const namespace = 'docker/mcp/';
const grammar = /^[A-Za-z0-9._:-]+(?:\/[A-Za-z0-9._:-]+)*$/;

/** The name of a secret, with or without Docker's namespace. @throws AppError `request.invalid` */
export function secretName(text: string): string {
  const name = text.startsWith(namespace) ? text.slice(namespace.length) : text;
  if (grammar.test(name) && name.length <= 256) return name;
  throw new AppError('request.invalid', `${JSON.stringify(name.slice(0, 80))} cannot be the name of a secret.`, {
    hint: 'Names are words of letters, digits and . _ : - with / between them, such as github.personal_access_token.',
    params: { reason: 'secret_name', name: name.slice(0, 80) },
  });
}

/** `se://docker/mcp/NAME` → NAME; undefined for a text that is no reference to a secret. */
export function secretOfReference(text: string): string | undefined {
  if (!text.startsWith('se://')) return undefined;
  return secretName(text.slice('se://'.length));
}

/** The variable in which a secret is looked for when it is kept nowhere else: GANTRY_SECRET_GITHUB_PERSONAL_ACCESS_TOKEN */
export function variableOf(name: string): string {
  return `GANTRY_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`;
}
