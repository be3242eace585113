import { commands, recreate } from '../fixes/recreate.ts';
import type { Evidence } from '../types.ts';
import { envOf, isFamily, nameOf, textRule, type Rule, type TextRuleOptions } from './rule.ts';
import type { CauseId, EvidenceLine } from '../types.ts';

const absent = (evidence: Evidence, name: string): readonly EvidenceLine[] => {
  const value = envOf(evidence, name);
  if (!evidence.container) return [];
  if (value === undefined) return [{ source: 'inspect', text: `Config.Env: ${name} absent` }];
  return value === '' ? [{ source: 'inspect', text: `Config.Env: ${name} empty` }] : [];
};

const ready = (evidence: Evidence, ...words: readonly string[]): readonly (readonly string[])[] => [
  ['docker', 'exec', nameOf(evidence), ...words],
];

/** What the image's own start script prints before the server starts. */
function missingPassword(
  id: CauseId,
  pattern: RegExp,
  {
    variable,
    probe,
    family,
    ...more
  }: { variable: string; probe: readonly string[]; family: RegExp } & Partial<TextRuleOptions>,
): Rule {
  return textRule(id, pattern, {
    places: ['log', 'output'],
    confidence: 0.98,
    params: () => ({ variable }),
    support: (evidence) => [
      ...absent(evidence, variable),
      ...(isFamily(evidence, family)
        ? [{ source: 'inspect' as const, text: `Config.Image = ${evidence.container?.Config.Image}` }]
        : []),
    ],
    fixes: (evidence) => recreate(evidence, { newSecrets: [variable] }),
    verify: (evidence) => ready(evidence, ...probe),
    ...more,
  });
}

const postgres: readonly Rule[] = [
  missingPassword('C18', /Database is uninitialized and superuser password is not specified/, {
    variable: 'POSTGRES_PASSWORD',
    probe: ['pg_isready'],
    family: /^postgres|postgis|timescale/,
  }),
  textRule(
    'C18',
    /POSTGRES_\w+ and POSTGRES_\w+ are set \(but are exclusive\)|both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE/,
    {
      confidence: 0.97,
      variant: 'both',
      fixes: (evidence) => recreate(evidence, { withoutEnv: ['POSTGRES_PASSWORD_FILE'] }),
      verify: (evidence) => ready(evidence, 'pg_isready'),
    },
  ),
  textRule(
    'C19',
    /initialized by PostgreSQL version (\d+(?:\.\d+)?), which is not compatible with this version (\d+)?/,
    {
      confidence: 0.98,
      params: (match) => ({ old: match[1] ?? '?', now: match[2] ?? '?' }),
      fixes: (evidence, match) =>
        recreate(evidence, { image: withTag(evidence.container?.Config.Image ?? 'postgres', match[1] ?? '') }),
      verify: (evidence) => ready(evidence, 'pg_isready'),
    },
  ),
  textRule('C19', /database files are incompatible with server/, {
    confidence: 0.9,
    params: () => ({ old: '?', now: '?' }),
  }),
  textRule('C20', /in 18\+, these Docker images are configured to store database data in a/, {
    confidence: 0.98,
    fixes: (evidence) => recreate(evidence, { image: withTag(evidence.container?.Config.Image ?? 'postgres', '17') }),
    verify: (evidence) => ready(evidence, 'pg_isready'),
  }),
  textRule('C21', /initdb: error: directory "([^"]+)" exists but is not empty/, {
    confidence: 0.97,
    params: (match) => ({ folder: match[1] ?? '' }),
    fixes: (evidence, match) => recreate(evidence, { env: { PGDATA: `${match[1]}/pgdata` } }),
    verify: (evidence) => ready(evidence, 'pg_isready'),
  }),
  textRule('C21', /data directory "([^"]+)" has (?:wrong ownership|invalid permissions|group or world access)/, {
    confidence: 0.97,
    variant: 'owner',
    params: (match) => ({ folder: match[1] ?? '' }),
    fixes: (evidence, match) => {
      const source = evidence.container?.Mounts.find(({ Destination }) =>
        (match[1] ?? '').startsWith(Destination),
      )?.Source;
      return source
        ? commands('host', ['sudo', 'chown', '-R', '999:999', source], ['sudo', 'chmod', '0700', source])
        : [];
    },
    verify: (evidence) => ready(evidence, 'pg_isready'),
  }),
  textRule(
    'C22',
    /password authentication failed for user "([^"]+)"|role "([^"]+)" does not exist|database "([^"]+)" does not exist/,
    {
      confidence: 0.9,
      params: (match) => ({ name: match[1] ?? match[2] ?? match[3] ?? '' }),
      fixes: (evidence) =>
        commands('reversible', [
          'docker',
          'exec',
          '-it',
          nameOf(evidence),
          'psql',
          '-U',
          envOf(evidence, 'POSTGRES_USER') ?? 'postgres',
        ]),
    },
  ),
];

