import { commands } from '../fixes/recreate.ts';
import { always, buildRule, type BuildRule } from './build-rule.ts';

export const pythonRules: readonly BuildRule[] = [
  buildRule('B12', /Could not open requirements file: .*'([^']+)'/, {
    variant: 'file',
    confidence: 0.97,
    fixes: (match) => commands('read', ['ls', '-la', match[1] ?? '.'], ['grep', '-n', 'COPY', 'Dockerfile']),
  }),
  buildRule(
    'B12',
    /requires a different Python: (\S+) not in|Requires-Python (\S+)|requires Python ['"]?([^'"\s]+)|Python (\S+) (?:is )?not supported/,
    {
      variant: 'python',
      confidence: 0.965,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? match[4] ?? '' }),
    },
  ),
  buildRule(
    'B12',
    /(?:No matching distribution found for|Could not find a version that satisfies the requirement) (\S+)/,
    {
      variant: 'version',
      confidence: 0.945,
      fixes: (match) => commands('read', ['pip', 'index', 'versions', (match[1] ?? '').split(/[=<>!~;[]/)[0] ?? '']),
    },
  ),
  buildRule(
    'B12',
    /(pg_config) executable not found|(mysql_config): (?:command )?not found|Can not find valid pkg-config name|([\w./-]+\.h): No such file or directory/,
    {
      variant: 'header',
      confidence: 0.97,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? 'header' }),
    },
  ),
  buildRule(
    'B12',
    /(?:command '?|unable to execute '?)([\w/-]*(?:gcc|g\+\+|cc|clang|rustc|cargo))'? failed: No such file|error: (?:can't find|Can not find) Rust compiler|(gcc|g\+\+|cc): (?:command )?not found|No such file or directory: '((?:gcc|g\+\+|cc|cargo))'/,
    {
      variant: 'compiler',
      confidence: 0.97,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? 'Rust' }),
    },
  ),
  buildRule('B12', /ResolutionImpossible|conflicting dependencies|because these package versions have conflicting/, {
    variant: 'conflict',
    confidence: 0.96,
  }),
  buildRule('B12', /externally-managed-environment/, { variant: 'managed', confidence: 0.97 }),
  buildRule(
    'B12',
    /poetry\.lock (?:was last generated|is not up to date)|pyproject\.toml changed significantly|The lockfile at .uv\.lock. needs to be updated/,
    {
      variant: 'lock',
      confidence: 0.97,
      fixes: (match) => commands('reversible', [match[0].includes('uv.lock') ? 'uv' : 'poetry', 'lock']),
    },
  ),
  buildRule(
    'B12',
    /Failed building wheel for (\S+)|metadata-generation-failed|subprocess-exited-with-error|Failed to build installable wheels|error: failed-wheel-build-for-install/,
    {
      variant: 'wheel',
      confidence: 0.8,
      fixes: always('read', ['docker', 'build', '--progress=plain', '.']),
    },
  ),
];
