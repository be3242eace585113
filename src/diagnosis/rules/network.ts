import { commands, recreate } from '../fixes/recreate.ts';
import type { Evidence, EvidenceLine } from '../types.ts';
import { anywhere, field, isUp, nameOf, search, textRule, type Rule } from './rule.ts';

/** The container that has the host port, and a free one to take instead. */
function holderOf({ others }: Evidence, port: number): string | undefined {
  return others.find(({ ports }) => ports.some(({ host }) => host === port))?.name;
}

function otherPort({ others }: Evidence, port: number): number {
  const taken = new Set(others.flatMap(({ ports }) => ports.map(({ host }) => host)));
  let wanted = port + 1;
  while (taken.has(wanted)) wanted += 1;
  return wanted > 65_535 ? 8080 : wanted;
}

/** By container port, where it asks for this host port. */
function moved(evidence: Evidence, port: number): Readonly<Record<string, string>> {
  const bindings = Object.entries(evidence.container?.HostConfig.PortBindings ?? {});
  const mine = bindings.filter(([, places]) => places.some(({ HostPort }) => Number(HostPort) === port));
  return Object.fromEntries(mine.map(([inner]) => [inner, String(otherPort(evidence, port))]));
}

const allocated = textRule('C32', /Bind for (?:\S+:)?(\d+) failed: port is already allocated/, {
  places: ['error', 'output'],
  confidence: 0.98,
  params: (match, evidence) => ({ port: match[1] ?? '', holder: holderOf(evidence, Number(match[1])) ?? '?' }),
  support: (evidence) => {
    const port = Number(search(evidence, /Bind for (?:\S+:)?(\d+) failed/, ['error', 'output'])?.match[1]);
    const holder = holderOf(evidence, port);
    return holder === undefined ? [] : [{ source: 'engine', text: `${holder} publishes ${port}` }];
  },
  fixes: (evidence, match) => recreate(evidence, { hostPorts: moved(evidence, Number(match[1])) }),
  verify: (evidence) => [['docker', 'port', nameOf(evidence)]],
});

const hostPort = textRule(
  'C33',
  /(?:listen (?:tcp|udp)[46]? \S*?:(\d+): bind: address already in use|failed to bind host port (?:for )?\S*?:(\d+)\S*.*address already in use|ports are not available: .*?:(\d+)|bind: An attempt was made to access a socket in a way forbidden by its access permissions)/,
  {
    places: ['error', 'output'],
    confidence: 0.97,
    params: (match) => ({ port: match[1] ?? match[2] ?? match[3] ?? '?' }),
    fixes: (evidence, match) => [
      ...commands('read', ['ss', '-ltnp', `sport = :${match[1] ?? match[2] ?? match[3] ?? ''}`]),
      ...recreate(evidence, { hostPorts: moved(evidence, Number(match[1] ?? match[2] ?? match[3])) }),
    ],
    verify: (evidence) => [['docker', 'port', nameOf(evidence)]],
  },
);

const innerPort = textRule(
  'C34',
  /EADDRINUSE|[Aa]ddress already in use|bind\(\) to \S+ failed \(98|Only one usage of each socket address/,
  {
    places: ['log'],
    confidence: 0.93,
    params: (match, { container }) => ({
      port: /:(\d{2,5})\b/.exec(match.input)?.[1] ?? '?',
      mode: container?.HostConfig.NetworkMode ?? '',
    }),
    support: ({ container }) =>
      container && /^(host|container:)/.test(container.HostConfig.NetworkMode)
        ? [field('HostConfig.NetworkMode', container.HostConfig.NetworkMode)]
        : [],
    fixes: (evidence) =>
      evidence.container?.HostConfig.NetworkMode === 'host' ? recreate(evidence, { network: 'bridge' }) : [],
  },
);

interface Published {
  readonly inner: number;
  readonly outer: string;
}

function publishedOf({ container }: Evidence): readonly Published[] {
  return Object.entries(container?.HostConfig.PortBindings ?? {}).flatMap(([port, places]) =>
    port.endsWith('/udp') ? [] : places.map(({ HostPort }) => ({ inner: Number.parseInt(port, 10), outer: HostPort })),
  );
}

const dnsOfDocker = '127.0.0.11';
const loopback = /^127\.|^::1$|^localhost$/;

/** Sockets of the program: what the kernel says where it can be read, else what the log says. */
function listenersOf(evidence: Evidence): readonly { address: string; port: number; evidence: EvidenceLine }[] {
  const known = evidence.host?.listeners;
  if (known !== undefined) {
    return known
      .filter(({ address }) => address !== dnsOfDocker)
      .map(({ address, port }) => ({
        address,
        port,
        evidence: { source: 'process', text: `listens on ${address}:${port}` },
      }));
  }
  const said =
    /(?:listening|running|serving|started|available|ready)\b.*?(?:https?:\/\/)?(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::\]|\*|\[::1\])?:(\d{2,5})\b/i;
  return evidence.log.flatMap((line) => {
    const match = said.exec(line.text);
    return match
      ? [{ address: (match[1] ?? '').replaceAll(/[[\]]/g, ''), port: Number(match[2]), evidence: line }]
      : [];
  });
}

