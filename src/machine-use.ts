import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { DaemonStatusBody } from '#contract';

/** How much of this machine is in use, and of the disk that holds `folder`. */
export async function machineUse(folder: string): Promise<NonNullable<DaemonStatusBody['machine']>> {
  const [load = 0] = loadavg();
  const disk = await statfs(folder).catch(() => undefined);
  return {
    cpus: availableParallelism(),
    load,
    memory: { usedBytes: totalmem() - freemem(), totalBytes: totalmem() },
    disk: disk ? { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize } : null,
  };
}
