import { createBadges, type RunCommand } from '#diagnosis';
import { createDiskCount, createEngineWatch, createUsageFeed, type Docker } from '#docker';
import { createScans } from '#images';
import type { Clock } from '#core';
import type { DockerViews } from '../types.ts';

export interface FakeViewsOptions {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly userHome: string;
  /** Default: every program is missing. */
  readonly run?: RunCommand;
  /** Default: no build works. */
  readonly measureBuild?: DockerViews['measureBuild'];
}

const missing: RunCommand = () => Promise.reject(Object.assign(new Error('not there'), { code: 'ENOENT' }));

/** The views over an Engine of the test, with nothing of this machine. */
export function fakeViews({ docker, clock, userHome, run = missing, measureBuild }: FakeViewsOptions): DockerViews {
  const host = { text: async () => undefined, disk: async () => undefined, owner: async () => undefined };
  const now = (): number => clock.now();
  const badges = createBadges({ docker, host, now });
  const scans = createScans({
    docker,
    now,
    fetchIndex: () => Promise.reject(new Error('no network')),
    run: async (argv, { signal }) => await run(argv, { env: {}, signal }),
  });
  return {
    docker,
    watch: createEngineWatch({ docker, clock }),
    usage: createUsageFeed({ docker, clock }),
    disk: createDiskCount({ docker, clock }),
    badges: async () => badges,
    scans: async () => scans,
    run,
    measureBuild: measureBuild ?? (() => Promise.reject(new Error('not there'))),
    newSecret: () => 'made',
    diskAt: async () => ({ freeBytes: 1, totalBytes: 2 }),
    registryMirrors: async () => ['https://mirror.example'],
    userHome,
  };
}