const onLoopback: Rule = {
  id: 'C35',
  find(evidence) {
    if (!isUp(evidence)) return undefined;
    const published = publishedOf(evidence);
    const all = listenersOf(evidence);
    const mine = all.filter(({ port }) => published.some(({ inner }) => inner === port));
    if (mine.length === 0 || !mine.every(({ address }) => loopback.test(address))) return undefined;
    const [first] = mine;
    if (!first) return undefined;
    return {
      confidence: evidence.host?.listeners ? 0.97 : 0.85,
      params: { port: first.port, address: first.address },
      evidence: [first.evidence, field('HostConfig.PortBindings', evidence.container?.HostConfig.PortBindings)],
      fixes: recreate(evidence, { env: { HOST: '0.0.0.0' } }),
      verify: [
        {
          argv: [
            'curl',
            '-sS',
            '-o',
            '/dev/null',
            `http://127.0.0.1:${published.find(({ inner }) => inner === first.port)?.outer}`,
          ],
        },
      ],
    };
  },
};

const wrongPort: Rule = {
  id: 'C36',
  find(evidence) {
    if (!isUp(evidence)) return undefined;
    const published = publishedOf(evidence);
    const all = listenersOf(evidence);
    const open = all.filter(({ address }) => !loopback.test(address));
    const [port] = published;
    const [other] = open;
    if (!port || !other || published.length !== 1) return undefined;
    if (all.some((one) => published.some(({ inner }) => inner === one.port))) return undefined;
    return {
      confidence: evidence.host?.listeners ? 0.95 : 0.8,
      params: { published: port.inner, port: other.port, outer: port.outer },
      evidence: [other.evidence, field('HostConfig.PortBindings', evidence.container?.HostConfig.PortBindings)],
      fixes: recreate(evidence, { containerPorts: { [`${port.inner}/tcp`]: String(other.port) } }),
      verify: [{ argv: ['docker', 'port', nameOf(evidence)] }],
    };
  },
};

