import { commands } from '../fixes/recreate.ts';
import { always, buildRule, type BuildRule } from './build-rule.ts';

const prune = [
  ...commands('read', ['docker', 'system', 'df']),
  ...commands('destructive', ['docker', 'builder', 'prune'], ['docker', 'image', 'prune']),
];

/** Commands in RUN, and the machine they run on. */
export const systemRules: readonly BuildRule[] = [
  buildRule('B17', /no space left on device|ENOSPC(?!:? System limit)|You don't have enough free space/i, {
    confidence: 0.98,
    anywhere: true,
    fixes: () => prune,
    verify: [['docker', 'system', 'df']],
  }),
  buildRule('B17', /max depth exceeded/, { variant: 'layers', confidence: 0.97 }),
  buildRule(
    'B18',
    /JavaScript heap out of memory|java\.lang\.OutOfMemoryError|virtual memory exhausted|cannot allocate memory|Killed signal terminated program (\S+)|std::bad_alloc|MemoryError/i,
    { confidence: 0.97, fixes: always('read', ['docker', 'info', '--format', '{{.MemTotal}}']) },
  ),
  buildRule('B18', /(?:exit code|non-zero code): 137/, {
    confidence: 0.85,
    fixes: always('read', ['docker', 'info', '--format', '{{.MemTotal}}']),
  }),
  buildRule(
    'B19',
    /(?:Temporary failure resolving|Could not resolve host:?|getaddrinfo (?:EAI_AGAIN|ENOTFOUND)|bad address|unable to resolve host address|Name or service not known.*|Could not resolve(?= ['‘])) ?['"‘]?([\w.-]+)?|Temporary failure in name resolution|lookup (\S+?)(?: on \S+)?: (?:no such host|Temporary failure|i\/o timeout|server misbehaving|connection refused)|Failed to resolve ['"]([\w.-]+)|temporary error \(try again later\)|dns error|ENOTFOUND|EAI_AGAIN/,
    {
      confidence: 0.98,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? 'names' }),
      fixes: always('reversible', ['docker', 'build', '--network=host', '.']),
      verify: [['docker', 'run', '--rm', 'busybox', 'nslookup', 'example.com']],
    },
  ),
  buildRule('B19', /proxyconnect|Proxy CONNECT aborted|407 Proxy Authentication Required|ProxyError/i, {
    variant: 'proxy',
    confidence: 0.965,
    fixes: always('read', ['docker', 'info', '--format', '{{.HTTPProxy}} {{.HTTPSProxy}} {{.NoProxy}}']),
  }),
  buildRule(
    'B19',
    /(?:connect(?:ion)? |Connection )(?:timed out|refused)|ETIMEDOUT|ECONNREFUSED|ECONNRESET|Network is unreachable|ENETUNREACH|i\/o timeout|TLS handshake timeout|context deadline exceeded|Client\.Timeout exceeded|net\/http: request canceled|Read timed out|Operation timed out|(?:connection|Connection) reset by peer/,
    {
      variant: 'connect',
      confidence: 0.9,
      fixes: always('reversible', ['docker', 'build', '--network=host', '.']),
    },
  ),
  buildRule(
    'B20',
    /certificate verify failed|SELF_SIGNED_CERT|self[- ]signed certificate|unable to get local issuer|x509: certificate|UNABLE_TO_(?:VERIFY|GET)|curl: \(60\)|PKIX path building failed|server certificate verification failed|certificate is not trusted/i,
    { confidence: 0.965, fixes: always('read', ['date', '-u']) },
  ),
  buildRule('B20', /http: server gave HTTP response to HTTPS client/, { variant: 'http', confidence: 0.97 }),
  buildRule(
    'B09',
    /\$'\\r'|(?:env|bash|sh): .*\\r['"’]?:? (?:No such file|not found)|\\r: (?:not found|command not found)|bad interpreter.*\^M/,
    {
      confidence: 0.98,
      fixes: always('reversible', ['sh', '-c', 'git ls-files -z "*.sh" | xargs -0 sed -i "s/\\r$//"']),
      verify: [['git', 'ls-files', '--eol', '*.sh']],
    },
  ),
  buildRule(
    'B07',
    /(?:^|: )(?:\d+: |line \d+: )?([\w.@+/-]+): (?:command )?not found\s*$|exec: "?([\w.@+/-]+)"?: not found/,
    {
      confidence: 0.93,
      when: ({ exitCode, lines }) =>
        (exitCode === 127 || (exitCode !== undefined && exitCode !== 0)) &&
        !lines.some(({ text }) => /\\r/.test(text) && /not found/.test(text)),
      fixes: (_match, build) => (build.step ? [] : commands('read', ['grep', '-n', '^FROM', 'Dockerfile'])),
    },
  ),
  buildRule('B08', /(?:^|[:\s])(\.?\/?[\w./@-]+): Permission denied\s*$/, {
    variant: 'execute',
    confidence: 0.94,
    when: ({ exitCode }) => exitCode === 126,
    fixes: (match) => {
      const file = (match[1] ?? '').replace(/^(?:\.?\/)(?:app\/|src\/|usr\/src\/app\/)?/, '');
      return commands('reversible', ['chmod', '+x', file], ['git', 'update-index', '--chmod=+x', file]);
    },
  }),
  buildRule(
    'B08',
    /EACCES: permission denied, \w+ ['"]?([^'"\s]+)|cannot (?:create|touch|remove|open|stat)[^:]*['‘"]([^'’"]+)['’"]?:? Permission denied|(?:are you root\?)|\[Errno 13\] Permission denied: '([^']+)'|Permission denied|must be (?:run as )?root|superuser privileges/,
    {
      confidence: 0.9,
      when: ({ exitCode }, match) => exitCode !== 126 && !/publickey/.test(match.input),
      params: (match, { instruction }) => ({ name: match[1] ?? match[2] ?? match[3] ?? instruction ?? '' }),
      fixes: always('read', ['grep', '-n', '-i', '^USER', 'Dockerfile']),
    },
  ),
  buildRule(
    'B27',
    /checksum did NOT match|computed checksums? did NOT match|digest mismatch|Hash Sum mismatch|checksum mismatch|DO NOT MATCH THE HASHES|EINTEGRITY/i,
    {
      confidence: 0.96,
      fixes: always('reversible', ['docker', 'build', '--no-cache', '.']),
    },
  ),
  buildRule('B30', /(?:exit code|non-zero code): (\d+)/, {
    confidence: 0.45,
    params: (match) => ({ code: match[1] ?? '' }),
    fixes: (_match, { builder }) =>
      commands('read', ['docker', 'build', ...(builder === 'buildkit' ? ['--progress=plain'] : []), '--no-cache', '.']),
  }),
];
