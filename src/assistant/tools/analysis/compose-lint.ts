import { parseDocument } from 'yaml';
import { z } from 'zod';

export interface ComposeFinding {
  readonly id: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Undefined: of the whole file. */
  readonly service: string | undefined;
  readonly text: string;
}

const service = z.looseObject({
  image: z.string().optional().catch(undefined),
  build: z.unknown().optional(),
  privileged: z.boolean().optional().catch(undefined),
  network_mode: z.string().optional().catch(undefined),
  container_name: z.string().optional().catch(undefined),
  restart: z.string().optional().catch(undefined),
  links: z.unknown().optional(),
  healthcheck: z.unknown().optional(),
  mem_limit: z.unknown().optional(),
  logging: z.unknown().optional(),
  scale: z.number().optional().catch(undefined),
  deploy: z
    .looseObject({
      replicas: z.number().optional().catch(undefined),
      resources: z.looseObject({ limits: z.unknown().optional() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown())])
    .optional()
    .catch(undefined),
  environment: z
    .union([z.record(z.string(), z.unknown()), z.array(z.string())])
    .optional()
    .catch(undefined),
  volumes: z.array(z.unknown()).optional().catch(undefined),
  ports: z.array(z.unknown()).optional().catch(undefined),
  networks: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown())])
    .optional()
    .catch(undefined),
  models: z.unknown().optional(),
});
type Service = z.output<typeof service>;

const file = z.looseObject({
  version: z.unknown().optional(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  volumes: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  models: z
    .record(z.string(), z.looseObject({ context_size: z.unknown().optional() }).nullish())
    .nullish()
    .catch(undefined),
});

const databasePorts = new Set([1433, 3306, 5432, 5984, 6379, 7687, 9042, 9200, 11_211, 27_017]);
const databaseImages =
  /(?:^|\/)(?:postgres|mysql|mariadb|mongo|redis|valkey|cassandra|couchdb|elasticsearch|neo4j|memcached)(?::|$)/;
const secretName = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY)(?!_FILE)/i;

/** What is wrong with a Compose file, by fixed rules; undefined when it is none. */
export function lintCompose(text: string): readonly ComposeFinding[] | undefined {
  const document = parseDocument(text, { logLevel: 'silent' });
  const parsed = document.errors.length > 0 ? undefined : file.safeParse(plainValue(document));
  if (!parsed?.success) return undefined;
  const { services, networks, volumes, models, version } = parsed.data;
  const findings: ComposeFinding[] = [];
  const find = (id: string, severity: ComposeFinding['severity'], message: string): void => {
    findings.push({ id, severity, service: undefined, text: message });
  };
  if (version !== undefined) find('CMP01', 'info', 'version is obsolete and ignored; take it out.');
  for (const [name, model] of Object.entries(models ?? {})) {
    if (model?.context_size === undefined) find('CMP16', 'info', `The model ${name} has no context_size.`);
  }
  const known = {
    networks: new Set(Object.keys(networks ?? {})),
    volumes: new Set(Object.keys(volumes ?? {})),
    services,
  };
  for (const [name, one] of Object.entries(services)) {
    for (const [id, severity, message] of checkService(one, known)) {
      findings.push({ id, severity, service: name, text: message });
    }
  }
  return findings;
}

type Told = readonly [id: string, severity: ComposeFinding['severity'], text: string];

interface Known {
  readonly networks: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
  readonly services: Readonly<Record<string, Service>>;
}

function checkService(one: Service, known: Known): readonly Told[] {
  return [...checkRights(one), ...checkData(one, known), ...checkRunning(one, known)];
}

function checkRights({ privileged, network_mode: mode, environment, volumes, ports, image = '' }: Service) {
  const found: Told[] = [];
  if (privileged === true) found.push(['CMP02', 'error', 'privileged gives the container all rights of the machine.']);
  if (mode === 'host') found.push(['CMP03', 'warning', 'network_mode: host removes the wall around its network.']);
  if (sourcesOf(volumes).some((source) => source.endsWith('docker.sock'))) {
    found.push(['CMP04', 'error', 'The Docker socket is mounted: who has it has the machine.']);
  }
  for (const [name, value] of variablesOf(environment)) {
    if (secretName.test(name) && value !== '' && !value.includes('$')) {
      found.push(['CMP05', 'error', `${name} has its value in the file; take it from .env or a secret.`]);
    }
  }
  for (const port of ports ?? []) {
    const { address, container } = portOf(port);
    const isDatabase = databaseImages.test(image) || databasePorts.has(container);
    if (isDatabase && (address === '' || address === '0.0.0.0')) {
      found.push([
        'CMP06',
        'warning',
        `Port ${container} of a database is open to the network; write 127.0.0.1 before it.`,
      ]);
    }
  }
  return found;
}

