import { AppError } from '#core';

export interface RegistryQuestion {
  /** Of the image, as it was asked for. */
  readonly name: string;
  /** Whether a login went with it; undefined where that is not known. */
  readonly isLoggedIn?: boolean | undefined;
}

/** Registries answer a stranger in many words, and some say only that there is no such image. */
const needsLogin = /unauthorized|no basic auth credentials|authentication required/i;
const hidden = /pull access denied|may require 'docker login'/i;
const denied = /denied|forbidden|insufficient_scope/i;
const unknown = /manifest unknown|name unknown|not found/i;
const away =
  /dial tcp|no such host|connection refused|i\/o timeout|client\.timeout|network is unreachable|tls handshake|x509:/i;
const plainHttp = /server gave HTTP response to HTTPS client/i;
const noTag = /does not exist locally with the tag|tag does not exist/i;
const badName = /invalid reference format|invalid repository name|repository name must be lowercase/i;

/** What the Engine passes on from a registry, said so that people know which registry and what to do. Other errors stay as they are. */
export function fromRegistry(error: unknown, { name, isLoggedIn }: RegistryQuestion): unknown {
  if (!(error instanceof AppError) || !['docker.failed', 'docker.not_found'].includes(error.code)) return error;
  const detail = String(error.params['reason'] ?? error.message).slice(0, 300);
  const registry = registryHost(name) ?? 'docker.io';
  const command = loginCommand(name);
  if (noTag.test(detail)) {
    return new AppError('docker.not_found', `The Docker Engine has no image ${name}.`, {
      hint: `Give it that name first: docker tag IMAGE ${name}`,
      params: { reason: 'no_such_tag', name },
      cause: error,
    });
  }
  if (badName.test(detail)) {
    return new AppError('reference.invalid', `"${name}" is not the name of an image: ${detail}.`, {
      hint: 'Names are in lower case: registry.example.com/team/app:1.0',
      params: { reason: 'image_name', name, detail },
      cause: error,
    });
  }
  if (plainHttp.test(detail)) {
    return new AppError('docker.failed', `The registry ${registry} speaks HTTP where the Engine expects HTTPS.`, {
      hint: "Give it a certificate, or name it in insecure-registries of the Engine's daemon.json.",
      params: { reason: 'registry_http', registry },
      cause: error,
    });
  }
  if (away.test(detail)) {
    return new AppError('docker.failed', `The registry ${registry} cannot be reached by the Engine: ${detail}.`, {
      hint: 'Check its address and that it runs, and the network, proxy and certificates of the Engine.',
      params: { reason: 'registry_away', registry, detail },
      cause: error,
    });
  }
  if (hidden.test(detail)) {
    return new AppError('docker.failed', `The registry ${registry} has no ${name}, or wants a login for it.`, {
      hint: `Check the name. Log in with: ${command}`,
      params: { reason: 'registry_hides', registry, name, command },
      cause: error,
    });
  }
  if (needsLogin.test(detail) && isLoggedIn !== true) {
    return new AppError('docker.failed', `The registry ${registry} wants a login for ${name}.`, {
      hint: `Log in with: ${command}`,
      params: { reason: 'registry_login', registry, name, command },
      cause: error,
    });
  }
  if (needsLogin.test(detail) || denied.test(detail)) {
    return new AppError('docker.failed', `The registry ${registry} refused ${name} for this login: ${detail}.`, {
      hint: `Check the name; at Docker Hub it begins with your user name. Log in as somebody who may: ${command}`,
      params: { reason: 'registry_denied', registry, name, detail, command },
      cause: error,
    });
  }
  if (unknown.test(detail)) {
    return new AppError('docker.not_found', `The registry ${registry} has no ${name}.`, {
      hint: 'Check the name and the tag.',
      params: { reason: 'not_in_registry', registry, name },
      cause: error,
    });
  }
  return error;
}

/** The host that a name begins with; undefined for Docker Hub. */
function registryHost(name: string): string | undefined {
  const host = /^([^/]*[.:][^/]*|localhost)\//.exec(name)?.[1];
  return host === 'docker.io' || host === 'index.docker.io' ? undefined : host;
}

export function loginCommand(name: string): string {
  const host = registryHost(name);
  return `docker login${host === undefined ? '' : ` ${host}`}`;
}

/** Whether a stranger was sent away. */
export function isForLogin(message: string): boolean {
  return needsLogin.test(message) || hidden.test(message) || /access denied/i.test(message);
}
