import { describe, expect, it } from 'vitest';
import { findBuilder } from './builder.ts';

/** A docker command of this version; with or without the plugin. */
function client(version: string, { hasBuildx = false, code = 0 } = {}) {
  return async ([verb]: readonly string[]) =>
    verb === 'version' ? { code, stdout: `${version}\n` } : { code: hasBuildx ? 0 : 1, stdout: '' };
}

describe('the builder', () => {
  it.each([
    ['a client that has it inside', client('20.10.24+dfsg1 1.41 linux Engine,containerd,'), 'BuildKit'],
    ['a newer client with buildx', client('28.2.2 1.41 linux Engine,', { hasBuildx: true }), 'BuildKit'],
    ['a newer client without buildx', client('28.2.2 1.41 linux Engine,'), 'classic'],
    ['a client from before', client('18.06.3-ce 1.38 linux Engine,'), 'classic'],
    ['an Engine from before', client('28.2.2 1.38 linux Engine,', { hasBuildx: true }), 'classic'],
    ['an Engine of Windows', client('28.2.2 1.50 windows Engine,', { hasBuildx: true }), 'classic'],
    ['Podman', client('28.2.2 1.41 linux Podman Engine,Conmon,', { hasBuildx: true }), 'classic'],
    ['an Engine that does not answer', client('', { code: 1, hasBuildx: true }), 'classic'],
  ])('with %s', async (_name, run, builder) => {
    expect(await findBuilder(run, {})).toBe(builder);
  });

  it('is the classic one where the environment says so', async () => {
    expect(await findBuilder(client('20.10.24 1.41 linux Engine,'), { DOCKER_BUILDKIT: '0' })).toBe('classic');
  });
});
