import { describe, expect, it } from 'vitest';
import { candidates, type MachineFacts } from './candidates.ts';

const nothing: MachineFacts = { env: {}, userHome: '/home/me', uid: 1000, context: undefined, envTls: undefined };

describe('where an Engine is looked for', () => {
  it('takes DOCKER_HOST alone when it is set', () => {
    const found = candidates({ ...nothing, env: { DOCKER_HOST: 'unix:///run/mine.sock' } });
    expect(found).toEqual([
      { url: 'unix:///run/mine.sock', origin: 'environment', route: { kind: 'unix', path: '/run/mine.sock' } },
    ]);
  });

  it('takes the docker context in use alone, with its certificates', () => {
    const tls = { ca: 'CA', verify: true };
    const found = candidates({ ...nothing, context: { name: 'far', host: 'tcp://engine.lan', tls } });
    expect(found).toEqual([
      {
        url: 'tcp://engine.lan',
        origin: 'context',
        route: { kind: 'tcp', host: 'engine.lan', port: 2376, tls },
      },
    ]);
  });

  it('prefers DOCKER_HOST to a context', () => {
    const context = { name: 'far', host: 'tcp://engine.lan', tls: undefined };
    const [first] = candidates({ ...nothing, context, env: { DOCKER_HOST: 'tcp://10.0.0.9' } });
    expect(first).toMatchObject({ origin: 'environment', route: { host: '10.0.0.9', port: 2375, tls: undefined } });
  });

  it('reaches ssh through the docker CLI, which knows the user’s keys', () => {
    const [byHost] = candidates({ ...nothing, env: { DOCKER_HOST: 'ssh://me@engine.lan' } });
    expect(byHost).toMatchObject({
      route: { kind: 'command', args: ['--host', 'ssh://me@engine.lan', 'system', 'dial-stdio'] },
    });
    const context = { name: 'far', host: 'ssh://me@engine.lan', tls: undefined };
    const [byContext] = candidates({ ...nothing, context });
    expect(byContext).toMatchObject({ route: { args: ['--context', 'far', 'system', 'dial-stdio'] } });
  });

  it('tries rootless before the usual places, and Podman last', () => {
    const found = candidates({ ...nothing, env: { XDG_RUNTIME_DIR: '/run/user/1000' } });
    expect(found.map(({ url }) => url)).toEqual([
      'unix:///run/user/1000/docker.sock',
      'unix:///var/run/docker.sock',
      'unix:///home/me/.docker/desktop/docker.sock',
      'unix:///home/me/.docker/run/docker.sock',
      'unix:///home/me/.colima/default/docker.sock',
      'unix:///home/me/.orbstack/run/docker.sock',
      'unix:///home/me/.rd/docker.sock',
      'unix:///run/user/1000/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ]);
  });

  it.each(['npipe:////./pipe/docker_engine', 'tcp://', 'tcp://host:99999', 'ssh://', 'docker.sock', 'tcp://a b'])(
    'says that %s is no address, and looks nowhere else',
    (host) => {
      const found = candidates({ ...nothing, env: { DOCKER_HOST: host } });
      expect(found).toEqual([{ url: host, problem: expect.stringMatching(/\w/) }]);
    },
  );

  it.each([
    ['tcp://[::1]:2375', { host: '::1', port: 2375 }],
    ['http://127.0.0.1:8080', { host: '127.0.0.1', port: 8080, tls: undefined }],
    ['https://engine.lan', { host: 'engine.lan', port: 2376, tls: { verify: true } }],
  ])('reads %s', (host, route) => {
    expect(candidates({ ...nothing, env: { DOCKER_HOST: host } })[0]).toMatchObject({ route });
  });
});
