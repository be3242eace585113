import { readFile, stat, statfs } from 'node:fs/promises';
import type { HostFacts, Listener } from '../types.ts';
import type { ContainerAnswer } from './schemas.ts';

/** The machine, as far as it is looked at. A path that cannot be read resolves with undefined. */
export interface HostReader {
  text(path: string): Promise<string | undefined>;
  disk(path: string): Promise<{ freeBytes: number; totalBytes: number; freeInodes: number } | undefined>;
  owner(path: string): Promise<{ uid: number; kind: 'file' | 'folder' } | undefined>;
}

const mostBytes = 256 * 1024;

export const thisHost: HostReader = {
  async text(path) {
    return await readFile(path, 'utf8').then(
      (all) => all.slice(0, mostBytes),
      () => undefined,
    );
  },
  async disk(path) {
    return await statfs(path).then(
      ({ bavail, blocks, bsize, ffree }) => ({
        freeBytes: bavail * bsize,
        totalBytes: blocks * bsize,
        freeInodes: ffree,
      }),
      () => undefined,
    );
  },
  async owner(path) {
    return await stat(path).then(
      (file) => ({ uid: file.uid, kind: file.isDirectory() ? ('folder' as const) : ('file' as const) }),
      () => undefined,
    );
  },
};

export async function readHost(
  reader: HostReader,
  { container, root }: { container?: ContainerAnswer | undefined; root?: string | undefined },
): Promise<HostFacts> {
  const pid = container?.State.Running ? container.State.Pid : 0;
  const shared = container?.HostConfig.NetworkMode === 'host';
  const [disk, memory, maps, cpu, tcp4, tcp6, owners, zombies] = await Promise.all([
    root ? reader.disk(root) : undefined,
    reader.text('/proc/meminfo'),
    reader.text('/proc/sys/vm/max_map_count'),
    reader.text('/proc/cpuinfo'),
    pid > 0 && !shared ? reader.text(`/proc/${pid}/net/tcp`) : undefined,
    pid > 0 && !shared ? reader.text(`/proc/${pid}/net/tcp6`) : undefined,
    ownersOf(reader, container),
    pid > 0 ? zombiesOf(reader, pid) : undefined,
  ]);
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(memory ?? '')?.[1];
  const flags = /^flags\s*:\s*(.*)$/m.exec(cpu ?? '')?.[1];
  return {
    freeDiskBytes: disk?.freeBytes,
    totalDiskBytes: disk?.totalBytes,
    // File systems without a fixed number of inodes say 0 of 0.
    freeInodes: disk && disk.freeInodes > 0 ? disk.freeInodes : undefined,
    availableMemoryBytes: available === undefined ? undefined : Number(available) * 1024,
    maxMapCount: maps === undefined ? undefined : Number(maps.trim()),
    cpuFlags: flags?.split(/\s+/),
    listeners: tcp4 === undefined ? undefined : [...listenersIn(tcp4), ...listenersIn(tcp6 ?? '')],
    mountOwners: owners,
    zombies,
  };
}

const mostChildren = 500;

/** Names of the dead children of a process. The Engine does not list them: they have left their cgroup. */
async function zombiesOf(reader: HostReader, pid: number): Promise<readonly string[] | undefined> {
  const children = await reader.text(`/proc/${pid}/task/${pid}/children`);
  if (children === undefined) return undefined;
  const pids = children
    .trim()
    .split(' ')
    .filter((one) => one !== '')
    .slice(0, mostChildren);
  const stats = await Promise.all(pids.map((one) => reader.text(`/proc/${one}/stat`)));
  return stats.flatMap((stat) => /^\d+ \((.*)\) Z /.exec(stat ?? '')?.[1] ?? []);
}

async function ownersOf(
  reader: HostReader,
  container: ContainerAnswer | undefined,
): Promise<NonNullable<HostFacts['mountOwners']>> {
  const sources = (container?.Mounts ?? []).map(({ Source }) => Source).filter((path) => path.startsWith('/'));
  const owners = await Promise.all(sources.slice(0, 32).map(async (path) => [path, await reader.owner(path)] as const));
  return Object.fromEntries(owners.flatMap(([path, owner]) => (owner ? [[path, owner]] : [])));
}

const listening = '0A';

/** Sockets that wait for connections, from `/proc/PID/net/tcp` or `tcp6`. */
export function listenersIn(table: string): readonly Listener[] {
  return table.split('\n').flatMap((row) => {
    const [, , local = '', , state] = ` ${row.trim()}`.split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (state !== listening || port === '') return [];
    return [{ address: addressOf(address), port: Number.parseInt(port, 16) }];
  });
}

/** The kernel writes each group of four bytes in the order of the machine. */
function addressOf(hex: string): string {
  if (hex.length === 8) {
    const bytes = hex.match(/../g) ?? [];
    return bytes
      .toReversed()
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  }
  if (/^0+$/.test(hex)) return '::';
  if (/^0{24}0{0,7}1000000$/.test(hex) || hex === '00000000000000000000000001000000') return '::1';
  return `[${hex}]`;
}
