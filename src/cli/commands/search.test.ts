import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, json, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';

const one = {
  Name: 'ai/smollm2',
  Description: 'Tiny\u001B[31m model',
  Downloads: 1_234_567,
  Stars: 45_000,
  Source: 'Docker Hub',
  Official: true,
  UpdatedAt: '',
  License: 'apache-2.0',
  Backend: 'llama.cpp',
  Size: '270MB',
};

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

describe('gantry search', () => {
  it('prints a table, and says which source failed in the language of the user', async () => {
    const failed = {
      source: 'HuggingFace',
      code: 'source.unreachable',
      message: 'Cannot reach huggingface.co: its name does not resolve.',
      params: { host: 'huggingface.co', reason: 'dns', detail: '' },
    };
    daemon.on('GET /gantry/search', json({ results: [one], warnings: [failed] }));
    const { code, stdout, stderr } = await runForTest(daemon, ['search', '--source', 'hf', '-n', '5', 'smol', 'lm']);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('NAME        DESCRIPTION  BACKEND    SIZE   DOWNLOADS  STARS  SOURCE');
    expect(stdout.split('\n')[1]).toBe('ai/smollm2  Tiny model   llama.cpp  270MB  1.2M       45.0K  Docker Hub');
    expect(stderr).toBe(`Note: HuggingFace could not be searched: ${failed.message}\n`);
    expect(daemon.requests.at(-1)?.url).toBe('/gantry/search?term=smol+lm&limit=5&source=huggingface');
    const chinese = await runForTest(daemon, ['search'], { env: { GANTRY_LANG: 'zh' } });
    expect(chinese.stderr).toMatch(/无法搜索 HuggingFace：.*huggingface\.co/);
  });

  it('prints the JSON that docker model prints, and the licence besides', async () => {
    daemon.on('GET /gantry/search', json({ results: [one], warnings: [] }));
    expect(JSON.parse((await runForTest(daemon, ['search', '--json'])).stdout)).toEqual([one]);
  });

  it('says when nothing matches', async () => {
    daemon.on('GET /gantry/search', json({ results: [], warnings: [] }));
    const { code, stderr } = await runForTest(daemon, ['search', 'nothing']);
    expect([code, stderr]).toEqual([0, 'No models found matching "nothing"\n']);
  });
});
