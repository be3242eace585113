import { describe, expect, it } from 'vitest';
import { AppError, silentLog, systemClock } from '#core';
import type { RuntimeImages } from '../containers/runtime-images.ts';
import type { BackendName, Runtime } from '../types.ts';
import { createRuntimes, type InstallableRuntimes } from './runtimes.ts';

function imageOf(path: string, backend: BackendName): Runtime {
  const image = { id: `sha256:${path}`, backend, command: ['serve'] };
  return { name: 'container', version: '1', path, origin: 'engine', selected: false, image };
}

const server = imageOf('ghcr.io/ggml-org/llama.cpp:server', 'llama.cpp');
const cuda: Runtime = { ...imageOf('ghcr.io/ggml-org/llama.cpp:server-cuda', 'llama.cpp'), devices: ['CUDA0: L4'] };
const mine = imageOf('mine:1', 'llama.cpp');
const vllm = imageOf('vllm/vllm-openai:v1', 'vllm');

function world({ onEngine = [server, mine, vllm] }: { onEngine?: readonly Runtime[] } = {}) {
  const remembered: Record<BackendName, string> = { 'llama.cpp': 'auto', vllm: 'auto' };
  const pulled: string[] = [];
  const known = async (backend: BackendName) =>
    onEngine.filter(({ path, image }) => image?.backend === backend && path !== mine.path);
  const images: RuntimeImages = {
    async find(name) {
      const found = onEngine.find(({ path }) => path === name);
      if (found) return found;
      throw new AppError('runtime.not_installed', 'Not there.', { params: { reason: 'image' } });
    },
    known,
    listed: known,
    async *pull(name) {
      pulled.push(name);
      yield { type: 'done', runtime: mine };
    },
  };
  const never = () => Promise.reject(new Error('nothing is fetched here'));
  const runtimes: InstallableRuntimes = createRuntimes({
    directory: '/nonexistent/runtimes',
    downloads: '/nonexistent/downloads',
    env: { PATH: '' },
    python: { files: never },
    transfer: never,
    extractAll: never,
    preferred: (backend) => remembered[backend],
    remember: async (name, backend) => {
      remembered[backend] = name;
    },
    images,
    clock: systemClock,
    log: silentLog,
  });
  return { runtimes, remembered, pulled };
}

describe('container images as runtimes', () => {
  it('are used where no program and no package is, one that reaches a GPU first', async () => {
    expect(await world().runtimes.select()).toMatchObject({ path: server.path, selected: true });
    expect(await world({ onEngine: [server, cuda] }).runtimes.select()).toMatchObject({ path: cuda.path });
    await expect(world({ onEngine: [] }).runtimes.select()).rejects.toMatchObject({
      code: 'runtime.not_installed',
      params: { reason: 'none' },
    });
  });

  it('are chosen by name, each for the backend that it holds', async () => {
    const { runtimes, remembered } = world();
    await runtimes.use('container:mine:1');
    await runtimes.use(`container:${vllm.path}`);
    expect(remembered).toEqual({ 'llama.cpp': 'container:mine:1', vllm: `container:${vllm.path}` });
    expect(await runtimes.select()).toMatchObject({ path: 'mine:1' });
    expect(await runtimes.select('vllm')).toMatchObject({ path: vllm.path });
  });

  it('are not chosen when they are not there or run something else', async () => {
    const { runtimes, remembered } = world();
    await expect(runtimes.use('container:absent')).rejects.toMatchObject({ code: 'runtime.not_installed' });
    await expect(runtimes.use('container:')).rejects.toMatchObject({ code: 'runtime.not_found' });
    expect(remembered['llama.cpp']).toBe('auto');
    remembered['llama.cpp'] = `container:${vllm.path}`;
    await expect(runtimes.select()).rejects.toMatchObject({ params: { reason: 'image_backend' } });
    remembered.vllm = 'container:mine:1';
    await expect(runtimes.select('vllm')).rejects.toMatchObject({ code: 'runtime.not_installed' });
  });

  it('are listed with those that are used, also one that is gone', async () => {
    const { runtimes, remembered } = world();
    remembered['llama.cpp'] = 'container:mine:1';
    const rows = (await runtimes.list()).map(({ path, selected }) => [path, selected]);
    expect(rows).toEqual([
      ['mine:1', true],
      [server.path, false],
      [vllm.path, true],
    ]);
    remembered['llama.cpp'] = 'container:absent';
    expect((await runtimes.list()).map(({ path }) => path)).toEqual([server.path, vllm.path]);
  });

  it('are fetched by the Engine, and left to it', async () => {
    const { runtimes, pulled } = world();
    const { signal } = new AbortController();
    for await (const event of runtimes.install('container:mine:1', { signal })) expect(event.type).toBe('done');
    expect(pulled).toEqual(['mine:1']);
    await expect(runtimes.remove('container:mine:1')).rejects.toMatchObject({ params: { reason: 'image_removal' } });
  });
});
