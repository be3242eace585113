import { z } from 'zod';
import { segment } from '../client/call.ts';
import type { Cancel } from '../types.ts';
import { browse, count, type Asked } from './ask.ts';

/** Counters of a running container at a moment. */
export interface Counters {
  readonly readAtMs: number;
  readonly cpuNs: number;
  readonly systemNs: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly pids: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** What a container uses; CPU between two moments, as `docker stats` counts it: 100 is one processor. */
export interface Usage extends Omit<Counters, 'cpuNs' | 'systemNs' | 'cpus'> {
  readonly cpuPercent: number | undefined;
}

const answer = z.looseObject({
  read: z.string().nullish(),
  cpu_stats: z.looseObject({
    cpu_usage: z.looseObject({ total_usage: count, percpu_usage: z.array(z.number()).nullish() }),
    system_cpu_usage: count,
    online_cpus: count,
  }),
  memory_stats: z
    .looseObject({ usage: count, limit: count, stats: z.record(z.string(), z.number()).nullish() })
    .nullish(),
  pids_stats: z.looseObject({ current: count }).nullish(),
  networks: z.record(z.string(), z.looseObject({ rx_bytes: count, tx_bytes: count })).nullish(),
  blkio_stats: z
    .looseObject({
      io_service_bytes_recursive: z.array(z.looseObject({ op: z.string(), value: z.number() })).nullish(),
    })
    .nullish(),
});

/** @throws AppError `docker.*` */
export async function readCounters(docker: Asked, id: string, cancel: Cancel = {}): Promise<Counters> {
  const said = await browse(
    docker,
    {
      method: 'GET',
      path: `/containers/${segment(id)}/stats`,
      query: { stream: false, 'one-shot': true },
      ...cancel,
    },
    answer,
  );
  const { cpu_stats: cpu, memory_stats: memory, blkio_stats: disk } = said;
  const cached = memory?.stats?.['inactive_file'] ?? memory?.stats?.['total_inactive_file'] ?? 0;
  const moved = (op: string): number =>
    (disk?.io_service_bytes_recursive ?? [])
      .filter((one) => one.op.toLowerCase() === op)
      .reduce((sum, { value }) => sum + value, 0);
  const nets = Object.values(said.networks ?? {});
  return {
    readAtMs: Date.parse(said.read ?? '') || 0,
    cpuNs: cpu.cpu_usage.total_usage,
    systemNs: cpu.system_cpu_usage,
    cpus: cpu.online_cpus || (cpu.cpu_usage.percpu_usage ?? []).length || 1,
    // Pages of files that the kernel can drop are not the program's.
    memoryBytes: Math.max(0, (memory?.usage ?? 0) - cached),
    memoryLimitBytes: memory?.limit ?? 0,
    pids: said.pids_stats?.current ?? 0,
    receivedBytes: nets.reduce((sum, { rx_bytes: bytes }) => sum + bytes, 0),
    sentBytes: nets.reduce((sum, { tx_bytes: bytes }) => sum + bytes, 0),
    readBytes: moved('read'),
    writtenBytes: moved('write'),
  };
}

export function usageBetween(before: Counters | undefined, now: Counters): Usage {
  const { cpuNs, systemNs, cpus, ...rest } = now;
  const system = before ? systemNs - before.systemNs : 0;
  const used = before ? cpuNs - before.cpuNs : 0;
  const cpuPercent = system > 0 && used >= 0 ? (used / system) * cpus * 100 : undefined;
  return { ...rest, cpuPercent };
}
