import { z } from 'zod';
import type { Cancel, Docker } from '../types.ts';
import { browse, count, word, words } from './ask.ts';

/** What the Engine says about itself and the machine it is on. */
export interface EngineFacts {
  readonly url: string;
  readonly origin: string;
  /** It is on this machine. */
  readonly isHere: boolean;
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
  readonly name: string;
  readonly operatingSystem: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly storageDriver: string;
  readonly rootFolder: string;
  readonly containers: { readonly running: number; readonly paused: number; readonly stopped: number };
  readonly images: number;
  readonly runtimes: readonly string[];
  /** As the Engine uses them. */
  readonly registryMirrors: readonly string[];
  readonly warnings: readonly string[];
}

const info = z.looseObject({
  Name: word,
  OperatingSystem: word,
  NCPU: count,
  MemTotal: count,
  Driver: word,
  DockerRootDir: word,
  ContainersRunning: count,
  ContainersPaused: count,
  ContainersStopped: count,
  Images: count,
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  RegistryConfig: z.looseObject({ Mirrors: words }).nullish(),
  Warnings: words,
});

/** @throws AppError `docker.unavailable` */
export async function readEngine(docker: Docker, cancel: Cancel = {}): Promise<EngineFacts> {
  const [address, version, facts] = await Promise.all([
    docker.address(cancel),
    docker.version(cancel),
    browse(docker, { method: 'GET', path: '/info', ...cancel }, info),
  ]);
  return {
    url: address.url,
    origin: address.origin,
    isHere: address.route.kind === 'unix',
    ...version,
    name: facts.Name,
    operatingSystem: facts.OperatingSystem,
    cpus: facts.NCPU,
    memoryBytes: facts.MemTotal,
    storageDriver: facts.Driver,
    rootFolder: facts.DockerRootDir,
    containers: {
      running: facts.ContainersRunning,
      paused: facts.ContainersPaused,
      stopped: facts.ContainersStopped,
    },
    images: facts.Images,
    runtimes: Object.keys(facts.Runtimes ?? {}),
    registryMirrors: facts.RegistryConfig?.Mirrors ?? [],
    warnings: facts.Warnings,
  };
}
