/** What is known about images that many people run, by the last part of their name. */
export interface Knowledge {
  readonly match: RegExp;
  /** Keeps data that others must not reach from outside of this machine. */
  readonly database?: boolean;
  readonly ports?: readonly number[];
  readonly volumes?: readonly string[];
  /** Variables that get a made-up secret unless one of `unless` is given. */
  readonly secrets?: readonly { readonly name: string; readonly unless?: readonly string[] }[];
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly memory?: string;
  readonly shmSize?: string;
  readonly capAdd?: readonly string[];
  /** A command inside of the container. */
  readonly health?: string;
  /** Shows from outside that it works; run by `docker exec`. */
  readonly smoke?: readonly string[];
  /** How programs reach it; `PORT` is the host's port. */
  readonly connect?: string;
  /** A page to look at. */
  readonly page?: { readonly port: number; readonly path: string };
  /** Of the host: the setting and the least value it needs. */
  readonly sysctl?: readonly [name: string, least: number];
}

export const knowledge: readonly Knowledge[] = [
  {
    match: /^(postgres|postgis|timescaledb|pgvector)$/,
    database: true,
    ports: [5432],
    volumes: ['/var/lib/postgresql/data'],
    secrets: [{ name: 'POSTGRES_PASSWORD', unless: ['POSTGRES_PASSWORD_FILE', 'POSTGRES_HOST_AUTH_METHOD'] }],
    memory: '512m',
    shmSize: '128m',
    health: 'pg_isready -U ${POSTGRES_USER:-postgres}',
    smoke: ['pg_isready'],
    connect: 'postgresql://postgres@127.0.0.1:PORT/postgres',
  },
  {
    match: /^(mysql|percona)$/,
    database: true,
    ports: [3306],
    volumes: ['/var/lib/mysql'],
    secrets: [
      {
        name: 'MYSQL_ROOT_PASSWORD',
        unless: ['MYSQL_ROOT_PASSWORD_FILE', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'],
      },
    ],
    memory: '1g',
    health: 'mysqladmin ping -h 127.0.0.1 --silent',
    smoke: ['mysqladmin', 'ping', '-h', '127.0.0.1'],
    connect: 'mysql://root@127.0.0.1:PORT/',
  },
  {
    match: /^mariadb$/,
    database: true,
    ports: [3306],
    volumes: ['/var/lib/mysql'],
    secrets: [
      {
        name: 'MARIADB_ROOT_PASSWORD',
        unless: [
          'MARIADB_ROOT_PASSWORD_FILE',
          'MARIADB_ROOT_PASSWORD_HASH',
          'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
          'MARIADB_RANDOM_ROOT_PASSWORD',
        ],
      },
    ],
    memory: '512m',
    health: 'healthcheck.sh --connect --innodb_initialized',
    smoke: ['healthcheck.sh', '--connect'],
    connect: 'mysql://root@127.0.0.1:PORT/',
  },
  {
    match: /^mongo$/,
    database: true,
    ports: [27_017],
    volumes: ['/data/db', '/data/configdb'],
    env: { MONGO_INITDB_ROOT_USERNAME: 'root' },
    secrets: [{ name: 'MONGO_INITDB_ROOT_PASSWORD', unless: ['MONGO_INITDB_ROOT_PASSWORD_FILE'] }],
    memory: '1g',
    health: `mongosh --quiet --eval 'db.runCommand({ping: 1}).ok'`,
    smoke: ['mongosh', '--quiet', '--eval', 'db.runCommand({ping: 1}).ok'],
    connect: 'mongodb://root@127.0.0.1:PORT/?authSource=admin',
  },
  {
    match: /^(redis|valkey)$/,
    database: true,
    ports: [6379],
    volumes: ['/data'],
    memory: '256m',
    health: 'redis-cli ping',
    smoke: ['redis-cli', 'ping'],
    connect: 'redis://127.0.0.1:PORT/0',
  },
  { match: /^memcached$/, database: true, ports: [11_211], memory: '128m', connect: '127.0.0.1:PORT' },
  {
    match: /^rabbitmq$/,
    database: true,
    ports: [5672],
    volumes: ['/var/lib/rabbitmq'],
    memory: '512m',
    health: 'rabbitmq-diagnostics -q ping',
    smoke: ['rabbitmq-diagnostics', '-q', 'ping'],
    connect: 'amqp://guest@127.0.0.1:PORT/',
  },
  {
    match: /^couchdb$/,
    database: true,
    ports: [5984],
    volumes: ['/opt/couchdb/data'],
    env: { COUCHDB_USER: 'admin' },
    secrets: [{ name: 'COUCHDB_PASSWORD' }],
    memory: '512m',
    connect: 'http://admin@127.0.0.1:PORT/',
  },
  {
    match: /^(server|mssql-server|mssql)$/,
    database: true,
    ports: [1433],
    volumes: ['/var/opt/mssql'],
    env: { ACCEPT_EULA: 'Y' },
    secrets: [{ name: 'MSSQL_SA_PASSWORD', unless: ['SA_PASSWORD'] }],
    memory: '2g',
    connect: 'Server=127.0.0.1,PORT;User Id=sa',
  },
  {
    match: /^elasticsearch$/,
    database: true,
    ports: [9200],
    volumes: ['/usr/share/elasticsearch/data'],
    env: { 'discovery.type': 'single-node', ES_JAVA_OPTS: '-Xms512m -Xmx512m' },
    secrets: [{ name: 'ELASTIC_PASSWORD' }],
    memory: '1g',
    connect: 'https://elastic@127.0.0.1:PORT/',
    sysctl: ['vm.max_map_count', 262_144],
  },
  {
    match: /^opensearch$/,
    database: true,
    ports: [9200],
    volumes: ['/usr/share/opensearch/data'],
    env: { 'discovery.type': 'single-node' },
    secrets: [{ name: 'OPENSEARCH_INITIAL_ADMIN_PASSWORD' }],
    memory: '1g',
    sysctl: ['vm.max_map_count', 262_144],
  },
  {
    match: /^(clickhouse-server|clickhouse)$/,
    database: true,
    ports: [8123, 9000],
    volumes: ['/var/lib/clickhouse'],
    secrets: [{ name: 'CLICKHOUSE_PASSWORD' }],
    memory: '1g',
    connect: 'http://127.0.0.1:PORT/',
  },
  {
    match: /^neo4j$/,
    database: true,
    ports: [7474, 7687],
    volumes: ['/data'],
    memory: '1g',
    page: { port: 7474, path: '/' },
  },
  {
    match: /^influxdb$/,
    database: true,
    ports: [8086],
    volumes: ['/var/lib/influxdb2'],
    memory: '512m',
    page: { port: 8086, path: '/health' },
  },
  {
    match: /^(minio)$/,
    database: true,
    ports: [9000, 9001],
    volumes: ['/data'],
    env: { MINIO_ROOT_USER: 'minio-admin' },
    secrets: [{ name: 'MINIO_ROOT_PASSWORD' }],
    command: ['server', '/data', '--console-address', ':9001'],
    memory: '512m',
    page: { port: 9001, path: '/' },
  },
  {
    match: /^keycloak$/,
    ports: [8080],
    env: { KC_BOOTSTRAP_ADMIN_USERNAME: 'admin' },
    secrets: [{ name: 'KC_BOOTSTRAP_ADMIN_PASSWORD' }],
    command: ['start-dev'],
    memory: '1g',
    page: { port: 8080, path: '/' },
  },
  { match: /^vault$/, ports: [8200], capAdd: ['IPC_LOCK'], memory: '256m', page: { port: 8200, path: '/ui/' } },
  { match: /^(nginx|httpd|caddy)$/, ports: [80], memory: '128m', page: { port: 80, path: '/' } },
  { match: /^wordpress$/, ports: [80], volumes: ['/var/www/html'], memory: '512m', page: { port: 80, path: '/' } },
  {
    match: /^(grafana|grafana-oss)$/,
    ports: [3000],
    volumes: ['/var/lib/grafana'],
    memory: '256m',
    page: { port: 3000, path: '/login' },
  },
  {
    match: /^prometheus$/,
    ports: [9090],
    volumes: ['/prometheus'],
    memory: '512m',
    page: { port: 9090, path: '/-/ready' },
  },
  {
    match: /^registry$/,
    ports: [5000],
    volumes: ['/var/lib/registry'],
    memory: '256m',
    page: { port: 5000, path: '/v2/' },
  },
  { match: /^gitea$/, ports: [3000, 22], volumes: ['/data'], memory: '512m', page: { port: 3000, path: '/' } },
  {
    match: /^jenkins$/,
    ports: [8080],
    volumes: ['/var/jenkins_home'],
    memory: '1g',
    page: { port: 8080, path: '/login' },
  },
  { match: /^nextcloud$/, ports: [80], volumes: ['/var/www/html'], memory: '512m', page: { port: 80, path: '/' } },
  {
    match: /^ghost$/,
    ports: [2368],
    volumes: ['/var/lib/ghost/content'],
    memory: '512m',
    page: { port: 2368, path: '/' },
  },
  {
    match: /^n8n$/,
    ports: [5678],
    volumes: ['/home/node/.n8n'],
    memory: '512m',
    page: { port: 5678, path: '/healthz' },
  },
  {
    match: /^sonarqube$/,
    ports: [9000],
    volumes: ['/opt/sonarqube/data'],
    memory: '3g',
    sysctl: ['vm.max_map_count', 524_288],
  },
  {
    match: /^standalone-(chrome|chromium|firefox|edge)$/,
    ports: [4444],
    shmSize: '2g',
    memory: '2g',
    page: { port: 4444, path: '/status' },
  },
  { match: /^(adminer|phpmyadmin)$/, memory: '128m', database: true },
];

/** What is known about an image; the family is the last part of its name, without tag and digest. */
export function knownImage(image: string): { family: string; known: Knowledge | undefined } {
  const family = (image.split('@')[0] ?? image).split('/').at(-1)?.split(':')[0] ?? image;
  return { family, known: knowledge.find(({ match }) => match.test(family)) };
}
