import type { ImageConfig } from '../types.ts';
import { knownImage, type Knowledge } from './knowledge.ts';
import type { PublishedPort, Recipe, RecipeNote } from './types.ts';

export interface RecipeFacts {
  readonly config: ImageConfig;
  /** Of the Engine: `linux/amd64`. */
  readonly platform: string;
  readonly takenNames: ReadonlySet<string>;
  readonly takenPorts: ReadonlySet<number>;
}

/** What the user wants otherwise. */
export interface RecipeWishes {
  readonly name?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Host port by container port. */
  readonly ports?: Readonly<Record<number, number>> | undefined;
  readonly memory?: string | undefined;
  /** Publish on all addresses what is no database. */
  readonly isPublic?: boolean | undefined;
}

const shells = /(^|\/)(ba|da|a)?sh$|(^|\/)(python3?|node|irb|jshell)$/;
const databaseTargets = /\/data(\/|$)|\/var\/lib\//;

/** A recipe from what the image says about itself and what is known about its kind. */
export function makeRecipe(image: string, facts: RecipeFacts, wishes: RecipeWishes = {}): Recipe {
  const { config } = facts;
  const { family, known } = knownImage(image);
  const notes: RecipeNote[] = [];
  const name = wishes.name ?? freeName(family, facts.takenNames);
  const imagePlatform = `${config.os}/${config.architecture}`;
  if (config.architecture !== '' && imagePlatform !== facts.platform) {
    notes.push({ id: 'platform', image: imagePlatform, engine: facts.platform });
  }
  const env = { ...known?.env, ...wishes.env };
  const given = new Set([...Object.keys(env), ...config.env.map((pair) => pair.split('=')[0] ?? '')]);
  const secrets = (known?.secrets ?? [])
    .filter(({ name: variable, unless = [] }) => ![variable, ...unless].some((one) => given.has(one)))
    .map(({ name: variable }) => variable);
  const ports = portsOf(known, { facts, wishes, notes });
  const volumes = volumesOf(known, { config, name, image });
  const argv = [...config.entrypoint, ...(known?.command ?? config.command)];
  const interactive = ports.length === 0 && argv.length === 1 && shells.test(argv[0] ?? '');
  if (interactive) notes.push({ id: 'no_server', command: argv.join(' ') });
  if (known?.sysctl) notes.push({ id: 'sysctl', name: known.sysctl[0], least: known.sysctl[1] });
  if (/^(|root|0)(:|$)/.test(config.user) && !known) notes.push({ id: 'runs_as_root' });
  for (const { name: volume } of volumes) notes.push({ id: 'data_kept', volume });
  const first = ports[0];
  return {
    image,
    name,
    env,
    secrets,
    ports,
    volumes,
    command: known?.command ?? [],
    memory: wishes.memory ?? known?.memory ?? '512m',
    shmSize: known?.shmSize,
    capAdd: known?.capAdd ?? [],
    restart: interactive ? 'no' : 'unless-stopped',
    health: config.healthcheck === undefined ? known?.health : undefined,
    interactive,
    connect: first && known?.connect?.replace('PORT', String(first.host)),
    smoke: smokeOf(known, { name, ports, interactive }),
    cleanUp: [
      ['docker', 'rm', '--force', name],
      ...(volumes.length > 0 ? [['docker', 'volume', 'rm', ...volumes.map((volume) => volume.name)]] : []),
    ],
    notes,
  };
}

function freeName(family: string, taken: ReadonlySet<string>): string {
  const plain = family.replaceAll(/[^\w.-]/g, '-').replace(/^[^a-zA-Z0-9]+/, '') || 'app';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(name)) return name;
  }
}

function portsOf(
  known: Knowledge | undefined,
  { facts, wishes, notes }: { facts: RecipeFacts; wishes: RecipeWishes; notes: RecipeNote[] },
): readonly PublishedPort[] {
  const exposed = facts.config.exposedPorts.flatMap((text) => {
    const match = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text);
    return match ? [{ container: Number(match[1]), protocol: (match[2] ?? 'tcp') as PublishedPort['protocol'] }] : [];
  });
  const wanted = known?.ports
    ? known.ports.map((container) => ({ container, protocol: 'tcp' as const }))
    : [...exposed];
  for (const port of Object.keys(wishes.ports ?? {}).map(Number)) {
    if (!wanted.some(({ container }) => container === port)) wanted.push({ container: port, protocol: 'tcp' });
  }
  const taken = new Set(facts.takenPorts);
  return wanted.slice(0, 20).map(({ container, protocol }) => {
    const asked = wishes.ports?.[container];
    // Ports below 1024 need rights that a rootless Engine does not have.
    const usual = container < 1024 ? container + 8000 : container;
    const host = asked ?? firstFree(usual, taken);
    if (asked === undefined && host !== usual) notes.push({ id: 'port_moved', wanted: usual, host });
    taken.add(host);
    const address = wishes.isPublic && !known?.database ? '0.0.0.0' : '127.0.0.1';
    return { container, protocol, host, address };
  });
}

function firstFree(wanted: number, taken: ReadonlySet<number>): number {
  for (let port = wanted; port <= 65_535; port += 1) if (!taken.has(port)) return port;
  return wanted;
}

function volumesOf(
  known: Knowledge | undefined,
  { config, name, image }: { config: ImageConfig; name: string; image: string },
): Recipe['volumes'] {
  const all = [...new Set([...(known?.volumes ?? []), ...config.volumes])].map((target) => movedTarget(target, image));
  return [...new Set(all)]
    .filter((target) => target.startsWith('/'))
    .map((target, index, targets) => {
      const word = databaseTargets.test(target)
        ? 'data'
        : (target.split('/').at(-1) ?? 'data').replaceAll(/[^\w.-]/g, '-');
      const isOnly = targets.length === 1;
      return { name: `${name}-${isOnly ? word : index === 0 ? word : `${word}-${index + 1}`}`, target };
    });
}

/** Images of PostgreSQL 18 and later keep their data one level up. */
function movedTarget(target: string, image: string): string {
  const major = Number(/:(\d+)/.exec(image.split('/').at(-1) ?? '')?.[1]);
  return target === '/var/lib/postgresql/data' && major >= 18 ? '/var/lib/postgresql' : target;
}

function smokeOf(
  known: Knowledge | undefined,
  { name, ports, interactive }: { name: string; ports: readonly PublishedPort[]; interactive: boolean },
): Recipe['smoke'] {
  if (known?.smoke) return [['docker', 'exec', name, ...known.smoke]];
  const page = known?.page;
  const port =
    ports.find(({ container }) => container === page?.port) ??
    ports.find(({ container }) => [80, 8080, 3000, 8000, 5000].includes(container));
  if (port)
    return [
      ['curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}\\n', `http://127.0.0.1:${port.host}${page?.path ?? '/'}`],
    ];
  return interactive ? [] : [['docker', 'logs', '--tail', '20', name]];
}
