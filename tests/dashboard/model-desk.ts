import { dockerRegistryMissing, smolLmWeights, startDockerRegistry, type DockerRegistry } from '#testing';
import { gantry } from '../harness.ts';
import { startModelDaemon, type ModelDaemon } from '../model-daemon.ts';
import { publishModel } from '../published-model.ts';
import { startBrowser, type DashboardBrowser } from './browser.ts';

/** A daemon with a runtime, a browser, and a real registry with real weights. */
export interface ModelDesk {
  readonly daemon: ModelDaemon;
  readonly browser: DashboardBrowser;
  readonly registry: DockerRegistry | undefined;
  /** Path of the weights. */
  readonly weights: string;
  /** Name of them in the registry. */
  readonly published: string;
  readonly skip: string | undefined;
  stop(): Promise<void>;
}

/** With the published model in the store of the daemon, or with nothing in it. */
export async function startModelDesk(options: {
  readonly env?: Readonly<Record<string, string>>;
  readonly isPulled: boolean;
}): Promise<ModelDesk> {
  const [daemon, browser, found] = await Promise.all([
    startModelDaemon(options.env ?? {}),
    startBrowser(),
    smolLmWeights(),
  ]);
  const skip = dockerRegistryMissing() ?? daemon.skip ?? ('path' in found ? undefined : found.skip);
  const registry = skip === undefined ? await startDockerRegistry() : undefined;
  const weights = 'path' in found ? found.path : '';
  const published = `${registry?.host ?? 'none'}/ai/smollm2:test`;
  if (registry) {
    await publishModel(weights, published);
    await fetch(`${daemon.url}/models/purge`, { method: 'DELETE' });
    if (options.isPulled) await pull(daemon, published);
  }
  return {
    daemon,
    browser,
    registry,
    weights,
    published,
    skip,
    async stop() {
      await browser[Symbol.asyncDispose]();
      await daemon.stop();
      await registry?.[Symbol.asyncDispose]();
    },
  };
}

async function pull({ home }: ModelDaemon, name: string): Promise<void> {
  const pulled = await gantry(home, ['pull', name]);
  if (pulled.code !== 0) throw new Error(`${name} could not be pulled: ${pulled.stderr}`);
}

/** A question to a model, as a program asks it. */
export async function ask({ url }: ModelDaemon, model: string, content: string): Promise<void> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content }] }),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${model} did not answer: ${answer.status}`);
}
