import { expect, it } from 'vitest';
import { describeMachine, parseCpuList, type MachineSources } from './machine.ts';

const gibibyte = 1024 ** 3;

function sources(files: Readonly<Record<string, string>>): MachineSources {
  return { readText: (path) => files[path], totalMemoryBytes: 32 * gibibyte, cpuCount: 16 };
}

function topology(siblings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    siblings.map((list, cpu) => [`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, `${list}\n`]),
  );
}

const status = (list: string): string =>
  `Name:\tnode\nCpus_allowed:\tffff\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`;

it('believes Node where there is no /proc', () => {
  expect(describeMachine(sources({}))).toEqual({
    totalMemoryBytes: 32 * gibibyte,
    cpuCount: 16,
    coreCount: 16,
    performanceCoreCount: 16,
    cpuQuota: undefined,
  });
});

it.each([
  {
    machine: 'four cores with two threads each',
    files: {
      '/proc/self/status': status('0-7'),
      ...topology(['0,4', '1,5', '2,6', '3,7', '0,4', '1,5', '2,6', '3,7']),
    },
    expected: { cpuCount: 8, coreCount: 4, performanceCoreCount: 4 },
  },
  {
    machine: 'an Intel hybrid with two fast cores of two threads and four slow ones',
    files: {
      '/proc/self/status': status('0-7'),
      ...topology(['0-1', '0-1', '2-3', '2-3', '4', '5', '6', '7']),
      '/sys/devices/cpu_core/cpus': '0-3\n',
    },
    expected: { cpuCount: 8, coreCount: 6, performanceCoreCount: 2 },
  },
  {
    machine: 'an Arm board with two large and two little cores',
    files: {
      '/proc/self/status': status('0-3'),
      ...topology(['0', '1', '2', '3']),
      '/sys/devices/system/cpu/cpu0/cpu_capacity': '381\n',
      '/sys/devices/system/cpu/cpu1/cpu_capacity': '381\n',
      '/sys/devices/system/cpu/cpu2/cpu_capacity': '1024\n',
      '/sys/devices/system/cpu/cpu3/cpu_capacity': '1024\n',
    },
    expected: { cpuCount: 4, coreCount: 4, performanceCoreCount: 2 },
  },
  {
    machine: 'a process bound to two threads of one core',
    files: {
      '/proc/self/status': status('1,5'),
      ...topology(['0,4', '1,5', '2,6', '3,7', '0,4', '1,5', '2,6', '3,7']),
    },
    expected: { cpuCount: 2, coreCount: 1, performanceCoreCount: 1 },
  },
])('counts the cores of $machine', ({ files, expected }) => {
  expect(describeMachine(sources(files))).toMatchObject(expected);
});

it.each([
  {
    where: 'a container of its own (cgroup 2)',
    files: {
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/memory.max': `${2 * gibibyte}\n`,
      '/sys/fs/cgroup/cpu.max': '150000 100000\n',
    },
    memory: 2,
    quota: 1.5,
  },
  {
    where: 'a slice whose parent is the stricter one (cgroup 2)',
    files: {
      '/proc/self/cgroup': '0::/user.slice/app.scope\n',
      '/sys/fs/cgroup/user.slice/memory.max': `${4 * gibibyte}\n`,
      '/sys/fs/cgroup/user.slice/app.scope/memory.max': 'max\n',
      '/sys/fs/cgroup/user.slice/app.scope/cpu.max': 'max 100000\n',
    },
    memory: 4,
    quota: undefined,
  },
  {
    where: 'a container (cgroup 1)',
    files: {
      '/proc/self/cgroup': '4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/\n',
      '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': `${gibibyte}\n`,
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '200000\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
    },
    memory: 1,
    quota: 2,
  },
  {
    where: 'a group without limits (cgroup 1)',
    files: {
      '/proc/self/cgroup': '4:memory:/\n2:cpu:/\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
    memory: 32,
    quota: undefined,
  },
])('sees the limits of $where', ({ files, memory, quota }) => {
  expect(describeMachine(sources(files))).toMatchObject({ totalMemoryBytes: memory * gibibyte, cpuQuota: quota });
});

it('reads sets of processors as the kernel writes them', () => {
  expect(parseCpuList('0-2,8,10-11\n')).toEqual([0, 1, 2, 8, 10, 11]);
  expect(parseCpuList('')).toEqual([]);
});
