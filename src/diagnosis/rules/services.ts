import { commands, recreate } from '../fixes/recreate.ts';
import { envOf, nameOf, textRule, type Rule } from './rule.ts';

/** Servers whose images want a variable before they start. */
const wanted: readonly Rule[] = [
  textRule('C29', /deprecated environment variables detected/, {
    confidence: 0.97,
    variant: 'rabbitmq',
    fixes: (evidence) =>
      recreate(evidence, { withoutEnv: namesOf(evidence.container?.Config.Env ?? [], /^RABBITMQ_/) }),
  }),
  textRule('C29', /You \*MUST\* specify an admin user and password/, {
    confidence: 0.98,
    variant: 'couchdb',
    fixes: (evidence) => recreate(evidence, { env: { COUCHDB_USER: 'admin' }, newSecrets: ['COUCHDB_PASSWORD'] }),
  }),
  textRule(
    'C29',
    /ACCEPT_EULA|The SQL Server End-User License Agreement|MSSQL_SA_PASSWORD|SA_PASSWORD.*(?:required|not set|must)|Unable to set system administrator password/,
    {
      confidence: 0.95,
      variant: 'mssql',
      fixes: (evidence) => recreate(evidence, { env: { ACCEPT_EULA: 'Y' }, newSecrets: ['MSSQL_SA_PASSWORD'] }),
    },
  ),
  textRule(
    'C29',
    /MINIO_ROOT_(?:USER|PASSWORD) (?:length )?should be at least|Invalid credentials.*MINIO|MINIO_ROOT_PASSWORD.*(?:at least 8|too short)/i,
    {
      confidence: 0.96,
      variant: 'minio',
      fixes: (evidence) =>
        recreate(evidence, {
          env: { MINIO_ROOT_USER: envOf(evidence, 'MINIO_ROOT_USER') || 'minio-admin' },
          newSecrets: ['MINIO_ROOT_PASSWORD'],
        }),
    },
  ),
  textRule(
    'C29',
    /Keycloak.*(?:start-dev|no command)|key material not provided to setup HTTPS|hostname is not configured; either configure hostname/i,
    {
      confidence: 0.93,
      variant: 'keycloak',
      fixes: (evidence) =>
        recreate(evidence, {
          command: ['start-dev'],
          newSecrets: ['KC_BOOTSTRAP_ADMIN_PASSWORD'],
          env: { KC_BOOTSTRAP_ADMIN_USERNAME: 'admin' },
        }),
    },
  ),
  textRule('C29', /NEO4J_ACCEPT_LICENSE_AGREEMENT/, {
    confidence: 0.96,
    variant: 'neo4j',
    fixes: (evidence) => recreate(evidence, { env: { NEO4J_ACCEPT_LICENSE_AGREEMENT: 'yes' } }),
  }),
  textRule('C29', /DOCKER_INFLUXDB_INIT_\w+/, {
    confidence: 0.93,
    variant: 'influxdb',
    fixes: (evidence) => recreate(evidence, { newSecrets: ['DOCKER_INFLUXDB_INIT_PASSWORD'] }),
  }),
];

function namesOf(env: readonly string[], pattern: RegExp): readonly string[] {
  return env.map((pair) => pair.split('=')[0] ?? '').filter((name) => pattern.test(name));
}

const elastic: readonly Rule[] = [
  textRule('C30', /vm\.max_map_count \[(\d+)\].*too low|max virtual memory areas vm\.max_map_count/, {
    confidence: 0.98,
    params: (match, { host }) => ({ now: match[1] ?? host?.maxMapCount ?? '?' }),
    support: ({ host }) =>
      host?.maxMapCount === undefined ? [] : [{ source: 'host', text: `vm.max_map_count = ${host.maxMapCount}` }],
    fixes: () => commands('host', ['sudo', 'sysctl', '-w', 'vm.max_map_count=262144']),
    verify: () => [['sysctl', 'vm.max_map_count']],
  }),
  textRule('C30', /failed to obtain node locks/, { confidence: 0.95, variant: 'locks' }),
  textRule('C30', /bootstrap checks failed|the default discovery settings are unsuitable for production use/, {
    confidence: 0.88,
    variant: 'discovery',
    fixes: (evidence) => recreate(evidence, { env: { 'discovery.type': 'single-node' } }),
  }),
];

const brokers: readonly Rule[] = [
  textRule(
    'C31',
    /\b(KAFKA_\w+|CLUSTER_ID|ZOOKEEPER_\w+)(?: environment variable)? (?:is required|is not set|must be set)/,
    {
      confidence: 0.97,
      params: (match) => ({ name: match[1] ?? '' }),
      fixes: (evidence, match) => recreate(evidence, { env: { [match[1] ?? 'CLUSTER_ID']: 'VALUE' } }),
    },
  ),
  textRule(
    'C31',
    /advertised\.listeners cannot use the nonroutable meta-address|No security protocol defined for listener/,
    {
      confidence: 0.95,
      variant: 'listeners',
    },
  ),
  textRule('C31', /Failed to lock memory|error.*mlock.*(?:operation not permitted|cannot allocate memory)/i, {
    confidence: 0.95,
    variant: 'mlock',
    fixes: (evidence) => recreate(evidence, { capAdd: ['IPC_LOCK'] }),
  }),
];

const webServers: readonly Rule[] = [
  textRule('C67', /host not found in upstream "([^"]+)"/, {
    confidence: 0.97,
    variant: 'upstream',
    params: (match) => ({ name: match[1] ?? '' }),
    fixes: (evidence) =>
      commands('read', ['docker', 'inspect', '--format', '{{json .NetworkSettings.Networks}}', nameOf(evidence)]),
  }),
  textRule(
    'C67',
    /\[emerg\].*(unknown directive "[^"]+"|unexpected "[^"]+"|unexpected end of file|directive .*is not allowed here|invalid number of arguments in "[^"]+")(?:.* in (\S+:\d+))?/,
    {
      confidence: 0.97,
      params: (match) => ({ text: match[1] ?? '', place: match[2] ?? '?' }),
      verify: (evidence) => [['docker', 'logs', '--tail', '20', nameOf(evidence)]],
    },
  ),
  textRule('C67', /AH00526: Syntax error on line (\d+) of (\S+)/, {
    confidence: 0.95,
    params: (match) => ({ text: 'syntax error', place: `${match[2]}${match[1]}` }),
  }),
  textRule('C67', /AH00558: .*Could not reliably determine the server's fully qualified domain name/, {
    confidence: 0.2,
    variant: 'name',
  }),
];

const locks: readonly Rule[] = [
  textRule(
    'C69',
    /A server is already running\.?.*?(\/\S+\.pid)?|(?:postmaster|server)\.pid.*already exists|lock file "([^"]*\.pid)" already exists|Another app is currently holding the xtables lock|pidfile.*(?:exists|already running)/i,
    {
      confidence: 0.95,
      when: (_evidence, match) => !/address already in use/i.test(match.input),
      params: (match) => ({ file: match[1] ?? match[2] ?? 'server.pid' }),
      fixes: (evidence) => recreate(evidence, {}),
    },
  ),
];

export const serviceRules: readonly Rule[] = [...wanted, ...elastic, ...brokers, ...webServers, ...locks];