function checkData({ volumes, networks, image = '' }: Service, known: Known) {
  const found: Told[] = [];
  const sources = sourcesOf(volumes);
  for (const source of sources) {
    if (/^[A-Za-z0-9][\w.-]*$/.test(source) && !known.volumes.has(source)) {
      found.push(['CMP07', 'error', `The volume ${source} is not declared below volumes.`]);
    }
  }
  for (const name of Array.isArray(networks) ? networks : Object.keys(networks ?? {})) {
    if (name !== 'default' && !known.networks.has(name)) {
      found.push(['CMP08', 'error', `The network ${name} is not declared below networks.`]);
    }
  }
  if (databaseImages.test(image) && sources.length === 0) {
    found.push(['CMP09', 'warning', 'The data of the database goes with its container; give it a named volume.']);
  }
  return found;
}

function checkRunning(one: Service, { services }: Known) {
  const { image, build, links, restart, deploy, healthcheck, container_name: name, scale = 1 } = one;
  const found: Told[] = [];
  if (image !== undefined && build === undefined && isFloating(image)) {
    found.push(['CMP10', 'warning', `${image} can be another image tomorrow; name a version.`]);
  }
  if (links !== undefined) found.push(['CMP11', 'info', 'links is obsolete; services find each other by name.']);
  for (const other of Array.isArray(one.depends_on) ? one.depends_on : []) {
    const target = services[other];
    const hasHealth = target?.healthcheck !== undefined;
    const advice = hasHealth ? 'write condition: service_healthy' : 'give it a healthcheck and wait for it';
    if (target) found.push(['CMP12', 'info', `It starts when ${other} was started, not when it is ready; ${advice}.`]);
    else found.push(['CMP13', 'error', `depends_on names ${other}, which is not there.`]);
  }
  if (restart === undefined && deploy?.resources === undefined && healthcheck === undefined) {
    found.push(['CMP14', 'info', 'It has neither restart, nor limits, nor healthcheck.']);
  }
  if (name !== undefined && Math.max(scale, deploy?.replicas ?? 1) > 1) {
    found.push(['CMP15', 'error', 'container_name allows one container, and more are asked for.']);
  }
  return found;
}

function isFloating(image: string): boolean {
  if (image.includes('@') || image.includes('$')) return false;
  const tag = /:([\w.-]+)$/.exec(image.slice(image.lastIndexOf('/') + 1))?.[1];
  return tag === undefined || tag === 'latest';
}

function variablesOf(environment: Service['environment']): readonly (readonly [string, string])[] {
  if (Array.isArray(environment)) {
    return environment.map((pair) => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]);
  }
  return Object.entries(environment ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' || typeof value === 'number' ? String(value) : '',
  ]);
}

const longVolume = z.looseObject({ source: z.string().optional() });

function sourcesOf(volumes: Service['volumes']): readonly string[] {
  return (volumes ?? []).flatMap((volume) => {
    if (typeof volume === 'string') return volume.includes(':') ? [volume.split(':')[0] ?? ''] : [];
    return longVolume.safeParse(volume).data?.source ?? [];
  });
}

const longPort = z.looseObject({ target: z.coerce.number(), host_ip: z.string().optional() });

function portOf(port: unknown): { readonly address: string; readonly container: number } {
  if (typeof port === 'string' || typeof port === 'number') {
    const parts = String(port)
      .replace(/\/\w+$/, '')
      .split(':');
    // A container's port alone gets a free port of the machine, on all addresses as well.
    const address = parts.length > 2 ? parts.slice(0, -2).join(':') : '';
    return { address, container: Number.parseInt(parts.at(-1) ?? '', 10) };
  }
  const long = longPort.safeParse(port).data;
  return { address: long?.host_ip ?? '', container: long?.target ?? Number.NaN };
}

function plainValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}
