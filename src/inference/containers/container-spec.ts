import type { ContainerSpec, HostConfig, Mount } from '#docker';
import { withShortSpinning } from '../backends/spinning.ts';
import type { RuntimeImage } from '../types.ts';
import type { GpuOptions } from './gpu-options.ts';

/** On every container that Gantry runs for models; its value says whose it is. */
export const ownerLabel = 'gantry.runner.home';
export const runnerLabel = 'gantry.runner';
export const modelLabel = 'gantry.runner.model';

/** Who asks an image what it is: this process. */
export function probeMark(): string {
  return `probe-${process.pid}`;
}

/** Whatever the image is, it gets no network, no rights and nothing to write to but memory. */
export const sandbox: HostConfig = {
  NetworkMode: 'none',
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  ReadonlyRootfs: true,
  IpcMode: 'private',
  RestartPolicy: { Name: 'no' },
  // We read the output as it comes; nothing of it is left on the disk.
  LogConfig: { Type: 'none' },
};

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

export interface RunnerContainer {
  readonly image: RuntimeImage;
  readonly args: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `uid:gid` */
  readonly user: string;
  readonly mounts: readonly Mount[];
  readonly memoryBytes: number;
  /** As many as it has threads. */
  readonly cpus: number;
  readonly gpu: GpuOptions;
}

/** The container of one runner. */
export function containerSpec({ image, args, labels, user, mounts, ...limits }: RunnerContainer): ContainerSpec {
  const needs = image.backend === 'vllm' ? pythonNeeds : serverNeeds;
  const [program, ...before] = image.command;
  return {
    Image: image.id,
    ...(program !== undefined && { Entrypoint: [program] }),
    Cmd: [...before, ...args],
    Env: needs.env,
    User: user,
    Labels: labels,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...sandbox,
      ...limits.gpu,
      Mounts: mounts,
      Tmpfs: { '/tmp': `rw,nosuid,nodev,mode=1777,${needs.tmpfs}` },
      Memory: limits.memoryBytes,
      // No swap: a model that swaps answers nobody in time.
      MemorySwap: limits.memoryBytes,
      PidsLimit: needs.pids,
      ...(image.backend === 'llama.cpp' && { NanoCpus: limits.cpus * 1e9 }),
      ...(needs.shmBytes !== undefined && { ShmSize: needs.shmBytes }),
    },
  };
}

interface Needs {
  readonly env: readonly string[];
  readonly tmpfs: string;
  readonly pids: number;
  readonly shmBytes: number | undefined;
}

const serverNeeds: Needs = {
  env: Object.entries(withShortSpinning({ HOME: '/tmp' })).map(([name, value]) => `${name}=${value}`),
  tmpfs: 'noexec,size=64m',
  pids: 512,
  shmBytes: undefined,
};

/** PyTorch compiles what it then runs, asks who its user is, and its workers share memory. */
const pythonNeeds: Needs = {
  env: [
    'HOME=/tmp',
    'USER=gantry',
    'XDG_CACHE_HOME=/tmp/cache',
    'TORCHINDUCTOR_CACHE_DIR=/tmp/cache/inductor',
    'HF_HUB_OFFLINE=1',
    'TRANSFORMERS_OFFLINE=1',
    'VLLM_NO_USAGE_STATS=1',
    'VLLM_HOST_IP=127.0.0.1',
  ],
  tmpfs: 'exec,size=4g',
  pids: 4096,
  shmBytes: 4 * gibibyte,
};

/**
 * Memory a container may use: what its runner is expected to take and a quarter more, so that an estimate that is a little off
 * kills nobody, and what a program takes that the estimate does not know. vLLM also keeps its caches and shared memory there.
 */
export function memoryLimit(estimatedBytes: number, { backend }: Pick<RuntimeImage, 'backend'>): number {
  const extra = backend === 'vllm' ? 8 * gibibyte : 256 * mebibyte;
  return Math.ceil(estimatedBytes * 1.25) + extra;
}

export interface UserFacts {
  readonly uid: number;
  readonly gid: number;
  /** The Engine runs without root: its root is this user. */
  readonly rootless: boolean;
  /** Whether anybody may read the model's files. */
  readonly readableByAll: boolean;
}

const nobody = 65_534;

/** Who the program is: this user, so that the socket is ours; nobody in particular where this user is root. */
export function containerUser({ uid, gid, rootless, readableByAll }: UserFacts): { uid: number; gid: number } {
  if (rootless) return { uid: 0, gid: 0 };
  if (uid === 0 && readableByAll) return { uid: nobody, gid: nobody };
  return { uid, gid };
}
