import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerViews } from '#api';
import type { Clock, Env, Paths } from '#core';
import { createBuildMeter, createDiskCount, createEngineWatch, createUsageFeed, type Docker } from '#docker';
import { readDockerMirrors, statusError, type HttpClient } from '#registry';

export interface DockerViewsOptions {
  readonly docker: Docker;
  readonly http: HttpClient;
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
}

const mostIndexBytes = 64 * 1024 * 1024;
const longestRunMs = 15 * 60_000;

/** What stands behind the routes of containers, images and Dockerfiles. Analysers are loaded when they are first asked. */
export function createDockerViews(options: DockerViewsOptions): DockerViews {
  const { docker, http, paths, env, clock } = options;
  const now = (): number => clock.now();
  const run = runner(env);
  let badges: ReturnType<DockerViews['badges']> | undefined;
  let scans: ReturnType<DockerViews['scans']> | undefined;
  return {
    docker,
    watch: createEngineWatch({ docker, clock }),
    usage: createUsageFeed({ docker, clock }),
    disk: createDiskCount({ docker, clock }),
    badges: () =>
      (badges ??= import('#diagnosis').then(({ createBadges, thisHost }) =>
        createBadges({ docker, host: thisHost, now }),
      )),
    scans: () =>
      (scans ??= import('#images').then(({ cachedIndex, createScans }) => {
        const fetchIndex = cachedIndex(
          async (url, { signal }) => {
            const response = await http.request(url, { signal: signal ?? AbortSignal.timeout(longestRunMs) });
            if (response.status !== 200) throw statusError(response, { label: url });
            return await response.bytes(mostIndexBytes);
          },
          { folder: join(paths.home, 'cache', 'indexes'), now },
        );
        const withSameEnv = (argv: readonly string[], { signal }: { signal?: AbortSignal | undefined }) =>
          run(argv, { env: {}, signal });
        return createScans({ docker, fetchIndex, run: withSameEnv, now });
      })),
    async run(argv, { env: more, signal }) {
      return await run(argv, { env: { ...more, ...(await sameEngine(docker, signal)) }, signal });
    },
    async measureBuild(text, { folder, signal, onLine }) {
      const engine = await sameEngine(docker, signal);
      return await createBuildMeter({ env: { ...env, ...engine }, signal, onLine }).measure(text, folder);
    },
    newSecret: () => `${randomBytes(18).toString('base64url')}9a`,
    diskAt: async (path) =>
      await statfs(path).then(
        ({ bavail, blocks, bsize }) => ({ freeBytes: bavail * bsize, totalBytes: blocks * bsize }),
        () => undefined,
      ),
    registryMirrors: async () => await readDockerMirrors().catch(() => undefined),
    userHome: paths.userHome,
  };
}

/** The command has to mean the Engine that was looked at; contexts with certificates it finds by itself. */
async function sameEngine(docker: Docker, signal: AbortSignal | undefined): Promise<Env> {
  const { route, url } = await docker.address({ signal });
  return route.kind === 'unix' ? { DOCKER_HOST: url, DOCKER_CONTEXT: undefined } : {};
}

type Run = (
  argv: readonly string[],
  options: { env: Readonly<Record<string, string | undefined>>; signal?: AbortSignal | undefined },
) => Promise<{ code: number | null; stdout: string; stderr: string }>;

/** Programs of this machine, without a shell and without standard input. */
function runner(env: Env): Run {
  return async ([program = '', ...args], { env: more, signal }) =>
    await new Promise((resolve, reject) => {
      const child = execFile(
        program,
        args,
        { env: { ...env, ...more }, signal, maxBuffer: 256 * 1024 * 1024, timeout: longestRunMs },
        (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number' && !error.killed) reject(error);
          else resolve({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, stdout, stderr });
        },
      );
      child.stdin?.end();
    });
}
