import { commands } from '../fixes/recreate.ts';
import { always, buildRule, type BuildRule } from './build-rule.ts';

const from = always('read', ['grep', '-n', '-i', '^FROM', 'Dockerfile']);

/** Go, Rust, Java, .NET, C. */
export const compiledRules: readonly BuildRule[] = [
  buildRule(
    'B14',
    /go\.mod requires go >= ([\d.]+)|module requires (?:at least )?go ?([\d.]+)|invalid go version '([^']+)'|requires go >= ([\d.]+)/i,
    {
      variant: 'version',
      confidence: 0.97,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? match[4] ?? '' }),
      fixes: from,
    },
  ),
  buildRule('B14', /go\.mod file not found|cannot find main module|no Go files in (\S+)/, {
    variant: 'mod',
    confidence: 0.965,
    fixes: always('read', ['ls', '-la'], ['grep', '-n', 'COPY', 'Dockerfile']),
  }),
  buildRule(
    'B14',
    /missing go\.sum entry for|updates to go\.(?:mod|sum) needed|no required module provides package ([^;\s]+)|inconsistent vendoring/,
    {
      variant: 'sum',
      confidence: 0.965,
      fixes: always('reversible', ['go', 'mod', 'tidy']),
      verify: [['go', 'mod', 'verify']],
    },
  ),
  buildRule(
    'B14',
    /could not read Username for '([^']+)'|terminal prompts disabled|fatal: Authentication failed for '([^']+)'/,
    {
      variant: 'private',
      confidence: 0.96,
      fixes: always('reversible', ['docker', 'build', '--ssh', 'default', '.']),
    },
  ),
  buildRule('B14', /cgo: C compiler "?(\w+)"? not found|exec: "gcc": executable file not found/, {
    variant: 'cgo',
    confidence: 0.98,
  }),
  buildRule(
    'B16',
    /(?:cannot be built because it )?requires rustc ([\d.]+)|lock file version .?(\d+).? (?:requires|was found)|feature `(edition\d+)` is required/,
    {
      variant: 'version',
      confidence: 0.97,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? '' }),
      fixes: from,
    },
  ),
  buildRule(
    'B16',
    /could not find `Cargo\.toml`|failed to (?:load|read|parse) manifest|can't find `\w+` bin|no targets specified in the manifest/,
    {
      variant: 'manifest',
      confidence: 0.96,
      fixes: always('read', ['ls', '-la'], ['grep', '-n', 'COPY', 'Dockerfile']),
    },
  ),
  buildRule('B16', /lock file .* needs to be updated but --(?:locked|frozen)|--locked was passed/, {
    variant: 'lock',
    confidence: 0.97,
    fixes: always('reversible', ['cargo', 'generate-lockfile']),
    verify: [['git', 'status', '--short']],
  }),
  buildRule(
    'B16',
    /linker `?(\w+)`? not found|failed to run custom build command for `([\w-]+)|Could not find directory of (OpenSSL) installation/,
    {
      variant: 'native',
      confidence: 0.965,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? '' }),
    },
  ),
  buildRule(
    'B16',
    /no matching package named `([^`]+)` found|failed to select a version for the requirement `([^`]+)`/,
    {
      variant: 'crate',
      confidence: 0.96,
    },
  ),
  buildRule(
    'B15',
    /(?:release version|invalid (?:target|source) release:?|Unsupported class file major version|source level) (\d+(?:\.\d+)?)|UnsupportedClassVersionError|Cannot find a Java installation|languageVersion=(\d+)/,
    {
      variant: 'jdk',
      confidence: 0.965,
      fixes: from,
    },
  ),
  buildRule(
    'B15',
    /Could not (?:find artifact|resolve dependencies for project|resolve all (?:files|dependencies|artifacts)|resolve) ([\w.:-]+)?|Could not find ([\w.:-]+:[\w.:-]+)/,
    {
      variant: 'artifact',
      confidence: 0.92,
      params: (match) => ({ name: match[1] ?? match[2] ?? '' }),
      fixes: always('reversible', ['docker', 'build', '--no-cache', '.']),
    },
  ),
  buildRule(
    'B15',
    /there is no POM in this directory|does not contain a Gradle build|Could not find or load main class org\.(?:gradle\.wrapper|apache\.maven\.wrapper)\S+|Unable to access jarfile (\S+)/,
    {
      variant: 'project',
      confidence: 0.97,
      fixes: always('read', ['ls', '-la'], ['cat', '.dockerignore']),
    },
  ),
  buildRule(
    'B29',
    /^(?:\[ERROR\] )?(?:COMPILATION ERROR|> Compilation failed)|: error CS\d+|error\[E\d+\]|^error: could not compile|^(?:\.\/)?[\w./-]+\.(?:go|rs|c|cc|cpp|java|kt|swift):\d+(?::\d+)?: (?:error: |undefined: |syntax error)?/,
    {
      confidence: 0.85,
      params: (match) => ({ name: match[0].slice(0, 80) }),
      fixes: (_match, { builder }) =>
        commands('read', ['docker', 'build', ...(builder === 'buildkit' ? ['--progress=plain'] : []), '.']),
    },
  ),
  buildRule('B29', /MSBUILD : error|error (?:NETSDK\d+|MSB\d+|NU\d+)/, {
    variant: 'dotnet',
    confidence: 0.93,
    fixes: from,
  }),
  buildRule('B29', /Tests run: \d+, Failures: [1-9]|^(?:FAIL|--- FAIL)[:\s]|^test result: FAILED|=+ \d+ failed/, {
    variant: 'tests',
    confidence: 0.88,
  }),
];
