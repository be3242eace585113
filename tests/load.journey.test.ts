import { copyFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { daemonStatusBody, psBody } from '#contract';
import { smolLmWeights } from '#testing';
import { gantry, temporaryDirectory } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('two hundred chats at once on two models', () => {
  let daemon: ModelDaemon;
  const second = 'test/second:135m';

  beforeAll(async () => {
    daemon = await startModelDaemon();
    const weights = await smolLmWeights();
    if (daemon.skip || !('path' in weights)) return;
    // The same weights with another date make another model: its own id and its own runner.
    await using directory = await temporaryDirectory('second');
    const copy = join(directory.path, 'second.gguf');
    await copyFile(weights.path, copy);
    await utimes(copy, 1_700_000_000, 1_700_000_000);
    const imported = await gantry(daemon.home, ['pull', '--gguf', copy, second]);
    if (imported.code !== 0) throw new Error(imported.stderr);
  });
  afterAll(() => daemon.stop());
  beforeEach((context) => {
    if (daemon.skip) context.skip(daemon.skip);
  });

  it('all end, none is lost, and memory stays in budget', async () => {
    const ask = async (index: number): Promise<{ status: number; text: string }> => {
      const answer = await fetch(`${daemon.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: index % 2 === 0 ? daemon.model : second,
          max_tokens: 6,
          messages: [{ role: 'user', content: `Say the number ${index}.` }],
        }),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const used: number[] = [];
    let budget = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        const status = daemonStatusBody.parse(await (await fetch(`${daemon.url}/gantry/status`)).json());
        used.push(status.memory.usedBytes);
        budget = status.memory.budgetBytes;
      }
    })();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(index)));
    watching = false;
    await watch;
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    for (const { text } of answers)
      expect(JSON.parse(text)).toMatchObject({ choices: [{ finish_reason: expect.any(String) }] });
    expect(Math.max(...used)).toBeLessThanOrEqual(budget);
    const runners = psBody.parse(await (await fetch(`${daemon.url}/engines/ps`)).json());
    expect(
      runners.reduce((sum, runner) => sum + (runner.active_requests ?? 0) + (runner.queued_requests ?? 0), 0),
    ).toBe(0);
  });
});
