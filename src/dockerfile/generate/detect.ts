/** Files of a project that say what it is, read beforehand and bounded. */
export interface ProjectFiles {
  /** Paths of the folder, with `/`. */
  readonly paths: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}

export type ProjectLanguage = 'node' | 'python' | 'go' | 'java' | 'rust' | 'php' | 'ruby' | 'dotnet' | 'static';

/** Names of the files that are read to make a Dockerfile. */
export const projectFileName =
  /^(?:package\.json|\.nvmrc|\.node-version|requirements\.txt|pyproject\.toml|\.python-version|Pipfile|manage\.py|app\.py|main\.py|wsgi\.py|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|Cargo\.toml|rust-toolchain(?:\.toml)?|composer\.json|Gemfile|\.ruby-version|config\.ru|global\.json|[\w.-]+\.csproj)$/;

const signs: readonly (readonly [ProjectLanguage, RegExp])[] = [
  ['go', /^go\.mod$/],
  ['rust', /^Cargo\.toml$/],
  ['java', /^(?:pom\.xml|build\.gradle(?:\.kts)?)$/],
  ['dotnet', /^[\w.-]+\.(?:csproj|sln)$/],
  ['php', /^composer\.json$/],
  ['ruby', /^Gemfile$/],
  ['python', /^(?:requirements\.txt|pyproject\.toml|Pipfile|manage\.py)$/],
  ['node', /^package\.json$/],
  ['python', /^(?:app|main|wsgi)\.py$/],
  ['static', /^(?:index\.html|(?:public|dist|site|html)\/index\.html)$/],
];

/** The language a project is in, by the files at its top. */
export function detectLanguage({ paths }: ProjectFiles): ProjectLanguage | undefined {
  return signs.find(([, sign]) => paths.some((path) => sign.test(path)))?.[0];
}
