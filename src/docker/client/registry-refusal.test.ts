import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { fromRegistry, loginCommand } from './registry-refusal.ts';

const said = (reason: string, question: { name: string; isLoggedIn?: boolean }): AppError => {
  const error = fromRegistry(
    new AppError('docker.failed', `The Docker Engine failed: ${reason}.`, { params: { reason } }),
    question,
  );
  if (!(error instanceof AppError)) throw new Error('no error of ours');
  return error;
};

describe('what a registry said through the Engine', () => {
  const name = 'registry.test:5000/team/app:1';

  it.each([
    ['no basic auth credentials', false, 'registry_login', 'Log in with: docker login registry.test:5000'],
    ['unauthorized: authentication required', undefined, 'registry_login', 'docker login registry.test:5000'],
    ['unauthorized: authentication required', true, 'registry_denied', 'docker login registry.test:5000'],
    ['denied: requested access to the resource is denied', true, 'registry_denied', 'Check the name'],
    ['denied: requested access to the resource is denied', false, 'registry_denied', 'docker login'],
    [
      'Get "https://registry.test:5000/v2/": dial tcp: lookup registry.test on 1.1.1.1:53: no such host',
      false,
      'registry_away',
      'network, proxy and certificates',
    ],
    ['Get "https://x/v2/": x509: certificate signed by unknown authority', false, 'registry_away', 'certificates'],
    ['http: server gave HTTP response to HTTPS client', false, 'registry_http', 'insecure-registries'],
    ['manifest for x not found: manifest unknown: manifest unknown', false, 'not_in_registry', 'the tag'],
    ['An image does not exist locally with the tag: x', false, 'no_such_tag', `docker tag IMAGE ${name}`],
    ['invalid reference format: repository name must be lowercase', false, 'image_name', 'lower case'],
  ])('%s (logged in: %s) is %s, with what to do', (...[reason, isLoggedIn, kind, hint]) => {
    const error = said(reason, { name, ...(isLoggedIn !== undefined && { isLoggedIn }) });
    expect(error.params['reason']).toBe(kind);
    expect(error.hint).toContain(hint);
    if (kind !== 'image_name' && kind !== 'no_such_tag') expect(error.message).toContain('registry.test:5000');
  });

  it('of Docker Hub, where who is not let in may as well have the wrong name', () => {
    const reason = "pull access denied for nobody/x, repository does not exist or may require 'docker login'";
    const error = said(reason, { name: 'nobody/x:1' });
    expect(error.message).toContain('docker.io');
    expect(error.hint).toBe('Check the name. Log in with: docker login');
    expect(loginCommand('docker.io/nobody/x')).toBe('docker login');
    expect(loginCommand('localhost/x')).toBe('docker login localhost');
  });

  it('and nothing else', () => {
    const other = new AppError('docker.failed', 'The Docker Engine failed: no space left on device.', {
      params: { reason: 'no space left on device' },
    });
    const away = new AppError('docker.unavailable', 'dial tcp', { params: { reason: 'dial tcp' } });
    for (const error of [other, away, new Error('denied'), 'denied']) expect(fromRegistry(error, { name })).toBe(error);
  });
});
