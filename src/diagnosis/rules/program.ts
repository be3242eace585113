import { commands, recreate } from '../fixes/recreate.ts';
import type { EvidenceLine } from '../types.ts';
import { field, nameOf, search, stateField, textRule, type Rule } from './rule.ts';

/** What the probe's last result says. */
const probes: readonly (readonly [string, RegExp])[] = [
  ['binary', /not found|No such file|executable file not found|command not found/],
  ['timeout', /exceeded timeout|timed out|deadline exceeded/],
  ['refused', /[Cc]onnection refused|ECONNREFUSED|couldn't connect|Failed to connect/],
  ['path', /\b(?:404|403|401)\b|Not Found|returned error: 4/],
  ['server', /\b50\d\b|returned error: 5/],
];

const unhealthy: Rule = {
  id: 'C47',
  find(evidence) {
    const { container } = evidence;
    const health = container?.State.Health;
    if (!container || health?.Status !== 'unhealthy') return undefined;
    const last = health.Log.at(-1);
    const output = last?.Output.trim() ?? '';
    const variant = probes.find(([, pattern]) => pattern.test(output))?.[0];
    const test = container.Config.Healthcheck?.Test ?? [];
    const lines: EvidenceLine[] = [
      stateField('Health.Status', health.Status),
      field('Config.Healthcheck.Test', test),
      ...output
        .split('\n')
        .slice(-2)
        .filter((text) => text.trim() !== '')
        .map((text) => ({ source: 'health' as const, text })),
    ];
    return {
      confidence: variant ? 0.96 : 0.9,
      variant,
      params: {
        probe: test.slice(1).join(' '),
        output: output.split('\n').at(-1) ?? '',
        code: last?.ExitCode ?? 0,
        streak: health.FailingStreak,
        seconds: (container.Config.Healthcheck?.Timeout ?? 0) / 1e9 || 30,
      },
      evidence: lines,
      fixes: commands('read', ['docker', 'inspect', '--format', '{{json .State.Health}}', container.Name]),
      verify: [{ argv: ['docker', 'inspect', '--format', '{{.State.Health.Status}}', container.Name] }],
    };
  },
};

/** Whether the host's modules were copied into an image of another kind. */
const node: readonly Rule[] = [
  textRule(
    'C68',
    /invalid ELF header|was compiled against a different Node\.js version|Error loading shared library .*\.node|ERR_DLOPEN_FAILED/,
    {
      places: ['log'],
      confidence: 0.96,
      variant: 'native',
      fixes: () => commands('reversible', ['sh', '-c', 'echo node_modules >> .dockerignore'], ['docker', 'build', '.']),
    },
  ),
  textRule('C68', /Cannot find (?:module|package) '([^']+)'/, {
    places: ['log'],
    confidence: 0.9,
    variant: 'node',
    params: (match) => ({ name: match[1] ?? '' }),
    fixes: (evidence) => commands('read', ['docker', 'image', 'history', evidence.container?.Config.Image ?? '']),
  }),
];

const python: readonly Rule[] = [
  textRule('C68', /(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?/, {
    places: ['log'],
    confidence: 0.92,
    variant: 'python',
    params: (match) => ({ name: match[1] ?? '' }),
  }),
  textRule('C68', /Invalid HTTP_HOST header: '([^']+)'|DisallowedHost/, {
    places: ['log'],
    confidence: 0.93,
    variant: 'django',
    params: (match) => ({ name: match[1] ?? '?' }),
    fixes: (evidence) => recreate(evidence, { env: { ALLOWED_HOSTS: 'localhost' } }),
  }),
  textRule('C68', /python3?: can't open file '?([^':]+)/, {
    places: ['log'],
    confidence: 0.92,
    variant: 'file',
    params: (match) => ({ name: match[1] ?? '' }),
  }),
];

const java: readonly Rule[] = [
  textRule('C68', /UnsupportedClassVersionError: .*class file version ([\d.]+)/, {
    places: ['log'],
    confidence: 0.97,
    variant: 'jre',
    params: (match) => ({ version: javaVersion(match[1] ?? '') }),
  }),
  textRule(
    'C68',
    /Could not find or load main class (\S+)|Unable to access jarfile (\S+)|no main manifest attribute, in (\S+)/,
    {
      places: ['log'],
      confidence: 0.95,
      variant: 'jar',
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? '' }),
    },
  ),
];

/** Class files of version 61 need Java 17. */
function javaVersion(classFile: string): string {
  const major = Number.parseInt(classFile, 10);
  return Number.isNaN(major) ? '?' : String(major - 44);
}

const model: readonly Rule[] = [
  textRule(
    'C72',
    /unable to load runner|llama\.cpp terminated unexpectedly|failed to allocate (?:\w+ )?buffer|error loading model|failed to load model|unable to allocate \S+ buffer|cudaMalloc failed: out of memory/,
    {
      confidence: 0.95,
      when: (evidence) => {
        const missing = search(evidence, /No such file|not found|invalid magic|unknown model architecture/, ['log']);
        return missing === undefined || search(evidence, /allocate|out of memory/, ['log']) !== undefined;
      },
      params: (_match, { host }) => ({
        free: host?.availableMemoryBytes === undefined ? '?' : `${(host.availableMemoryBytes / 1e9).toFixed(1)} GB`,
      }),
      fixes: (evidence) => commands('read', ['docker', 'stats', '--no-stream', nameOf(evidence)]),
    },
  ),
  textRule(
    'C72',
    /invalid magic|unknown model architecture: '?(\w+)'?|error loading model.*(?:No such file|not found)/,
    {
      confidence: 0.96,
      variant: 'file',
      params: (match) => ({ name: match[1] ?? '' }),
    },
  ),
];

export const programRules: readonly Rule[] = [unhealthy, ...node, ...python, ...java, ...model];