function withTag(image: string, tag: string): string {
  const name = image.split('@')[0] ?? image;
  const colon = name.lastIndexOf(':');
  return `${colon > name.lastIndexOf('/') ? name.slice(0, colon) : name}:${tag}`;
}

const mysql: readonly Rule[] = [
  missingPassword('C25', /Database is uninitialized and password option is not specified/, {
    variable: 'MARIADB_ROOT_PASSWORD',
    probe: ['healthcheck.sh', '--connect'],
    family: /^mariadb/,
    when: (evidence) => isMaria(evidence),
  }),
  missingPassword('C23', /Database is uninitialized and password option is not specified/, {
    variable: 'MYSQL_ROOT_PASSWORD',
    probe: ['mysqladmin', 'ping'],
    family: /^(mysql|percona)/,
    when: (evidence) => !isMaria(evidence),
  }),
  textRule('C23', /MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user/, {
    confidence: 0.97,
    variant: 'root',
    fixes: (evidence) =>
      recreate(evidence, { withoutEnv: ['MYSQL_USER', 'MYSQL_PASSWORD'], newSecrets: ['MYSQL_ROOT_PASSWORD'] }),
  }),
  textRule('C25', /MARIADB_ROOT_PASSWORD_HASH.*(?:exclusive|both)|both.*MARIADB_ROOT_PASSWORD_HASH/, {
    confidence: 0.9,
    variant: 'both',
    fixes: (evidence) => recreate(evidence, { withoutEnv: ['MARIADB_ROOT_PASSWORD_HASH'] }),
  }),
  textRule(
    'C24',
    /Invalid MySQL server (?:down|up)grade: (.*)|Cannot (?:up|down)grade (?:the )?server|(?:Up|Down)grade after a crash is not supported|redo log.*(?:created with|was created by) (?:MariaDB|MySQL) ([\d.]+)/i,
    {
      confidence: 0.97,
      params: (match) => ({ text: match[1] ?? match[2] ?? '' }),
    },
  ),
  textRule('C24', /Unable to lock \.\/ibdata1|Check that you do not already have another mysqld process/, {
    confidence: 0.96,
    variant: 'locked',
    params: (_match, evidence) => ({ other: sharing(evidence) ?? '?' }),
    fixes: (evidence) => {
      const other = sharing(evidence);
      return other === undefined
        ? []
        : commands('reversible', ['docker', 'stop', other], ['docker', 'start', nameOf(evidence)]);
    },
  }),
];

function isMaria(evidence: Evidence): boolean {
  return isFamily(evidence, /^mariadb/) || evidence.log.some(({ text }) => text.includes('MARIADB_ROOT_PASSWORD'));
}

/** Another container that runs with one of our volumes. */
function sharing({ container, others }: Evidence): string | undefined {
  const ours = (container?.Mounts ?? []).map(({ Name }) => Name).filter((name) => name !== '');
  return others.find(({ state, volumes }) => state === 'running' && volumes.some((name) => ours.includes(name)))?.name;
}

