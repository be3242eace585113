import { join } from 'node:path';
import { silentLog, systemClock } from '#core';
import { createRuntimes, type InstallableRuntimes, type Runtime } from '#inference';
import { extractAll } from '#registry';
import { orSkip, packageAccess, testCache, type PackageAccess, type Skip } from './test-cache.ts';

/** The xllamacpp runtime, installed once into the test cache by our own installer. */
export function installedXllamacpp(): Promise<{ readonly runtime: Runtime } | Skip> {
  return orSkip(async () => {
    await using access = packageAccess();
    const runtimes = runtimesOf('xllamacpp', access);
    const signal = AbortSignal.timeout(280_000);
    for await (const event of runtimes.ensure({ signal })) if (event.type === 'done') return { runtime: event.runtime };
    throw new Error('the installation ended without a runtime');
  });
}

/** A llama-server on PATH, and only there. */
export function llamaServerOnPath(): Promise<{ readonly runtime: Runtime } | Skip> {
  return orSkip(async () => {
    await using access = packageAccess();
    return { runtime: await runtimesOf('llama-server', access).select() };
  });
}

function runtimesOf(preferred: string, { index, transfer }: PackageAccess): InstallableRuntimes {
  return createRuntimes({
    directory: join(testCache(), 'runtimes'),
    downloads: join(testCache(), 'downloads'),
    env: process.env,
    python: index,
    transfer,
    extractAll,
    preferred: () => preferred,
    remember: async () => undefined,
    clock: systemClock,
    log: silentLog,
  });
}
