import { AppError, toAppError } from '#core';
import { collectEvidence, getJson, type CollectDeps } from '../evidence/collect.ts';
import { quotable } from '../evidence/clean.ts';
import { readHost } from '../evidence/host.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import { containersAnswer, infoAnswer } from '../evidence/schemas.ts';
import { diagnose } from '../diagnose.ts';
import type { Diagnosis } from '../types.ts';
import { isIll, judge } from './judge.ts';
import { dfAnswer, versionAnswer } from './schemas.ts';
import type { DoctorReport } from './types.ts';

const mostDiagnosed = 20;
const atOnce = 4;
const partMs = 5000;
/** The Engine counts bytes on disk for this one. */
const diskMs = 20_000;

/** Looks at everything on the Engine. An Engine that does not answer is a finding, not an error. */
export async function examine(
  deps: CollectDeps,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<DoctorReport> {
  const { docker } = deps;
  const unread: { part: string; reason: string }[] = [];
  const within = (ms: number): AbortSignal =>
    signal ? AbortSignal.any([signal, AbortSignal.timeout(ms)]) : AbortSignal.timeout(ms);
  let version;
  let url = '';
  try {
    url = (await docker.address({ signal: within(partMs) })).url;
    version = versionAnswer.parse(await getJson(docker, { path: '/version', signal: within(partMs) }));
  } catch (error) {
    signal?.throwIfAborted();
    const known = toAppError(error);
    if (!(error instanceof AppError) || known.code !== 'docker.unavailable') {
      unread.push({ part: 'version', reason: quotable(known.message) });
    }
    return nobodyThere(known, unread);
  }
  const part = async <Value>(name: string, read: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await read();
    } catch (error) {
      signal?.throwIfAborted();
      unread.push({ part: name, reason: quotable(toAppError(error).message) });
      return undefined;
    }
  };
  const [info, containers, disk] = await Promise.all([
    part('info', async () => infoAnswer.parse(await getJson(docker, { path: '/info', signal: within(partMs) }))),
    part('containers', async () =>
      containersAnswer.parse(
        await getJson(docker, { path: '/containers/json', query: { all: true }, signal: within(partMs) }),
      ),
    ),
    part('disk', async () => dfAnswer.parse(await getJson(docker, { path: '/system/df', signal: within(diskMs) }))),
  ]);
  const all = containers ?? [];
  const host = await part('host', async () => {
    const { route } = await docker.address({ signal });
    return route.kind === 'unix' ? await readHost(deps.host, { root: info?.DockerRootDir }) : undefined;
  });
  const diagnoses = new Map<string, Diagnosis>();
  const ill = all.filter(isIll);
  const waiting = ill.slice(0, mostDiagnosed);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { name } = next;
      const raw = await part(`container ${name}`, () => collectEvidence(deps, name, { signal }));
      if (raw) diagnoses.set(name, diagnose(readEvidence(raw)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (ill.length > mostDiagnosed) {
    unread.push({
      part: 'containers',
      reason: `${ill.length - mostDiagnosed} more failed containers were not looked into`,
    });
  }
  const running = all.filter(({ state }) => state === 'running' || state === 'restarting').length;
  return {
    engine: { version: version.Version, apiVersion: version.ApiVersion, os: version.Os, arch: version.Arch, url },
    counts: {
      running,
      stopped: all.length - running,
      images: disk?.Images.length ?? 0,
      volumes: disk?.Volumes.length ?? 0,
    },
    findings: judge({ version, info, containers: all, disk, host, diagnoses }),
    unread,
  };
}

function nobodyThere(error: AppError, unread: DoctorReport['unread']): DoctorReport {
  return {
    engine: undefined,
    counts: { running: 0, stopped: 0, images: 0, volumes: 0 },
    findings: [
      {
        id: 'engine.down',
        severity: 'problem',
        params: { reason: quotable(String(error.params['reason'] ?? error.message)) },
        commands: [
          ['docker', 'context', 'ls'],
          ['sudo', 'systemctl', 'start', 'docker'],
        ],
      },
    ],
    unread,
  };
}
