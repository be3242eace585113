import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAlive, thisProcess } from '#core';

/** On everything that Gantry creates for MCP servers; its value says what it is. */
export const partLabel = 'gantry.mcp';
export const homeLabel = 'gantry.mcp.home';
export const ownerLabel = 'gantry.mcp.owner';
export const sessionLabel = 'gantry.mcp.session';
export const imageLabel = 'gantry.mcp.image';

/** Which process has something, told apart from all others that were and will be, on this machine and elsewhere. */
export interface Owner {
  readonly home: string;
  readonly host: string;
  /** Of the boot and of the namespace that its process id counts in; empty where the system has none. */
  readonly boot: string;
  readonly namespace: string;
  readonly pid: number;
  readonly startedAt: string;
}

export function ownerOfThisProcess(home: string): Owner {
  const { pid, startedAt } = thisProcess();
  return {
    home,
    host: hostname(),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: attempt(() => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')),
    pid,
    startedAt: startedAt.split(':').at(-1) ?? '',
  };
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

export function ownerLabels({ home, ...owner }: Owner): Readonly<Record<string, string>> {
  const { host, boot, namespace, pid, startedAt } = owner;
  return { [homeLabel]: home, [ownerLabel]: [host, boot, namespace, pid, startedAt].join('/') };
}

export function ownerIn(labels: Readonly<Record<string, string>>): Owner | undefined {
  const home = labels[homeLabel];
  const [host, boot, namespace, pid, startedAt, ...rest] = labels[ownerLabel]?.split('/') ?? [];
  if (home === undefined || host === undefined || boot === undefined || namespace === undefined) return undefined;
  if (startedAt === undefined || rest.length > 0 || !/^[1-9]\d{0,9}$/.test(pid ?? '')) return undefined;
  return { home, host, boot, namespace, pid: Number(pid), startedAt };
}

/**
 * Whether who owns something is certainly gone. What belongs to another machine, or to a process whose number means nothing here,
 * is nobody's to judge; an earlier boot of this machine is known by its home.
 */
export function isGone(
  owner: Owner,
  self: Owner,
  isRunning: (process: { pid: number; startedAt: string }) => boolean = isAlive,
): boolean {
  if (owner.host !== self.host) return false;
  if (owner.boot !== self.boot) return owner.home === self.home;
  if (owner.namespace !== self.namespace) return false;
  const startedAt = owner.startedAt === '' ? '' : `${owner.boot}:${owner.startedAt}`;
  return !isRunning({ pid: owner.pid, startedAt });
}

export function isSame(owner: Owner, self: Owner): boolean {
  return ownerLabels(owner)[ownerLabel] === ownerLabels(self)[ownerLabel] && owner.home === self.home;
}
