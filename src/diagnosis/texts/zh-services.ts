import type { enServices } from './en-services.ts';
import type { CauseText } from './types.ts';

export const zhServices: Readonly<Record<keyof typeof enServices, CauseText>> = {
  C18: [
    'PostgreSQL 没有设置超级用户密码',
    '数据目录为空，而没有 {variable}（或 POSTGRES_PASSWORD_FILE、POSTGRES_HOST_AUTH_METHOD=trust）时镜像不会创建数据库。',
    '请带上 {variable} 启动。已有数据保留原来的密码。',
  ],
  'C18.both': ['PostgreSQL 的密码设置了两次', '变量与其 _FILE 形式互斥。', '请只保留其中一个。'],
  C19: [
    '数据属于 PostgreSQL 的另一个主版本',
    '该卷由版本 {old} 创建，而此镜像是版本 {now}，无法读取。',
    '请运行版本 {old}，导出数据库后导入新版本（或使用 pg_upgrade）。不要删除该卷。',
  ],
  C20: [
    'PostgreSQL 18 起数据存放位置不同',
    '卷挂载在 /var/lib/postgresql/data，而 18 起的镜像要求挂载在 /var/lib/postgresql。',
    '请挂载到 /var/lib/postgresql 并迁移数据，或暂时使用 17。',
  ],
  C21: [
    'PostgreSQL 的数据目录不为空',
    '{folder} 中有其他内容，常见的是磁盘的 lost+found。',
    '请把数据放到其子目录：PGDATA={folder}/pgdata。',
  ],
  'C21.owner': [
    'PostgreSQL 数据目录的属主不对',
    '{folder} 必须属于服务器用户，且不对其他人开放。',
    '请使用命名卷，或把目录交给 uid 999（Alpine 为 70），权限 0700。',
  ],
  C22: [
    'PostgreSQL 不认识该名称或密码',
    '它拒绝了 {name}。POSTGRES_USER、POSTGRES_PASSWORD 和 POSTGRES_DB 只在创建数据目录时生效，之后修改无效。',
    '请在服务器内修改角色或数据库，或使用新的卷。',
  ],
  C23: [
    'MySQL 没有设置 root 密码',
    '数据目录为空，而没有 {variable}、MYSQL_ALLOW_EMPTY_PASSWORD 或 MYSQL_RANDOM_ROOT_PASSWORD 时镜像不会创建数据库。',
    '请带上 {variable} 启动。',
  ],
  'C23.root': [
    'MYSQL_USER 不能是 root',
    'root 已经存在；MYSQL_USER 用于另建用户。',
    '请去掉 MYSQL_USER，并设置 MYSQL_ROOT_PASSWORD。',
  ],
  C24: [
    '数据属于服务器的另一个版本',
    'MySQL 与 MariaDB 打不开更新版本的数据，异常退出后也打不开旧版本的数据。{text}',
    '请先启动创建这些数据的版本并正常关闭，再逐级升级。',
  ],
  'C24.locked': [
    '两个服务器使用同一个数据目录',
    '另一个容器（{other}）锁定了这些文件。',
    '请停止另一个，或让它们各用各的卷。',
  ],
  C25: [
    'MariaDB 没有设置 root 密码',
    '数据目录为空，而没有 {variable}、MARIADB_ROOT_PASSWORD_HASH、MARIADB_ALLOW_EMPTY_ROOT_PASSWORD 或 MARIADB_RANDOM_ROOT_PASSWORD 时镜像不会创建数据库。',
    '请带上 {variable} 启动。',
  ],
  'C25.both': ['MariaDB 的密码设置了两次', '密码与其哈希互斥。', '请只保留其中一个。'],
  C26: [
    'MongoDB 的凭据只设置了一半',
    'MONGO_INITDB_ROOT_USERNAME 与 MONGO_INITDB_ROOT_PASSWORD 必须成对出现。',
    '请两个都设置，或都不设置。',
  ],
  C27: [
    'MongoDB 5 及以上需要支持 AVX 的处理器',
    '此处理器（或虚拟机呈现的处理器）没有 AVX。',
    '请使用 mongo:4.4，或让虚拟机使用宿主机的处理器类型。',
  ],
  'C27.version': [
    '数据属于 MongoDB 的另一个版本',
    'MongoDB 每次只能升一个主版本，而数据的 featureCompatibilityVersion 不匹配。',
    '请先启动创建这些数据的版本，提升 featureCompatibilityVersion，再逐级升级。',
  ],
  'C27.mount': ['MongoDB 无法使用该文件系统', 'WiredTiger 需要的操作，从主机共享的目录往往不支持。', '请使用命名卷。'],
  C28: ['Redis 无法写入数据', '数据目录不属于 Redis 用户（uid 999）。', '请把目录交给 uid 999，或使用命名卷。'],
  'C28.version': ['数据由更新的 Redis 写入', 'RDB 格式 {version} 比此服务器新。', '请使用写入它的版本或更新的版本。'],
  'C28.config': [
    'Redis 无法使用其配置',
    '文件不存在、是一个目录（由源不存在的挂载造成），或其中有错误的行。',
    '请更正它指出的行，或更正挂载。',
  ],
  'C28.misconf': [
    'Redis 停止接受写入',
    '它无法保存到磁盘，默认会因此拒绝写入。',
    '请检查磁盘是否已满或不可写，并在主机上设置 vm.overcommit_memory=1。',
  ],
  'C28.auth': ['Redis 需要密码', '设置了 requirepass，而客户端没有提供密码。', '请让客户端提供密码。'],
  'C28.overcommit': [
    'Redis 提示内存超量分配设置',
    '内存紧张时后台保存可能失败。它不会使服务器停止。',
    '请在主机上设置 vm.overcommit_memory=1。',
  ],
  'C29.rabbitmq': [
    'RabbitMQ 拒绝旧变量',
    'RABBITMQ_DEFAULT_… 之类的变量已移入配置文件，镜像拒绝旧变量。',
    '请去掉这些变量，改写在 rabbitmq.conf 中。',
  ],
  'C29.couchdb': ['CouchDB 没有管理员', 'CouchDB 3 没有管理员不会启动。', '请设置 COUCHDB_USER 和 COUCHDB_PASSWORD。'],
  'C29.mssql': [
    'SQL Server 缺少许可或密码',
    '只有设置 ACCEPT_EULA=Y 和足够强的 MSSQL_SA_PASSWORD（8 个字符、三类字符）才会启动。',
    '请同时设置两者。',
  ],
  'C29.minio': [
    'MinIO 的凭据过短',
    'MINIO_ROOT_USER 至少 3 个字符，MINIO_ROOT_PASSWORD 至少 8 个。',
    '请设置更长的值。',
  ],
  'C29.keycloak': [
    'Keycloak 需要启动命令和管理员',
    '请用 start-dev 启动，或用 start 并配置主机名和 TLS。',
    '开发时请用 start-dev，并设置 KC_BOOTSTRAP_ADMIN_USERNAME 与 KC_BOOTSTRAP_ADMIN_PASSWORD。',
  ],
  'C29.neo4j': [
    'Neo4j 企业版要求接受许可',
    '没有 NEO4J_ACCEPT_LICENSE_AGREEMENT 不会启动。',
    '如果接受，请设为 yes；否则请使用社区版镜像。',
  ],
  'C29.influxdb': [
    'InfluxDB 初始化缺少参数',
    '初始化模式需要 DOCKER_INFLUXDB_INIT_USERNAME、_PASSWORD、_ORG 和 _BUCKET 全部设置。',
    '请全部设置。',
  ],
  C30: [
    '主机允许的内存映射数过少',
    'vm.max_map_count 为 {now}，服务器需要 262144。',
    '请在主机（或 Docker 的虚拟机）上调高，并写入 /etc/sysctl.d。',
  ],
  'C30.locks': [
    '数据目录被锁定或不可写',
    '另一个节点正在使用它，或它不属于 uid 1000。',
    '请让每个节点使用各自的、属于 uid 1000 的卷。',
  ],
  'C30.discovery': [
    '缺少集群设置',
    '服务器在寻找集群，生产环境检查未通过而拒绝启动。',
    '单节点请设置：discovery.type=single-node。',
  ],
  C31: ['没有设置 {name}', '没有它消息服务不会启动。', '请设置它；取值见镜像的文档。'],
  'C31.listeners': [
    'Kafka 的监听器设置不匹配',
    'advertised.listeners 必须是客户端可达的地址，不能是 0.0.0.0，且每个监听器都要有协议。',
    '请把 KAFKA_ADVERTISED_LISTENERS 设为客户端能解析的名称。',
  ],
  'C31.mlock': [
    '不允许锁定内存',
    'Vault 用 mlock 防止机密进入交换区，这需要 IPC_LOCK 权能。',
    '请用 --cap-add IPC_LOCK 启动。',
  ],
  C67: ['Web 服务器的配置有误', '它报告 {text}，位置：{place}。', '请更正该行；nginx -t 可检查整个文件。'],
  'C67.upstream': [
    'nginx 找不到上游',
    'nginx 启动时无法解析名称 {name}；它只解析一次。',
    '请把两者放入同一网络、先启动对方，或在 proxy_pass 中使用 resolver 和变量。',
  ],
  'C67.name': ['Apache 不知道自己的名称', '这只是一条警告。', '设置 ServerName 即可消除。'],
  C69: [
    '上次运行的锁文件仍然存在',
    '{file} 表明服务器已在运行；上次没有正常结束。',
    '请在启动时（入口点中）删除该文件，或重新创建容器。',
  ],
  C72: [
    '模型超出可用内存',
    '运行器无法为权重和上下文申请到内存（可用 {free}）。',
    '请使用更小的量化或上下文，或不把层放到 GPU 上。',
  ],
  'C72.file': [
    '模型文件不可用',
    '文件缺失、损坏，或其架构不被此运行器支持（{name}）。',
    '请重新拉取，或使用更新的运行器。',
  ],
};
