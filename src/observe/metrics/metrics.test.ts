import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, digestFromHex } from '#core';
import { createMetrics } from './metrics.ts';
import { mergeRunnerTexts } from './runner-text.ts';
import { tokenUse } from './token-use.ts';
import type { Gauges } from './types.ts';

const gauges: Gauges = {
  queuedRequests: 2,
  activeRequests: 1,
  runners: 1,
  runnerBytes: 5,
  storeBytes: 7,
  residentBytes: 9,
  eventLoopLagSeconds: 0.001,
};
const runner = {
  runnerId: 'r1',
  backend: 'llama.cpp',
  modelId: digestFromHex('a'.repeat(64)),
  model: 'ai/x',
  mode: 'completion',
} as const;

describe('our own metrics', () => {
  it('count loads, unloads, crashes, waiting and refusals', async () => {
    const metrics = createMetrics();
    metrics.inference({ type: 'loadFinished', ms: 1500, ...runner });
    metrics.inference({ type: 'loadFailed', ms: 1, error: new AppError('backend.failed', 'x'), ...runner });
    metrics.inference({ type: 'unloaded', reason: 'config changed', ...runner });
    metrics.inference({ type: 'runnerExited', error: new AppError('backend.crashed', 'x'), ...runner });
    metrics.inference({ type: 'granted', waitedMs: 20, ...runner });
    metrics.inference({
      type: 'refused',
      model: 'ai/x',
      mode: 'completion',
      error: new AppError('inference.queue_full', 'x'),
    });
    const text = await metrics.text(gauges);
    expect(text).toContain('gantry_model_loads_total{model="ai/x",result="done"} 1\n');
    expect(text).toContain('gantry_model_loads_total{model="ai/x",result="failed"} 1\n');
    expect(text).toContain('gantry_model_load_seconds_sum{model="ai/x"} 1.5\n');
    expect(text).toContain('gantry_model_unloads_total{model="ai/x",reason="config_changed"} 1\n');
    expect(text).toContain('gantry_runner_crashes_total{model="ai/x"} 1\n');
    expect(text).toContain('gantry_queue_wait_seconds_count 1\n');
    expect(text).toContain('gantry_requests_refused_total{code="inference.queue_full"} 1\n');
    expect(text).toContain('gantry_requests_queued 2\n');
    expect(text).toContain('gantry_store_bytes 7\n');
  });

  it('count requests, tokens and bytes, and name a bounded number of models', async () => {
    const metrics = createMetrics();
    for (let index = 0; index < 300; index += 1) {
      metrics.answered({
        api: 'openai',
        status: 200,
        aborted: false,
        durationMs: 10,
        model: `m${index}`,
        firstTokenMs: 20,
        use: { promptTokens: 3, outputTokens: 2, outputTokensPerSecond: 40 },
      });
    }
    metrics.answered({ api: 'ollama', status: 200, aborted: true, durationMs: 1 });
    metrics.transferred('pull', 100);
    metrics.transferEnded('pull', 'done');
    const text = await metrics.text(gauges);
    expect(text).toContain('gantry_requests_total{api="openai",status="200"} 300\n');
    expect(text).toContain('gantry_requests_total{api="ollama",status="aborted"} 1\n');
    expect(text).toContain('gantry_prompt_tokens_total{model="other"} 600\n');
    expect(text).toContain('gantry_transfer_bytes_total{direction="pull"} 100\n');
    expect(text.match(/gantry_output_tokens_total\{/g)?.length).toBe(101);
  });
});

describe('the tokens that an answer counts', () => {
  it.each([
    [{ timings: { cache_n: 31, prompt_n: 1, predicted_n: 8, predicted_per_second: 7.5 } }, [32, 8, 7.5]],
    [{ usage: { prompt_tokens: 4, total_tokens: 4 } }, [4, undefined, undefined]],
    [{ type: 'message', usage: { input_tokens: 3, cache_read_input_tokens: 2, output_tokens: 1 } }, [5, 1, undefined]],
    [{ response: 'text', prompt_eval_count: 3, eval_count: 10, eval_duration: 5e8 }, [3, 10, 20]],
    [{ type: 'response.completed', response: { usage: { input_tokens: 6, output_tokens: 7 } } }, [6, 7, undefined]],
  ])('are read from %j, whole or as events', (part, [promptTokens, outputTokens, outputTokensPerSecond]) => {
    const expected = { promptTokens, outputTokens, outputTokensPerSecond };
    expect(tokenUse(JSON.stringify(part))).toMatchObject(JSON.parse(JSON.stringify(expected)) as object);
    expect(tokenUse(`data: ${JSON.stringify(part)}\n\ndata: [DONE]\n\n`)).toEqual(tokenUse(JSON.stringify(part)));
  });

  it('are not taken from what a model says', () => {
    expect(
      tokenUse(JSON.stringify({ choices: [{ message: { content: '{"usage":{"prompt_tokens":9}}' } }] })),
    ).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void tokenUse(text)));
  });
});

describe('the metrics of runners', () => {
  const text = '# HELP llamacpp:x_total What.\n# TYPE llamacpp:x_total counter\nllamacpp:x_total 4\n';

  it('come as one family with the labels of each', () => {
    const two = mergeRunnerTexts([
      { text, labels: { backend: 'llama.cpp', model: 'ai/a', mode: 'completion' } },
      { text: text.replace('x_total 4', 'x_total{slot="1"} 5'), labels: { backend: 'vllm', model: 'a"b\\c\nd' } },
    ]);
    expect(two).toBe(
      [
        '# HELP llamacpp:x_total What.',
        '# TYPE llamacpp:x_total counter',
        'llamacpp:x_total{backend="llama.cpp",model="ai/a",mode="completion"} 4',
        'llamacpp:x_total{slot="1",backend="vllm",model="a\\"b\\\\c\\nd"} 5',
        '',
      ].join('\n'),
    );
  });

  it('keep the samples of a histogram in its family, and leave out what is no sample', () => {
    const histogram =
      '# TYPE t histogram\nt_bucket{le="+Inf"} 1\nt_sum +Inf\nt_count 1 1700000000\nnonsense\n<html> x\n';
    expect(mergeRunnerTexts([{ text: histogram, labels: { model: 'm' } }])).toBe(
      '# TYPE t histogram\nt_bucket{le="+Inf",model="m"} 1\nt_sum{model="m"} +Inf\nt_count{model="m"} 1\n',
    );
    fc.assert(fc.property(fc.string(), (any) => void mergeRunnerTexts([{ text: any, labels: { model: 'm' } }])));
  });
});