const lowPort: Rule = {
  id: 'C37',
  find(evidence) {
    const hit = search(
      evidence,
      /(?:EACCES|[Pp]ermission denied)\S*:? .*?:(\d{1,4})\b|bind\(\) to \S+?:(\d{1,4}) failed \(13|[Pp]ermission denied.*?\bport (\d{1,4})\b|:(\d{1,3}): bind: permission denied/,
      ['log'],
    );
    const port = Number(hit?.match[1] ?? hit?.match[2] ?? hit?.match[3] ?? hit?.match[4]);
    if (!hit || !(port < 1024) || !/listen|bind|port/i.test(hit.match.input)) return undefined;
    const user = evidence.container?.Config.User ?? '';
    return {
      confidence: 0.96,
      params: { port, user: user || 'root' },
      evidence: [...hit.lines, field('Config.User', user)],
      fixes: recreate(evidence, { sysctls: ['net.ipv4.ip_unprivileged_port_start=0'] }),
    };
  },
};

const refused =
  /ECONNREFUSED(?: (\S+?):(\d+))?|[Cc]onnection refused|could not connect to server|[Cc]an't connect to .*server on '([^']+)'/;

function peerIn(text: string): { host: string | undefined; port: number | undefined } {
  const match =
    /ECONNREFUSED (\S+):(\d+)/.exec(text) ??
    /(?:to |host "|on '|dial tcp |@|\/\/)\[?([\w.:-]+?)\]?["']?(?:[: ,(]+(?:port |[\d.]+\), port )?)(\d{2,5})\b/.exec(
      text,
    );
  return { host: match?.[1], port: match?.[2] === undefined ? undefined : Number(match[2]) };
}

const onLocalhost: Rule = {
  id: 'C49',
  find(evidence) {
    const hits = evidence.log.filter(({ text }) => refused.test(text));
    const hit = hits.findLast(({ text }) => /127\.0\.0\.1|localhost|::1/.test(text));
    if (!hit) return undefined;
    const port =
      peerIn(hit.text.replaceAll('::1', '127.0.0.1')).port ?? Number(/(?::|port )(\d{2,5})\b/.exec(hit.text)?.[1]);
    const sibling = evidence.others.find(
      ({ ports, image }) => ports.some((one) => one.container === port) || imagePort(image) === port,
    );
    const usual = [5432, 3306, 6379, 27_017, 5672, 9200, 11_211, 9092].includes(port);
    if (!sibling && !usual) return undefined;
    return {
      confidence: sibling ? 0.96 : 0.85,
      variant: sibling ? undefined : 'alone',
      params: { port: Number.isNaN(port) ? '?' : port, sibling: sibling?.name ?? '?' },
      evidence: [
        hit,
        ...(sibling
          ? [{ source: 'engine' as const, text: `${sibling.name} (${sibling.image}) has port ${port}` }]
          : []),
      ],
      fixes: sibling
        ? commands(
            'reversible',
            ['docker', 'network', 'create', 'app'],
            ['docker', 'network', 'connect', 'app', sibling.name],
            ['docker', 'network', 'connect', 'app', nameOf(evidence)],
          )
        : recreate(evidence, { hosts: ['host.docker.internal:host-gateway'] }),
    };
  },
};

const usualPorts: readonly (readonly [RegExp, number])[] = [
  [/postgres|postgis/, 5432],
  [/mysql|mariadb/, 3306],
  [/redis|valkey/, 6379],
  [/mongo/, 27_017],
  [/rabbitmq/, 5672],
  [/elasticsearch|opensearch/, 9200],
];

function imagePort(image: string): number | undefined {
  return usualPorts.find(([name]) => name.test(image))?.[1];
}

const notReady: Rule = {
  id: 'C48',
  find(evidence) {
    const hit = evidence.log.findLast(({ text }) => refused.test(text) && !/127\.0\.0\.1|localhost|::1/.test(text));
    if (!hit) return undefined;
    const { host, port } = peerIn(hit.text);
    const sibling = evidence.others.find(
      ({ name, ports, labels }) =>
        name === host ||
        labels['com.docker.compose.service'] === host ||
        (port !== undefined && ports.some((one) => one.container === port)),
    );
    return {
      confidence: sibling ? 0.9 : 0.8,
      params: { peer: host ?? '?', port: port ?? '?' },
      evidence: [hit, ...(sibling ? [{ source: 'engine' as const, text: `${sibling.name}: ${sibling.status}` }] : [])],
      fixes: commands('reversible', ['docker', 'restart', nameOf(evidence)]),
      verify: [{ argv: ['docker', 'logs', '--tail', '20', nameOf(evidence)] }],
    };
  },
};

const noName: Rule = {
  id: 'C50',
  find(evidence) {
    const hit = search(
      evidence,
      /(?:EAI_AGAIN|ENOTFOUND) ([\w.-]+)|lookup ([\w.-]+).*(?:no such host|server misbehaving|i\/o timeout)|could not translate host name "([^"]+)"|(?:bad address|can't resolve|unable to resolve host(?: address)?|Could not resolve host:?|Name or service not known:?) [‘'"]?([\w.-]+)|Temporary failure in name resolution|Name or service not known/,
      anywhere,
    );
    if (!hit) return undefined;
    const name = hit.match.slice(1).find((one) => one !== undefined) ?? '';
    if (name === 'model-runner.docker.internal') return undefined;
    const { container, others } = evidence;
    const mine = Object.keys(container?.NetworkSettings ?? {});
    const known = others.find((one) => one.name === name || one.labels['com.docker.compose.service'] === name);
    const apart = known !== undefined && !known.networks.some((one) => mine.includes(one));
    const noNames =
      container !== undefined &&
      ['default', 'bridge'].includes(container.HostConfig.NetworkMode) &&
      !name.includes('.');
    const variant = apart || (known && noNames) ? 'sibling' : noNames && name !== '' ? 'bridge' : undefined;
    return {
      confidence: variant === 'sibling' ? 0.97 : 0.92,
      variant,
      params: { name: name || '?', networks: mine.join(', ') || '?' },
      evidence: [
        ...hit.lines,
        ...(known ? [{ source: 'engine' as const, text: `${known.name} is in ${known.networks.join(', ')}` }] : []),
        ...(container ? [field('HostConfig.NetworkMode', container.HostConfig.NetworkMode)] : []),
      ],
      fixes:
        variant === undefined
          ? recreate(evidence, { dns: ['1.1.1.1'] })
          : known && known.networks[0] && !['bridge', 'host', 'none'].includes(known.networks[0])
            ? commands(
                'reversible',
                ['docker', 'network', 'connect', known.networks[0], nameOf(evidence)],
                ['docker', 'restart', nameOf(evidence)],
              )
            : commands(
                'reversible',
                ['docker', 'network', 'create', 'app'],
                ['docker', 'network', 'connect', 'app', nameOf(evidence)],
                ...(known ? [['docker', 'network', 'connect', 'app', known.name]] : []),
              ),
      verify: [{ argv: ['docker', 'inspect', '--format', '{{json .NetworkSettings.Networks}}', nameOf(evidence)] }],
    };
  },
};

