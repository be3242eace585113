import { commands, recreate } from '../fixes/recreate.ts';
import { nameOf, textRule, type Rule } from './rule.ts';

const users: readonly Rule[] = [
  textRule('C44', /unable to find user ([^:]+): (?:no matching entries|invalid)/, {
    confidence: 0.98,
    params: (match) => ({ name: match[1] ?? '' }),
    fixes: (evidence) => recreate(evidence, { user: '1000:1000' }),
  }),
  textRule('C44', /unable to find group ([^:]+): no matching entries/, {
    confidence: 0.98,
    variant: 'group',
    params: (match) => ({ name: match[1] ?? '' }),
    fixes: (evidence) => recreate(evidence, { user: '1000:1000' }),
  }),
];

const gpu: readonly Rule[] = [
  textRule(
    'C57',
    /could not select device driver "[^"]*" with capabilities: \[\[.*gpu.*\]\]|no known GPU vendor found|unresolvable CDI devices? (\S+)/,
    {
      confidence: 0.98,
      fixes: () =>
        commands(
          'host',
          ['sudo', 'nvidia-ctk', 'runtime', 'configure', '--runtime=docker'],
          ['sudo', 'systemctl', 'restart', 'docker'],
        ),
      verify: () => [['docker', 'info', '--format', '{{json .Runtimes}}']],
    },
  ),
  textRule('C57', /(?:unknown or invalid runtime name:?|Unknown runtime specified) ?(\S*)/i, {
    confidence: 0.97,
    variant: 'runtime',
    params: (match) => ({ name: match[1] ?? '' }),
    fixes: () => commands('read', ['docker', 'info', '--format', '{{json .Runtimes}}']),
  }),
  textRule(
    'C57',
    /CUDA driver version is insufficient|no CUDA-capable device|No CUDA GPUs are available|libcuda\.so\.1: cannot open|Failed to initialize NVML/,
    {
      places: ['log'],
      confidence: 0.94,
      variant: 'driver',
      fixes: () => commands('read', ['nvidia-smi']),
    },
  ),
];

const devices: readonly Rule[] = [
  textRule('C58', /error gathering device information while adding custom device "([^"]+)"/, {
    confidence: 0.98,
    params: (match) => ({ name: match[1] ?? '' }),
    fixes: (_evidence, match) => commands('read', ['ls', '-l', match[1] ?? '/dev']),
  }),
  textRule('C58', /Bad system call|seccomp.*(?:denied|blocked)/i, { confidence: 0.85, variant: 'seccomp' }),
  textRule(
    'C58',
    /(mount|umount|iptables|ip6?tables|ptrace|ioctl|setns|unshare|modprobe|ip link|RTNETLINK|sethostname|swapon|mknod|reboot|settimeofday|adjtimex)\b.*(?:[Oo]peration not permitted|[Pp]ermission denied|you must be root)|permission denied \(are you root\?\)/,
    {
      places: ['log'],
      confidence: 0.92,
      variant: 'capability',
      params: (match) => ({ name: match[1] ?? 'operation', capability: capabilityFor(match[1] ?? '') }),
      fixes: (evidence, match) => recreate(evidence, { capAdd: [capabilityFor(match[1] ?? '')] }),
    },
  ),
];

function capabilityFor(operation: string): string {
  if (/iptables|ip6?tables|ip link|RTNETLINK/.test(operation)) return 'NET_ADMIN';
  if (operation === 'ptrace') return 'SYS_PTRACE';
  if (/time/.test(operation)) return 'SYS_TIME';
  return operation === 'mknod' ? 'MKNOD' : 'SYS_ADMIN';
}

const cgroups: readonly Rule[] = [
  textRule(
    'C59',
    /Minimum memory limit (?:allowed|can not be less than) (?:is )?(\w+)|possibly OOM-killed|container init was OOM-killed/,
    {
      confidence: 0.97,
      variant: 'small',
      params: (match) => ({ least: match[1] ?? '6MB' }),
      fixes: (evidence) => recreate(evidence, { memory: '64m' }),
    },
  ),
  textRule(
    'C59',
    /cgroup mountpoint does not exist|cgroups: |failed to (?:create|write).*cgroup|unable to apply cgroup/i,
    {
      places: ['error', 'output'],
      confidence: 0.9,
      fixes: () => commands('read', ['docker', 'info', '--format', '{{.CgroupDriver}} {{.CgroupVersion}}']),
    },
  ),
  textRule('C59', /OCI runtime create failed|failed to create (?:task|shim)/, {
    places: ['error', 'output'],
    confidence: 0.35,
    variant: 'runtime',
    params: (match) => ({ text: match.input.slice(-160) }),
  }),
];

const pull = (pattern: RegExp, variant: string, fix: readonly (readonly string[])[]): Rule =>
  textRule('C60', pattern, {
    places: ['output', 'error'],
    confidence: 0.96,
    variant,
    params: (match) => ({ name: match[1] ?? match[2] ?? '' }),
    fixes: (_evidence, match) =>
      fix.length === 0
        ? []
        : commands('read', ...fix.map((words) => words.map((word) => word.replace('NAME', match[1] ?? 'IMAGE')))),
  });

