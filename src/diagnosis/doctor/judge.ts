import type { InfoAnswer, OtherContainer } from '../evidence/schemas.ts';
import { cleanLine } from '../evidence/clean.ts';
import type { Diagnosis, HostFacts } from '../types.ts';
import type { DiskUse, VersionFacts } from './schemas.ts';
import type { Finding } from './types.ts';

export interface EngineState {
  readonly version: VersionFacts | undefined;
  readonly info: InfoAnswer | undefined;
  readonly containers: readonly OtherContainer[];
  readonly disk: DiskUse | undefined;
  readonly host: HostFacts | undefined;
  /** Of the containers that look ill, by name. */
  readonly diagnoses: ReadonlyMap<string, Diagnosis>;
}

/** The oldest major version of Docker Engine that Docker itself still fixes, as known in January 2026. */
const oldestMaintained = 28;
const worthTellingBytes = 1_000_000_000;
const lowDiskShare = 0.1;
const lowDiskBytes = 5_000_000_000;
const lowMemoryBytes = 300_000_000;
const databasePorts = new Set([3306, 5432, 6379, 27_017, 9200, 5672, 11_211, 8529, 5984, 1433, 9042, 2375]);

/** What is wrong on an Engine. */
export function judge(state: EngineState): readonly Finding[] {
  return [...engineFindings(state), ...containerFindings(state), ...diskFindings(state), ...portFindings(state)];
}

function engineFindings({ version, info, host }: EngineState): readonly Finding[] {
  const major = Number.parseInt(version?.Version ?? '', 10);
  const findings: Finding[] = [];
  if (major > 0 && major < oldestMaintained) {
    findings.push({
      id: 'engine.old',
      // Distributions fix their own packages for longer.
      severity: /dfsg|ubuntu|\.el\d|\.fc\d/.test(version?.Version ?? '') ? 'note' : 'warning',
      params: { version: cleanLine(version?.Version ?? ''), oldest: oldestMaintained },
      commands: [],
    });
  }
  for (const warning of (info?.Warnings ?? []).slice(0, 10)) {
    findings.push({
      id: 'engine.warning',
      severity: 'note',
      params: { text: cleanLine(warning).slice(0, 200) },
      commands: [],
    });
  }
  const free = host?.availableMemoryBytes;
  if (free !== undefined && free < lowMemoryBytes) {
    findings.push({
      id: 'memory.low',
      severity: 'problem',
      params: { freeBytes: free },
      commands: [['docker', 'stats', '--no-stream']],
    });
  }
  return findings;
}

/** Containers that need a closer look. */
export function isIll({ state, status }: OtherContainer): boolean {
  if (state === 'restarting' || state === 'dead' || status.includes('(unhealthy)')) return true;
  return state === 'exited' && !/^Exited \((0|143|130)\)/.test(status);
}

function containerFindings({ containers, diagnoses }: EngineState): readonly Finding[] {
  return containers.filter(isIll).map((one) => {
    const id =
      one.state === 'restarting'
        ? 'container.loop'
        : one.status.includes('(unhealthy)')
          ? 'container.unhealthy'
          : 'container.failed';
    const diagnosis = diagnoses.get(one.name);
    return {
      id,
      severity: id === 'container.failed' ? 'warning' : 'problem',
      params: { name: cleanLine(one.name), image: cleanLine(one.image), status: cleanLine(one.status) },
      commands: [['gantry', 'ai', 'why', one.name]],
      diagnosis,
    } satisfies Finding;
  });
}

function diskFindings({ disk, host, containers }: EngineState): readonly Finding[] {
  const findings: Finding[] = [];
  const { freeDiskBytes: free, totalDiskBytes: total } = host ?? {};
  if (free !== undefined && total !== undefined && (free < lowDiskBytes || free < total * lowDiskShare)) {
    findings.push({
      id: 'disk.low',
      severity: free < 1e9 ? 'problem' : 'warning',
      params: { freeBytes: free, totalBytes: total },
      commands: [['docker', 'system', 'df']],
    });
  }
  const stopped = containers.filter(
    ({ state, status }) => state === 'exited' && /\b(weeks|months|years)\b/.test(status),
  );
  if (stopped.length > 0) {
    findings.push({
      id: 'containers.old',
      severity: 'note',
      params: { count: stopped.length },
      commands: [['docker', 'container', 'prune']],
    });
  }
  if (!disk) return findings;
  const dangling = disk.Images.filter(
    ({ RepoTags, Containers }) => (RepoTags ?? []).every((tag) => tag === '<none>:<none>') && Containers <= 0,
  );
  const danglingBytes = sum(dangling.map(({ Size, SharedSize }) => Size - Math.max(0, SharedSize)));
  if (dangling.length > 0) {
    findings.push({
      id: 'images.dangling',
      severity: danglingBytes > worthTellingBytes ? 'warning' : 'note',
      params: { count: dangling.length, bytes: danglingBytes },
      commands: [['docker', 'image', 'prune']],
    });
  }
  const unused = disk.Volumes.filter(({ UsageData }) => UsageData?.RefCount === 0);
  if (unused.length > 0) {
    const bytes = sum(unused.map(({ UsageData }) => Math.max(0, UsageData?.Size ?? 0)));
    findings.push({
      id: 'volumes.unused',
      severity: bytes > worthTellingBytes ? 'warning' : 'note',
      params: { count: unused.length, bytes },
      // Volumes hold data: the list comes first, never a prune.
      commands: [['docker', 'volume', 'ls', '--filter', 'dangling=true']],
    });
  }
  const cache = sum(disk.BuildCache.filter(({ InUse }) => InUse !== true).map(({ Size }) => Size));
  if (cache > worthTellingBytes) {
    findings.push({
      id: 'disk.reclaimable',
      severity: 'note',
      params: { bytes: cache },
      commands: [['docker', 'builder', 'prune']],
    });
  }
  return findings;
}

function portFindings({ containers }: EngineState): readonly Finding[] {
  return containers.flatMap((one) =>
    one.ports
      .filter(({ container, host, address }) => host > 0 && databasePorts.has(container) && isEverywhere(address))
      .filter((port, index, all) => all.findIndex(({ host }) => host === port.host) === index)
      .map(({ container, host }) => ({
        id: 'port.open' as const,
        severity: 'warning' as const,
        params: { name: cleanLine(one.name), port: container, host },
        commands: [],
      })),
  );
}

function isEverywhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