const networks: readonly Rule[] = [
  textRule('C51', /network (\S+) (?:not found|declared as external, but could not be found)|could not find network/, {
    confidence: 0.97,
    params: (match) => ({ name: match[1] ?? '?' }),
    fixes: (evidence, match) => {
      const name = evidence.container?.HostConfig.NetworkMode ?? match[1] ?? '';
      const id = /^[0-9a-f]{25,}$/.test(name)
        ? (Object.keys(evidence.container?.NetworkSettings ?? {})[0] ?? name)
        : name;
      return [...commands('reversible', ['docker', 'network', 'create', id]), ...recreate(evidence, { network: id })];
    },
    verify: () => [['docker', 'network', 'ls']],
  }),
  textRule(
    'C51',
    /Pool overlaps with other one on this address space|cannot create network .*: conflicts with network/,
    {
      confidence: 0.97,
      variant: 'overlap',
      fixes: () => commands('read', ['docker', 'network', 'ls'], ['docker', 'network', 'inspect', 'NETWORK']),
    },
  ),
  textRule(
    'C51',
    /all predefined address pools have been fully subnetted|could not find an available, non-overlapping IPv4 address pool/,
    {
      confidence: 0.97,
      variant: 'full',
      fixes: () => commands('destructive', ['docker', 'network', 'prune']),
    },
  ),
];

const tls: readonly Rule[] = [
  textRule('C66', /certificate has expired|certificate is not yet valid|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, {
    confidence: 0.93,
    variant: 'time',
    fixes: () => commands('read', ['date', '-u']),
  }),
  textRule(
    'C66',
    /unable to get local issuer certificate|self[- ]signed certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE|certificate verify failed|certificate signed by unknown authority/,
    {
      places: ['log'],
      confidence: 0.9,
      fixes: (evidence) =>
        recreate(evidence, { volumes: ['/etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt:ro'] }),
    },
  ),
];

const modelRunner = textRule(
  'C71',
  /^(?=.*(?:ENOTFOUND|EAI_AGAIN|resol|refused|bad address|not known|no such host)).*(?:model-runner\.docker\.internal|:12434\b)/i,
  {
    places: ['log', 'output'],
    confidence: 0.96,
    fixes: (evidence) => [
      ...commands('reversible', [
        'gantry',
        'relay',
        'enable',
        '--network',
        Object.keys(evidence.container?.NetworkSettings ?? {})[0] ?? 'bridge',
      ]),
      ...recreate(evidence, { hosts: ['model-runner.docker.internal:host-gateway'] }),
    ],
    verify: () => [['gantry', 'relay', 'status']],
  },
);

export const networkRules: readonly Rule[] = [
  allocated,
  hostPort,
  innerPort,
  onLoopback,
  wrongPort,
  lowPort,
  onLocalhost,
  notReady,
  noName,
  ...networks,
  ...tls,
  modelRunner,
];
