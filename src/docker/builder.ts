import type { Env } from '#core';

export type Builder = 'BuildKit' | 'classic';

/** Runs the docker command with these arguments. */
export type RunDocker = (args: readonly string[]) => Promise<{ readonly code: number; readonly stdout: string }>;

const facts = '{{.Client.Version}} {{.Server.APIVersion}} {{.Server.Os}} {{range .Server.Components}}{{.Name}},{{end}}';

/**
 * What `docker build` can use here: BuildKit where Engine and client both have it. Clients had it inside until 23, where it became
 * the plugin buildx; a newer client without it fails when it is asked for BuildKit.
 */
export async function findBuilder(run: RunDocker, env: Env): Promise<Builder> {
  if (env['DOCKER_BUILDKIT'] === '0') return 'classic';
  const version = await run(['version', '--format', facts]);
  if (version.code !== 0 || !engineHasBuildKit(version.stdout)) return 'classic';
  const [major = 0, minor = 0] = numbers(version.stdout.split(' ')[0]);
  const isInside = major < 23 && (major > 18 || (major === 18 && minor >= 9));
  return isInside || (await run(['buildx', 'version'])).code === 0 ? 'BuildKit' : 'classic';
}

function engineHasBuildKit(text: string): boolean {
  const [, api, os, ...components] = text.trim().split(' ');
  const [major = 0, minor = 0] = numbers(api);
  // Podman answers like an Engine, and builds with Buildah.
  return os === 'linux' && (major > 1 || minor >= 39) && !/podman/i.test(components.join(' '));
}

function numbers(version = ''): readonly number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}
