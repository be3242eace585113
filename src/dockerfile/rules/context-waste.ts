import type { Analysis } from '../analysis/analyse.ts';

/** Which of these names of the build context exist and are not left out by `.dockerignore`. */
export function unignored({ context, dockerignore }: Analysis, names: readonly string[]): string[] {
  const paths = context?.paths ?? [];
  return names.filter((name) =>
    paths.some((path) => {
      const bare = path.replace(/\/$/, '');
      const isThere =
        bare === name || bare.startsWith(`${name}/`) || (name === '__pycache__' && bare.endsWith(`/${name}`));
      return isThere && dockerignore?.ignores(bare) !== true;
    }),
  );
}
