import { always, buildRule, type BuildRule } from './build-rule.ts';

const again = always('reversible', ['docker', 'build', '--no-cache', '.']);

/** Packages of the distribution: apt, apk, dnf. */
export const packageRules: readonly BuildRule[] = [
  buildRule('B10', /E: Unable to locate package (\S+)|E: Couldn't find any package by (?:glob|regex) '([^']+)'/, {
    confidence: 0.97,
    fixes: again,
  }),
  buildRule(
    'B10',
    /E: Package '([^']+)' has no installation candidate|E: Version '([^']+)' for '[^']+' was not found/,
    {
      variant: 'candidate',
      confidence: 0.97,
      fixes: again,
    },
  ),
  buildRule('B10', /(?:E: Failed to fetch|Err:\d+) (\S+).*404 +Not Found|^ +404 +Not Found(?: \[IP: \S+)?()/, {
    variant: 'stale',
    confidence: 0.94,
    fixes: again,
  }),
  buildRule(
    'B10',
    /The repository '([^']+)' (?:does not have|no longer has) a Release file|Err:\d+ \S+ (\S+) Release\s*$|repository '([^']+)' is not signed/,
    {
      variant: 'release',
      confidence: 0.965,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? '' }),
      fixes: always('read', ['grep', '-n', '-i', '^FROM', 'Dockerfile']),
    },
  ),
  buildRule(
    'B10',
    /NO_PUBKEY (\w+)|At least one invalid signature|following signatures (?:couldn't be verified|were invalid)/,
    {
      variant: 'key',
      confidence: 0.96,
    },
  ),
  buildRule('B10', /Release file for (\S+) is (?:not valid yet|expired)/, {
    variant: 'time',
    confidence: 0.97,
    fixes: always('read', ['date', '-u']),
  }),
  buildRule(
    'B10',
    /^(?:E: )?(?:Abort\.|Operation aborted\.|Exiting on user command)|Do you want to continue\? \[Y\/n\] Abort/,
    {
      variant: 'yes',
      confidence: 0.96,
      fixes: always('read', ['gantry', 'ai', 'fix', 'Dockerfile']),
    },
  ),
  buildRule(
    'B10',
    /E: (?:Could not get lock|Unable to lock) (\S+)|unmet dependencies|E: Unable to correct problems, you have held broken packages/,
    {
      variant: 'broken',
      confidence: 0.93,
      fixes: again,
    },
  ),
  buildRule('B10', /E: Sub-process \/usr\/bin\/dpkg returned an error|dpkg: error processing package (\S+)/, {
    variant: 'dpkg',
    confidence: 0.9,
  }),
  buildRule('B11', /^\s*([\w.+-]+) \(no such package\)/, { confidence: 0.97, fixes: again }),
  buildRule('B11', /breaks: world\[([^\]]+)\]/, { variant: 'version', confidence: 0.97, fixes: again }),
  buildRule('B11', /UNTRUSTED signature|BAD signature/, { variant: 'key', confidence: 0.96, fixes: again }),
  buildRule('B28', /No match for argument: (\S+)|Error: Unable to find a match: (.+)|No package (\S+) available/, {
    confidence: 0.96,
    fixes: again,
  }),
  buildRule(
    'B28',
    /Failed to download metadata for repo '([^']+)'|Cannot prepare internal mirrorlist|Cannot find a valid baseurl for repo: (\S+)/,
    {
      variant: 'mirror',
      confidence: 0.95,
      fixes: always('read', ['grep', '-n', '-i', '^FROM', 'Dockerfile']),
    },
  ),
];