const pulls: readonly Rule[] = [
  pull(/toomanyrequests|You have reached your (?:unauthenticated )?pull rate limit/i, 'limit', [['docker', 'login']]),
  pull(/no matching manifest for (\S+)/, 'platform', [['docker', 'buildx', 'imagetools', 'inspect', 'IMAGE']]),
  pull(/manifest (?:for (\S+) )?(?:not found|unknown)|(\S+): not found: manifest unknown/, 'tag', [
    ['docker', 'manifest', 'inspect', 'NAME'],
  ]),
  pull(/x509: certificate signed by unknown authority|x509: (?:.*)/, 'authority', [
    ['docker', 'info', '--format', '{{json .RegistryConfig.InsecureRegistryCIDRs}}'],
  ]),
  pull(/server gave HTTP response to HTTPS client/, 'http', []),
  pull(/proxyconnect tcp/, 'proxy', [['docker', 'info', '--format', '{{.HTTPProxy}} {{.HTTPSProxy}}']]),
  pull(
    /pull access denied for ([^,\s]+)|repository (?:name )?does not exist or may require|requested access to the resource is denied/,
    'access',
    [
      ['docker', 'login'],
      ['docker', 'search', 'NAME'],
    ],
  ),
  pull(/unauthorized: |401 Unauthorized|no basic auth credentials/, 'auth', [['docker', 'login']]),
  pull(
    /(?:Get|Head|Post) "?https?:\/\/([^/"]+)\S*.*(?:i\/o timeout|no such host|connection refused|Client\.Timeout|context deadline exceeded|EOF|network is unreachable|server misbehaving)/,
    'network',
    [['curl', '-sSI', 'https://NAME/v2/']],
  ),
  pull(/No such image: (\S+)|Unable to find image '([^']+)' locally$/, 'absent', [['docker', 'pull', 'NAME']]),
];

const daemon: readonly Rule[] = [
  textRule('C61', /Conflict\. The container name "\/?([^"]+)" is already in use/, {
    places: ['output', 'error'],
    confidence: 0.98,
    params: (match) => ({ name: match[1] ?? '' }),
    fixes: (_evidence, match) => commands('reversible', ['docker', 'rename', match[1] ?? '', `${match[1]}-old`]),
    verify: (_evidence, match) => [['docker', 'ps', '-a', '--filter', `name=^/${match[1]}$`]],
  }),
  textRule(
    'C62',
    /Cannot connect to the Docker daemon at (\S+?)\.? |Is the docker daemon running|failed to connect to the docker API at (\S+)/,
    {
      places: ['output'],
      confidence: 0.97,
      params: (match) => ({ address: match[1] ?? match[2] ?? '' }),
      fixes: () => [
        ...commands('host', ['sudo', 'systemctl', 'start', 'docker']),
        ...commands('read', ['docker', 'context', 'ls']),
      ],
      verify: () => [['docker', 'version']],
    },
  ),
  textRule(
    'C62',
    /permission denied while trying to connect to the [Dd]ocker|dial unix \S*docker\.sock: connect: permission denied|docker\.sock.*[Pp]ermission denied|EACCES.*docker\.sock/,
    {
      confidence: 0.97,
      variant: 'denied',
      fixes: () => commands('host', ['sudo', 'usermod', '-aG', 'docker', '$USER']),
      verify: () => [['docker', 'version']],
    },
  ),
  textRule('C62', /client version ([\d.]+) is too (old|new)\. (?:Minimum|Maximum) supported API version is ([\d.]+)/, {
    confidence: 0.98,
    variant: 'version',
    params: (match) => ({ client: match[1] ?? '', needed: match[3] ?? '' }),
    fixes: () => commands('read', ['docker', 'version']),
  }),
];

const compose = (pattern: RegExp, variant: string | undefined, confidence = 0.95): Rule =>
  textRule('C63', pattern, {
    places: ['output'],
    confidence,
    ...(variant === undefined ? {} : { variant }),
    params: (match) => ({ name: match.slice(1).find((one) => one !== undefined) ?? '' }),
    fixes: () => commands('read', ['docker', 'compose', 'config']),
    verify: () => [['docker', 'compose', 'config', '--quiet']],
  });

const composeRules: readonly Rule[] = [
  compose(/(?:The )?\\?"?(\w+)\\?"? variable is not set\. Defaulting to a blank string/, 'variable', 0.9),
  compose(/service "?([^"\s]+)"? depends on undefined service "?([^":\s]+)/, 'service'),
  compose(/service "([^"]+)" has neither an image nor a build context/, 'image'),
  compose(/invalid reference format/, 'reference', 0.9),
  compose(
    /(?:yaml|parsing \S+): .*(line \d+.*)|found character that cannot start any token|mapping values are not allowed/,
    'yaml',
  ),
  compose(/env file (\S+) not found|(\S*\.env): no such file or directory|open (\S*\.env): no such file/, 'env'),
  compose(
    /(?:Additional property|additional properties) '?([^'\s]+)'? (?:is )?not allowed|validating \S+: (.*)/,
    'property',
  ),
  compose(/no configuration file provided: not found/, 'file'),
];

const emulation: readonly Rule[] = [
  textRule('C70', /qemu: uncaught target signal (\d+)/, {
    confidence: 0.96,
    params: (match) => ({ signal: match[1] ?? '' }),
    support: ({ image, engine }) => [
      ...(image ? [{ source: 'image' as const, text: `Architecture = ${image.Architecture}` }] : []),
      ...(engine ? [{ source: 'engine' as const, text: `Architecture = ${engine.Architecture}` }] : []),
    ],
    fixes: (evidence) =>
      commands('read', [
        'docker',
        'image',
        'inspect',
        '--format',
        '{{.Os}}/{{.Architecture}}',
        evidence.container?.Config.Image ?? nameOf(evidence),
      ]),
  }),
];

export const engineRules: readonly Rule[] = [
  ...users,
  ...gpu,
  ...devices,
  ...cgroups,
  ...pulls,
  ...daemon,
  ...composeRules,
  ...emulation,
];
