import { commands } from '../fixes/recreate.ts';
import { always, buildRule, type BuildRule } from './build-rule.ts';

export const nodeRules: readonly BuildRule[] = [
  buildRule('B13', /npm (?:ERR!|error) code ERESOLVE|unable to resolve dependency tree/, {
    variant: 'peers',
    confidence: 0.97,
    fixes: always('read', ['npm', 'ls', '--all']),
    verify: [['npm', 'install', '--dry-run']],
  }),
  buildRule(
    'B13',
    /can only install (?:packages )?(?:when your package\.json and package-lock\.json|with an existing package-lock\.json)|Your lockfile needs to be updated, but yarn was run with|ERR_PNPM_(?:OUTDATED_LOCKFILE|NO_LOCKFILE)|The lockfile would have been modified by this install|error: lockfile had changes, but lockfile is frozen/,
    {
      variant: 'lock',
      confidence: 0.97,
      fixes: ({ input }) =>
        commands(
          'reversible',
          /pnpm/i.test(input)
            ? ['pnpm', 'install', '--lockfile-only']
            : /yarn|lockfile would/i.test(input)
              ? ['yarn', 'install']
              : ['npm', 'install', '--package-lock-only'],
        ),
      verify: [['git', 'status', '--short']],
    },
  ),
  buildRule(
    'B13',
    /(?:npm (?:ERR!|error)|enoent) .*open '([^']*package\.json)'|Couldn't find a package\.json file in "([^"]+)"|ERR_PNPM_NO_PKG_MANIFEST/,
    {
      variant: 'manifest',
      confidence: 0.97,
      fixes: always('read', ['ls', '-la'], ['grep', '-n', 'COPY', 'Dockerfile']),
    },
  ),
  buildRule('B13', /npm (?:ERR!|error) (?:code E404|404 +Not Found)|npm (?:ERR!|error) 404 +'([^']+)' is not in/, {
    variant: 'missing',
    confidence: 0.95,
    params: (match, { failing }) => ({
      name:
        match[1] ??
        failing.flatMap(({ text }) => /404 +'([^']+)'|GET (\S+)/.exec(text)?.slice(1, 3) ?? []).find(Boolean) ??
        '',
    }),
  }),
  buildRule(
    'B13',
    /npm (?:ERR!|error) code (?:E401|E403|ENEEDAUTH)|ERR_PNPM_FETCH_40[13]|401 Unauthorized|403 Forbidden/,
    {
      variant: 'auth',
      confidence: 0.95,
      fixes: always('reversible', ['docker', 'build', '--secret', 'id=npmrc,src=.npmrc', '.']),
    },
  ),
  buildRule(
    'B13',
    /npm (?:ERR!|error) code ETARGET|No matching version found for (\S+?)\.?$|ERR_PNPM_NO_MATCHING_VERSION/,
    {
      variant: 'version',
      confidence: 0.96,
      params: (match, { failing }) => ({
        name:
          match[1] ??
          failing.flatMap(({ text }) => /No matching version found for (\S+?)\.?$/.exec(text)?.[1] ?? [])[0] ??
          '',
      }),
    },
  ),
  buildRule('B13', /(?:Missing script:? "?|Command )([\w:.-]+)"?(?: not found)?\.?$/, {
    variant: 'script',
    confidence: 0.95,
    when: (_build, { input }) => /Missing script|error Command/.test(input),
    fixes: always('read', ['npm', 'run']),
  }),
  buildRule('B13', /gyp ERR! (?:find Python|stack Error: not found: (make))|gyp ERR! build error|node-gyp.*not ok/, {
    variant: 'native',
    confidence: 0.96,
  }),
  buildRule(
    'B13',
    /The engine "(\w+)" is incompatible|npm (?:ERR!|error) code EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE|error:0308010C|ERR_OSSL_EVP_UNSUPPORTED/,
    {
      variant: 'engine',
      confidence: 0.96,
      fixes: always('read', ['grep', '-n', '-i', '^FROM', 'Dockerfile']),
    },
  ),
  buildRule(
    'B13',
    /(?:Error: )?Cannot find module '([^']+)'|Module not found: (?:Error: )?Can't resolve '([^']+)'|Could not resolve "([^"]+)"/,
    {
      variant: 'module',
      confidence: 0.9,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? '' }),
      fixes: always('read', ['npm', 'ls']),
    },
  ),
  buildRule('B13', /error (TS\d+): |([\w./-]+\.tsx?)\(\d+,\d+\): error/, {
    variant: 'types',
    confidence: 0.9,
    fixes: always('read', ['npx', 'tsc', '--noEmit']),
  }),
];
