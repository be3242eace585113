import { describe, expect, it } from 'vitest';
import { containerSpec, containerUser, memoryLimit, type RunnerContainer } from './container-spec.ts';

const runner: RunnerContainer = {
  image: { id: 'sha256:1', backend: 'llama.cpp', command: ['/app/llama-server'] },
  args: ['--model', '/model/m.gguf'],
  labels: { 'gantry.runner': '1' },
  user: '1000:1000',
  mounts: [{ Type: 'bind', Source: '/m.gguf', Target: '/model/m.gguf', ReadOnly: true }],
  memoryBytes: 1_000_000_000,
  cpus: 2,
  gpu: {},
};
const vllm: RunnerContainer = { ...runner, image: { id: 'sha256:2', backend: 'vllm', command: ['vllm'] } };

describe('the container of a runner', () => {
  it('has no network, no rights, and nothing to write to but memory', () => {
    for (const { HostConfig } of [containerSpec(runner), containerSpec(vllm)]) {
      expect(HostConfig).toMatchObject({
        NetworkMode: 'none',
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
      });
      expect(Object.keys(HostConfig?.Tmpfs ?? {})).toEqual(['/tmp']);
    }
  });

  it('is limited in memory, without swap, in processors and in processes', () => {
    expect(containerSpec(runner).HostConfig).toMatchObject({
      Memory: 1_000_000_000,
      MemorySwap: 1_000_000_000,
      NanoCpus: 2_000_000_000,
      PidsLimit: 512,
    });
  });

  it('starts the program of the image with the arguments of the plan, as the user given', () => {
    expect(containerSpec(runner)).toMatchObject({
      Image: 'sha256:1',
      Entrypoint: ['/app/llama-server'],
      Cmd: ['--model', '/model/m.gguf'],
      User: '1000:1000',
      Labels: { 'gantry.runner': '1' },
    });
  });

  it('gives vLLM shared memory, room to compile in and no way to phone home', () => {
    const { HostConfig, Env } = containerSpec(vllm);
    expect(HostConfig).toMatchObject({ ShmSize: 4 * 1024 ** 3, PidsLimit: 4096 });
    expect(HostConfig).not.toHaveProperty('NanoCpus');
    expect(Env).toEqual(expect.arrayContaining(['HF_HUB_OFFLINE=1', 'VLLM_NO_USAGE_STATS=1', 'HOME=/tmp']));
  });

  it('gets the GPUs of the host', () => {
    const gpu = { DeviceRequests: [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }] };
    expect(containerSpec({ ...runner, gpu }).HostConfig).toMatchObject(gpu);
  });
});

it('allows more memory than estimated, and vLLM its caches besides', () => {
  expect(memoryLimit(4_000_000_000, { backend: 'llama.cpp' })).toBe(5_000_000_000 + 256 * 1024 ** 2);
  expect(memoryLimit(4_000_000_000, { backend: 'vllm' })).toBe(5_000_000_000 + 8 * 1024 ** 3);
});

it.each([
  ['this user, so that the socket is ours', { uid: 1000, gid: 100 }, { uid: 1000, gid: 100 }],
  ['nobody where this user is root', { uid: 0, gid: 0 }, { uid: 65_534, gid: 65_534 }],
  [
    'root without rights where nobody else may read the model',
    { uid: 0, gid: 0, readableByAll: false },
    { uid: 0, gid: 0 },
  ],
  ['the root of a rootless Engine, which is this user', { uid: 1000, gid: 100, rootless: true }, { uid: 0, gid: 0 }],
])('runs as %s', (_, facts, user) => {
  expect(containerUser({ rootless: false, readableByAll: true, ...facts })).toEqual(user);
});
