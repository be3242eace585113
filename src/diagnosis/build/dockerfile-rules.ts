import { commands } from '../fixes/recreate.ts';
import { always, buildRule, type BuildRule } from './build-rule.ts';

const lint = always('read', ['gantry', 'ai', 'rate', 'Dockerfile']);

/** The Dockerfile itself, the context, and what the builder can do. */
export const dockerfileRules: readonly BuildRule[] = [
  buildRule('B01', /dockerfile parse error(?: on)? line (\d+): (.*)/i, {
    confidence: 0.97,
    params: (match) => ({ name: `line ${match[1]}`, text: match[2] ?? '' }),
    fixes: lint,
  }),
  buildRule(
    'B01',
    /((?:unknown (?:instruction|flag): \S+|syntax error - can't find = in "[^"]*"|\w+ (?:must have|requires) (?:exactly |at least )?\w+ arguments?.*|unterminated heredoc|file with no instructions|no build stage in current context|the Dockerfile \(\S+\) cannot be empty|Unexpected end of statement|failed to process "[^"]*": .*))/i,
    {
      confidence: 0.96,
      when: ({ lines }) => !lines.some(({ text }) => /parse error(?: on)? line \d/i.test(text)),
      params: (match, { place }) => ({ name: place ?? 'Dockerfile', text: match[1] ?? '' }),
      fixes: lint,
    },
  ),
  buildRule(
    'B02',
    /failed to read dockerfile: open ([^:]+): no such file|unable to evaluate symlinks in Dockerfile path: lstat ([^:]+): no such|Cannot locate specified Dockerfile: (\S+)/,
    {
      confidence: 0.98,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? '' }),
      fixes: always('read', ['ls', '-la'], ['gantry', 'ai', 'generate', '.']),
      verify: [['docker', 'build', '-f', 'Dockerfile', '.']],
    },
  ),
  buildRule('B02', /(?:unable to prepare context|resolve): .*?(?:path "([^"]+)" not found|lstat ([^:\s]+): no such)/, {
    variant: 'context',
    confidence: 0.97,
    when: (_build, match) => !match[0].includes('Dockerfile path'),
    fixes: always('read', ['pwd'], ['ls', '-la']),
  }),
  buildRule('B02', /"docker (?:image |buildx )?build" requires (?:exactly )?1 argument|requires 1 argument\.?$/, {
    variant: 'argument',
    confidence: 0.97,
    fixes: always('reversible', ['docker', 'build', '.']),
  }),
  buildRule(
    'B03',
    /(?:failed to calculate checksum of ref [^:]*(?:::\S+)?: |failed to compute cache key: )"?(\/?[^":]+)"?: not found/,
    {
      confidence: 0.97,
      params: (match) => ({ name: (match[1] ?? '').replace(/^\//, '') }),
      fixes: (match) => whatIsThere((match[1] ?? '').replace(/^\//, '')),
    },
  ),
  buildRule(
    'B03',
    /(?:COPY|ADD) failed: (?:file not found in build context or excluded by \.dockerignore: stat |stat (?:\/var\/lib\/docker\/tmp\/[\w-]+\/)?)(\S+?): (?:file does not exist|no such file)/i,
    { confidence: 0.97, fixes: (match) => whatIsThere(match[1] ?? '') },
  ),
  buildRule('B03', /(?:COPY|ADD) failed: (?:no source files were specified|source file matched nothing)/i, {
    confidence: 0.96,
    params: (_match, { instruction }) => ({ name: instruction ?? '' }),
    fixes: always('read', ['cat', '.dockerignore'], ['ls', '-la']),
  }),
  buildRule('B03', /forbidden path outside the build context: (\S+)/i, {
    variant: 'outside',
    confidence: 0.98,
    fixes: always('reversible', ['docker', 'build', '-f', 'Dockerfile', '..']),
  }),
  buildRule(
    'B03',
    /invalid from flag value ([^:\s]+): |target stage "([^"]+)" could not be found|failed to reach build target (\S+) in Dockerfile|invalid (?:from flag value|stage index) "?([^":\s]+)/i,
    {
      variant: 'stage',
      confidence: 0.98,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? match[4] ?? '' }),
      fixes: always('read', ['grep', '-n', '-i', '^FROM', 'Dockerfile']),
    },
  ),
  buildRule('B03', /When using (?:COPY|ADD) with more than one source file, the destination must be a directory/i, {
    variant: 'directory',
    confidence: 0.98,
  }),
  buildRule('B22', /the (--[\w=]+) option requires BuildKit|(heredoc|here-document)s? (?:are )?not supported/i, {
    confidence: 0.98,
    fixes: always('reversible', ['env', 'DOCKER_BUILDKIT=1', 'docker', 'build', '.']),
    verify: [['docker', 'buildx', 'version']],
  }),
  buildRule('B22', /BuildKit is enabled but the buildx component is missing|buildx(?:: |' is )not a docker command/, {
    variant: 'buildx',
    confidence: 0.97,
    fixes: always('host', ['sudo', 'apt-get', 'install', '-y', 'docker-buildx-plugin']),
    verify: [['docker', 'buildx', 'version']],
  }),
  buildRule(
    'B22',
    /multiple platforms feature is currently not supported|(?:Multi-platform build|OCI exporter|Cache export) is not supported for the docker driver|docker exporter does not (?:currently )?support/i,
    {
      variant: 'driver',
      confidence: 0.97,
      fixes: always('reversible', ['docker', 'buildx', 'create', '--use', '--driver', 'docker-container']),
      verify: [['docker', 'buildx', 'ls']],
    },
  ),
  buildRule('B21', /secret ["']?([\w.-]+)["']?:? not found/i, {
    confidence: 0.97,
    fixes: (match) =>
      commands('reversible', ['docker', 'build', '--secret', `id=${match[1]},src=./${match[1]}.txt`, '.']),
  }),
  buildRule('B21', /\/run\/secrets\/([\w.-]+)['"’]?:? (?:No such file|no such file)/, {
    confidence: 0.96,
    fixes: (match) =>
      commands('reversible', ['docker', 'build', '--secret', `id=${match[1]},src=./${match[1]}.txt`, '.']),
  }),
  buildRule(
    'B21',
    /unset ssh forward key (\S+)|no SSH key "?([\w-]+)"? forwarded|invalid empty ssh agent socket|Permission denied \(publickey|Could not open a connection to your authentication agent/,
    {
      variant: 'ssh',
      confidence: 0.96,
      fixes: always('reversible', ['docker', 'build', '--ssh', 'default', '.']),
      verify: [['ssh-add', '-l']],
    },
  ),
  buildRule('B21', /Host key verification failed/, {
    variant: 'hostkey',
    confidence: 0.95,
  }),
  buildRule(
    'B26',
    /unable to find user ([^:\s]+): no matching entries in passwd|linux spec user: unable to find user (\S+?):/,
    {
      confidence: 0.99,
    },
  ),
];

function whatIsThere(path: string): ReturnType<typeof commands> {
  return commands('read', ['ls', '-la', path === '' ? '.' : path], ['grep', '-n', '', '.dockerignore']);
}
