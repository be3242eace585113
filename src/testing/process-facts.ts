import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What a process on Linux holds, as the kernel tells it. */
export interface ProcessFacts {
  /** Its open files by what they are: paths as they are, sockets and pipes counted. */
  readonly files: Readonly<Record<string, number>>;
  /** Its children, and theirs. */
  readonly children: readonly number[];
  readonly rssBytes: number;
}

export function processFacts(pid: number): ProcessFacts {
  return { files: openFiles(pid), children: descendants(pid), rssBytes: rssBytes(pid) };
}

function openFiles(pid: number): Record<string, number> {
  const files: Record<string, number> = {};
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const target = orNothing(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
    if (target === undefined) continue;
    const kind = /^(socket|pipe):/.exec(target)?.[1] ?? target;
    files[kind] = (files[kind] ?? 0) + 1;
  }
  return files;
}

function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? orNothing(() => readFileSync(`/proc/${name}/stat`, 'utf8')) : undefined;
    // The name of a program may hold spaces and brackets; what follows the last one is plain.
    const [, parent] = stat === undefined ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return parent !== undefined && parent !== 0 && (parent === pid || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow).toSorted((a, b) => a - b);
}

function rssBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** Unix sockets that somebody has bound below a folder, from any process. */
export function boundSockets(folder: string): readonly string[] {
  const paths = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .map((line) => line.slice(line.indexOf(folder)))
    .filter((path) => path.startsWith(folder));
  return [...new Set(paths)].toSorted();
}

/** What ends while we look is no failure. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
