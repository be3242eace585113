/** Title, why, what to do. */
export const enServices = {
  C18: [
    'PostgreSQL has no superuser password',
    'The data directory is empty, and the image makes no database without {variable} (or POSTGRES_PASSWORD_FILE, or POSTGRES_HOST_AUTH_METHOD=trust).',
    'Start it with {variable}. Data that exists already keeps its own password.',
  ],
  'C18.both': [
    'PostgreSQL got its password twice',
    'A variable and its _FILE form exclude each other.',
    'Keep one of the two.',
  ],
  C19: [
    'The data is of another major version of PostgreSQL',
    'The volume was made by version {old}; this image is version {now} and cannot read it.',
    'Run version {old}, dump the databases and load them into the new one (or use pg_upgrade). Do not delete the volume.',
  ],
  C20: [
    'PostgreSQL 18 and later keep their data elsewhere',
    'The volume is mounted at /var/lib/postgresql/data; images from 18 on want it at /var/lib/postgresql.',
    'Mount it at /var/lib/postgresql and migrate the data, or stay with 17 meanwhile.',
  ],
  C21: [
    'The data directory of PostgreSQL is not empty',
    '{folder} holds something else, often lost+found of a disk.',
    'Put the data into a folder below it: PGDATA={folder}/pgdata.',
  ],
  'C21.owner': [
    'The data directory of PostgreSQL belongs to somebody else',
    '{folder} must belong to the user of the server and be closed to others.',
    'Use a named volume, or give the folder to uid 999 (70 on Alpine) with mode 0700.',
  ],
  C22: [
    'PostgreSQL does not know this name or password',
    'It refused {name}. POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB count only when the data directory is made; later changes of them do nothing.',
    'Change the role or database inside of the server, or begin with a new volume.',
  ],
  C23: [
    'MySQL has no root password',
    'The data directory is empty, and the image makes no database without {variable}, MYSQL_ALLOW_EMPTY_PASSWORD or MYSQL_RANDOM_ROOT_PASSWORD.',
    'Start it with {variable}.',
  ],
  'C23.root': [
    'MYSQL_USER must not be root',
    'root exists already; MYSQL_USER is for a further user.',
    'Leave MYSQL_USER out, and set MYSQL_ROOT_PASSWORD.',
  ],
  C24: [
    'The data is of another version of the server',
    'MySQL and MariaDB do not open data of a newer version, and not that of an older one after a crash. {text}',
    'Start the version that made the data, shut it down cleanly, then go up one step.',
  ],
  'C24.locked': [
    'Two servers use one data directory',
    'Another container ({other}) has the files locked.',
    'Stop the other one, or give each a volume of its own.',
  ],
  C25: [
    'MariaDB has no root password',
    'The data directory is empty, and the image makes no database without {variable}, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD or MARIADB_RANDOM_ROOT_PASSWORD.',
    'Start it with {variable}.',
  ],
  'C25.both': [
    'MariaDB got its password twice',
    'The password and its hash exclude each other.',
    'Keep one of the two.',
  ],
  C26: [
    'MongoDB has only half of its credentials',
    'MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD belong together.',
    'Set both, or neither.',
  ],
  C27: [
    'MongoDB 5 and later need a processor with AVX',
    'This processor, or the one the virtual machine shows, has no AVX.',
    'Use mongo:4.4, or give the virtual machine the processor type of its host.',
  ],
  'C27.version': [
    'The data is of another version of MongoDB',
    'MongoDB goes up one major version at a time, and the featureCompatibilityVersion of the data does not fit.',
    'Start the version that made the data, raise featureCompatibilityVersion, then go up one step.',
  ],
  'C27.mount': [
    'MongoDB cannot use this file system',
    'WiredTiger needs operations that folders shared from the host often do not have.',
    'Use a named volume.',
  ],
  C28: [
    'Redis may not write its data',
    'The folder of the data belongs to another user than Redis (uid 999).',
    'Give the folder to uid 999, or use a named volume.',
  ],
  'C28.version': [
    'The data is of a newer Redis',
    'RDB format {version} is newer than this server.',
    'Use the version that wrote it, or a newer one.',
  ],
  'C28.config': [
    'Redis cannot use its configuration',
    'The file is missing, is a folder (made by a mount whose source was absent), or holds a wrong line.',
    'Correct the line it names, or the mount.',
  ],
  'C28.misconf': [
    'Redis stopped accepting writes',
    'It cannot save to disk, and by default refuses writes then.',
    'See whether the disk is full or not writable, and set vm.overcommit_memory=1 on the host.',
  ],
  'C28.auth': [
    'Redis wants a password',
    'requirepass is set, and the client gave none.',
    'Give the password to the client.',
  ],
  'C28.overcommit': [
    'Redis warns about memory overcommit',
    'Saving in the background may fail when memory is short. It does not stop the server.',
    'Set vm.overcommit_memory=1 on the host.',
  ],
  'C29.rabbitmq': [
    'RabbitMQ refuses old variables',
    'Variables such as RABBITMQ_DEFAULT_… moved to the configuration file, and the image refuses the old ones.',
    'Leave them out, and put the settings into rabbitmq.conf.',
  ],
  'C29.couchdb': [
    'CouchDB has no administrator',
    'CouchDB 3 does not start without one.',
    'Set COUCHDB_USER and COUCHDB_PASSWORD.',
  ],
  'C29.mssql': [
    'SQL Server lacks its licence or its password',
    'It starts only with ACCEPT_EULA=Y and a strong MSSQL_SA_PASSWORD (8 characters of three kinds).',
    'Set both.',
  ],
  'C29.minio': [
    'The credentials of MinIO are too short',
    'MINIO_ROOT_USER needs 3 characters, MINIO_ROOT_PASSWORD 8.',
    'Set longer ones.',
  ],
  'C29.keycloak': [
    'Keycloak needs a command and an administrator',
    'It starts with start-dev, or with start, a host name and TLS.',
    'Use start-dev for development, with KC_BOOTSTRAP_ADMIN_USERNAME and KC_BOOTSTRAP_ADMIN_PASSWORD.',
  ],
  'C29.neo4j': [
    'Neo4j Enterprise wants its licence accepted',
    'It does not start without NEO4J_ACCEPT_LICENSE_AGREEMENT.',
    'Set it to yes if you accept, or use the community image.',
  ],
  'C29.influxdb': [
    'InfluxDB lacks values for its set-up',
    'In set-up mode all of DOCKER_INFLUXDB_INIT_USERNAME, _PASSWORD, _ORG and _BUCKET are needed.',
    'Set them all.',
  ],
  C30: [
    'The host allows too few memory maps',
    'vm.max_map_count is {now}; the server wants 262144.',
    'Raise it on the host (or in the VM of Docker), and keep it in /etc/sysctl.d.',
  ],
  'C30.locks': [
    'The data folder is locked or not writable',
    'Another node uses it, or it does not belong to uid 1000.',
    'Give each node a volume of its own, owned by uid 1000.',
  ],
  'C30.discovery': [
    'The cluster settings are missing',
    'The server looks for a cluster and refuses to start with production checks failing.',
    'For one node: discovery.type=single-node.',
  ],
  C31: [
    '{name} is not set',
    'The broker does not start without it.',
    'Set it; the documentation of the image says to what.',
  ],
  'C31.listeners': [
    'The listeners of Kafka do not fit',
    'advertised.listeners must be an address that clients can reach, never 0.0.0.0, and each listener needs a protocol.',
    'Set KAFKA_ADVERTISED_LISTENERS to a name that clients resolve.',
  ],
  'C31.mlock': [
    'It may not lock its memory',
    'Vault keeps secrets out of swap with mlock, which needs the capability IPC_LOCK.',
    'Start it with --cap-add IPC_LOCK.',
  ],
  C67: [
    'The configuration of the web server is wrong',
    'It says {text}, in {place}.',
    'Correct the line; nginx -t checks the whole file.',
  ],
  'C67.upstream': [
    'nginx does not find its upstream',
    'The name {name} did not resolve when nginx started; it looks only once.',
    'Put both into one network, start the other first, or use a resolver and a variable in proxy_pass.',
  ],
  'C67.name': ['Apache does not know its own name', 'This is only a warning.', 'Set ServerName to get rid of it.'],
  C69: [
    'A lock of an earlier run is still there',
    '{file} says that the server runs already; the last run did not end cleanly.',
    'Remove the file at start (in the entrypoint), or make the container again.',
  ],
  C72: [
    'The model does not fit into memory',
    'The runner could not get the memory for weights and context ({free} are free).',
    'Use a smaller quantization or context, or put no layers on the GPU.',
  ],
  'C72.file': [
    'The model file cannot be used',
    'It is missing, damaged, or of an architecture this runner does not know ({name}).',
    'Pull it again, or use a newer runner.',
  ],
} as const;