const mongo: readonly Rule[] = [
  textRule('C26', /missing 'MONGO_INITDB_ROOT_(USERNAME|PASSWORD)'/, {
    confidence: 0.98,
    support: (evidence) => [
      ...absent(evidence, 'MONGO_INITDB_ROOT_USERNAME'),
      ...absent(evidence, 'MONGO_INITDB_ROOT_PASSWORD'),
    ],
    fixes: (evidence) => {
      const named = envOf(evidence, 'MONGO_INITDB_ROOT_USERNAME');
      const known = (envOf(evidence, 'MONGO_INITDB_ROOT_PASSWORD') ?? '') !== '';
      return recreate(evidence, {
        env: named ? {} : { MONGO_INITDB_ROOT_USERNAME: 'root' },
        ...(known ? {} : { newSecrets: ['MONGO_INITDB_ROOT_PASSWORD'] }),
      });
    },
    verify: (evidence) => ready(evidence, 'mongosh', '--eval', 'db.runCommand({ping:1})'),
  }),
  textRule('C27', /MongoDB 5\.0\+ requires a CPU with AVX support|requires a CPU with AVX/, {
    confidence: 0.98,
    support: ({ host }) =>
      host?.cpuFlags && !host.cpuFlags.includes('avx') ? [{ source: 'host', text: 'cpu flags: no avx' }] : [],
    fixes: (evidence) => recreate(evidence, { image: withTag(evidence.container?.Config.Image ?? 'mongo', '4.4') }),
  }),
  textRule('C27', /featureCompatibilityVersion|UPGRADE PROBLEM|Wrong mongod version/, {
    confidence: 0.9,
    variant: 'version',
    when: (evidence) =>
      isFamily(evidence, /^mongo/, 'MONGO_VERSION') || evidence.log.some(({ text }) => /mongod/i.test(text)),
  }),
  textRule('C27', /WiredTiger.*Operation not permitted|Operation not permitted.*WiredTiger/i, {
    confidence: 0.92,
    variant: 'mount',
  }),
];

const redis: readonly Rule[] = [
  textRule(
    'C28',
    /Can't open the append-only file: Permission denied|Can't open or create append-only dir .*Permission denied|Failed (?:opening|to open) the (?:RDB|temp).*Permission denied|Can't chdir to '([^']+)'/,
    {
      confidence: 0.95,
      fixes: (evidence) => {
        const source = evidence.container?.Mounts[0]?.Source;
        return source ? commands('host', ['sudo', 'chown', '-R', '999:999', source]) : [];
      },
      verify: (evidence) => ready(evidence, 'redis-cli', 'ping'),
    },
  ),
  textRule('C28', /Can't handle RDB format version (\d+)/, {
    confidence: 0.97,
    variant: 'version',
    params: (match) => ({ version: match[1] ?? '' }),
  }),
  textRule(
    'C28',
    /\*\*\* FATAL CONFIG FILE ERROR|Bad directive or wrong number of arguments|Fatal error, can't open config file '([^']+)'/,
    {
      confidence: 0.95,
      variant: 'config',
      verify: (evidence) => ready(evidence, 'redis-cli', 'ping'),
    },
  ),
  textRule('C28', /MISCONF Redis is configured to save RDB snapshots/, {
    confidence: 0.9,
    variant: 'misconf',
    fixes: () => commands('host', ['sudo', 'sysctl', '-w', 'vm.overcommit_memory=1']),
  }),
  textRule('C28', /\bNOAUTH Authentication required/, { confidence: 0.85, variant: 'auth' }),
  textRule('C28', /Memory overcommit must be enabled/, {
    confidence: 0.25,
    variant: 'overcommit',
    fixes: () => commands('host', ['sudo', 'sysctl', '-w', 'vm.overcommit_memory=1']),
  }),
];

export const databaseRules: readonly Rule[] = [...postgres, ...mysql, ...mongo, ...redis];
