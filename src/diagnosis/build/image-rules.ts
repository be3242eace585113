import { commands } from '../fixes/recreate.ts';
import { always, buildRule, type BuildRule } from './build-rule.ts';

const login = always('reversible', ['docker', 'login']);

/** The base image. */
export const imageRules: readonly BuildRule[] = [
  buildRule(
    'B04',
    /pull access denied for ([^\s,]+)|([\w./:-]+): pull access denied|insufficient_scope|authorization failed/,
    {
      variant: 'access',
      confidence: 0.965,
      when: ({ lines }) => !lines.some(({ text }) => /invalid from flag value/i.test(text)),
      fixes: login,
    },
  ),
  buildRule(
    'B04',
    /manifest for (\S+) not found|manifest unknown|failed to resolve source metadata for (\S+?):? .*: not found|failed to solve: ([\w./:@-]+): (?:[\w./:@-]+: )?not found|"?([\w./:-]+)"?: not found: manifest unknown/,
    {
      confidence: 0.97,
      when: ({ lines }) =>
        !lines.some(({ text }) =>
          /failed to compute cache key|failed to calculate checksum|for platform in manifest/.test(text),
        ),
      params: (match, { instruction }) => ({
        name: match[1] ?? match[2] ?? match[3] ?? match[4] ?? instruction ?? '',
      }),
      fixes: (match) => {
        const name = match[1] ?? match[2] ?? match[3] ?? match[4];
        return name === undefined ? [] : commands('read', ['docker', 'manifest', 'inspect', name]);
      },
    },
  ),
  buildRule(
    'B04',
    /base name \(([^)]*)\) should not be blank|failed to parse stage name "([^"]*)"|invalid reference format/,
    {
      variant: 'empty',
      confidence: 0.97,
      params: (match, { instruction }) => ({ name: match[1] || match[2] || instruction || 'FROM' }),
      fixes: always('read', ['grep', '-n', '-E', '^(ARG|FROM)', 'Dockerfile']),
    },
  ),
  buildRule(
    'B05',
    /no match for platform in manifest|no matching manifest for (\S+)|does not (?:provide|match) the specified platform/,
    {
      confidence: 0.97,
      params: (match) => ({ name: (match[1] ?? 'this platform').replace(/,$/, '') }),
      fixes: always('read', ['docker', 'info', '--format', '{{.OSType}}/{{.Architecture}}']),
    },
  ),
  buildRule('B05', /exec format error/, {
    variant: 'format',
    confidence: 0.97,
    fixes: always('host', ['docker', 'run', '--privileged', '--rm', 'tonistiigi/binfmt', '--install', 'all']),
    verify: [['docker', 'info', '--format', '{{.OSType}}/{{.Architecture}}']],
  }),
  buildRule(
    'B06',
    /exec: "(\/bin\/(?:sh|bash)|\S+)": (?:stat \S+: no such file|executable file not found)|no such file or directory.*exec \/bin\/sh/,
    {
      confidence: 0.97,
    },
  ),
  buildRule('B04', /toomanyrequests|pull rate limit/i, { variant: 'limit', confidence: 0.98, fixes: login }),
];
