import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

/** What planning must know of the machine, limits of containers included. */
export interface Machine {
  /** Memory this process and its children may use. */
  readonly totalMemoryBytes: number;
  /** Logical processors we may run on. */
  readonly cpuCount: number;
  /** Physical cores among them. */
  readonly coreCount: number;
  /** Fast ones among those; the same where all are alike. */
  readonly performanceCoreCount: number;
  /** Processors' worth of time a container may use; undefined without a limit. */
  readonly cpuQuota: number | undefined;
}

/** Where the facts come from, so that tests can be any machine. */
export interface MachineSources {
  /** Undefined when there is no such file. */
  readonly readText: (path: string) => string | undefined;
  readonly totalMemoryBytes: number;
  readonly cpuCount: number;
}

const systemSources: MachineSources = {
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  totalMemoryBytes: totalmem(),
  cpuCount: availableParallelism(),
};

/** Looks at this machine; on systems without /proc and /sys, at what Node says. */
export function describeMachine(sources: MachineSources = systemSources): Machine {
  const cpus = allowedCpus(sources);
  const cores = groupByCore(cpus, sources);
  const performance = cores.filter((core) => isFast(core, { cores, sources }));
  return {
    totalMemoryBytes: Math.min(sources.totalMemoryBytes, ...memoryLimits(sources)),
    cpuCount: cpus.length || sources.cpuCount,
    coreCount: cores.length || sources.cpuCount,
    performanceCoreCount: performance.length || cores.length || sources.cpuCount,
    cpuQuota: cpuQuota(sources),
  };
}

/** `0-3,8` as the kernel writes sets of processors. */
export function parseCpuList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .flatMap((part) => {
      const match = /^(\d+)(?:-(\d+))?$/.exec(part);
      if (match === null) return [];
      const first = Number(match[1]);
      const last = Number(match[2] ?? match[1]);
      return Array.from({ length: Math.min(4096, last - first + 1) }, (_, index) => first + index);
    });
}

function allowedCpus({ readText }: MachineSources): readonly number[] {
  const line = /^Cpus_allowed_list:\s*(\S+)/m.exec(readText('/proc/self/status') ?? '');
  return line?.[1] === undefined ? [] : parseCpuList(line[1]);
}

/** One processor for each physical core. */
function groupByCore(cpus: readonly number[], { readText }: MachineSources): readonly number[] {
  const seen = new Set<string>();
  return cpus.filter((cpu) => {
    const siblings = readText(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`)?.trim() ?? `${cpu}`;
    if (seen.has(siblings)) return false;
    seen.add(siblings);
    return true;
  });
}

function isFast(core: number, { cores, sources }: { cores: readonly number[]; sources: MachineSources }): boolean {
  // Intel hybrids name their fast cores; on Arm every processor tells its capacity, 1024 for the largest.
  const hybrid = sources.readText('/sys/devices/cpu_core/cpus');
  if (hybrid !== undefined) return parseCpuList(hybrid).includes(core);
  const capacity = (cpu: number): number =>
    Number(sources.readText(`/sys/devices/system/cpu/cpu${cpu}/cpu_capacity`) ?? Number.NaN);
  const largest = Math.max(...cores.map(capacity));
  return Number.isNaN(largest) || capacity(core) * 2 >= largest;
}

function memoryLimits(sources: MachineSources): readonly number[] {
  const files = [
    ...cgroupFiles(sources, { controller: '', file: 'memory.max' }),
    ...cgroupFiles(sources, { controller: 'memory', file: 'memory.limit_in_bytes' }),
  ];
  return files.flatMap((text) => {
    const bytes = Number(text.trim());
    return Number.isSafeInteger(bytes) && bytes > 0 ? [bytes] : [];
  });
}

function cpuQuota(sources: MachineSources): number | undefined {
  const modern = cgroupFiles(sources, { controller: '', file: 'cpu.max' }).map((text) => text.trim().split(' '));
  const periods = cgroupFiles(sources, { controller: 'cpu', file: 'cpu.cfs_period_us' });
  const old = cgroupFiles(sources, { controller: 'cpu', file: 'cpu.cfs_quota_us' }).map((quota, index) => [
    quota,
    periods[index] ?? '',
  ]);
  const shares = [...modern, ...old].map(([quota, period]) => Number(quota) / Number(period));
  const limits = shares.filter((share) => Number.isFinite(share) && share > 0);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** The file of our control group and of all groups above it; each of them can set a limit. Version 2 has no controller name. */
function cgroupFiles(
  { readText }: MachineSources,
  { controller, file }: { controller: string; file: string },
): readonly string[] {
  const own = (readText('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  const entry = own.find(([, names]) => (controller === '' ? names === '' : names?.split(',').includes(controller)));
  const parts = (entry?.slice(2).join(':') ?? '/').split('/').filter((part) => part !== '' && part !== '..');
  const root = controller === '' ? '/sys/fs/cgroup' : `/sys/fs/cgroup/${controller}`;
  const folders = [...parts.keys()].map((index) => [root, ...parts.slice(0, index + 1)].join('/'));
  return [root, ...folders].flatMap((folder) => readText(`${folder}/${file}`) ?? []);
}
