import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerRegistryMissing, llamaServerOnPath, startDockerRegistry, startTestDaemon, ggufBytes } from '#testing';

const missing = dockerRegistryMissing();

describe('the variables of docker/model-runner', () => {
  it.skipIf(missing !== undefined)(
    `DEFAULT_REGISTRY is where names without a registry are pushed and pulled${missing === undefined ? '' : ` (${missing})`}`,
    async () => {
      await using registry = await startDockerRegistry();
      const logs = await mkdtemp(join(tmpdir(), 'gantry-logs-'));
      const daemon = await startTestDaemon({
        env: { DEFAULT_REGISTRY: registry.host, INSECURE_REGISTRY: 'true', MODEL_RUNNER_LOG_DIR: logs },
      });
      try {
        const ask = async (path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<unknown> => {
          const answer = await fetch(`${daemon.url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
          const text = await answer.text();
          expect(answer.ok, text).toBe(true);
          return method === 'GET' ? JSON.parse(text) : text;
        };
        const gguf = join(await mkdtemp(join(tmpdir(), 'gantry-gguf-')), 'tiny.gguf');
        await writeFile(gguf, ggufBytes({}));
        await ask('/models/create', { from: 'tiny', gguf });
        const tag = `${registry.host}/ai/tiny:latest`;
        expect(await ask('/models')).toMatchObject([{ tags: [tag] }]);
        expect(await ask('/models/tiny/push', {})).toContain('pushed');
        await ask('/models/tiny', undefined, 'DELETE');
        await ask('/models/create', { from: 'tiny' });
        expect(await ask('/models')).toMatchObject([{ tags: [tag] }]);
        expect(await readdir(logs)).not.toEqual([]);
        expect(await readdir(daemon.home)).not.toContain('logs');
      } finally {
        await daemon.stop();
      }
    },
  );

  it('LLAMA_SERVER_PATH is the runtime that is taken', async (context) => {
    const found = await llamaServerOnPath();
    if ('skip' in found) return context.skip(found.skip);
    const folder = join(found.runtime.path, '..');
    const daemon = await startTestDaemon({ env: { LLAMA_SERVER_PATH: folder, PATH: '/usr/bin:/bin' } });
    try {
      const answer = await fetch(`${daemon.url}/engines/status`);
      expect(await answer.json()).toMatchObject({ 'llama.cpp': expect.stringMatching(/^Running/) as unknown });
    } finally {
      await daemon.stop();
    }
  });
});
