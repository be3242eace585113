import type { Finding } from '#dockerfile';

/** Pages where the makers of other tools describe what they call the same. */
export function docLinks({
  buildkit = [],
  hadolint = [],
  shellcheck = [],
}: Finding['equivalents']): { name: string; url: string }[] {
  return [
    ...buildkit.map((name) => ({ name, url: `https://docs.docker.com/reference/build-checks/${dashed(name)}/` })),
    ...hadolint.map((name) => ({ name, url: `https://github.com/hadolint/hadolint/wiki/${name}` })),
    ...shellcheck.map((name) => ({ name, url: `https://www.shellcheck.net/wiki/${name}` })),
  ];
}

function dashed(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}
