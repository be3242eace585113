import { afterEach, describe, expect, it } from 'vitest';
import { createInference, type InferenceEvent } from '#inference';
import { errorCodeFrom as codeOf, inferenceWorld, otherModel, roomForOne, smallModel } from '#testing';

const world = (options: Parameters<typeof inferenceWorld>[1]) => inferenceWorld(createInference, options);
const signal = new AbortController().signal;
const contexts = (inference: ReturnType<typeof world>['inference']): number[] =>
  inference.running().map(({ config }) => config.contextSize);

describe('a request that wants more context', () => {
  it('gets a larger runner at once when the one there is idle; less or as much is served by what is there', async () => {
    const { ask, inference, backend } = world({ models: [smallModel] });
    (await ask('small')).release();
    (await ask('small', { contextSize: 4096 })).release();
    expect(contexts(inference)).toEqual([4096]);
    for (const contextSize of [512, 4096, undefined]) (await ask('small', { contextSize })).release();
    expect(contexts(inference)).toEqual([4096]);
    expect(backend.runners).toHaveLength(2);
  });

  it('waits until a busy runner is idle, and nobody is cut off', async () => {
    const { ask, inference, rest } = world({ models: [smallModel] });
    const busy = await ask('small');
    const larger = ask('small', { contextSize: 4096 });
    await rest();
    const behind = ask('small');
    await rest();
    expect(busy.lost.aborted).toBe(false);
    expect(inference.running()).toMatchObject([
      { activeRequests: 1, queuedRequests: 2, config: { contextSize: 1024 } },
    ]);
    busy.release();
    expect((await larger).runnerId).toBe((await behind).runnerId);
    expect(contexts(inference)).toEqual([4096]);
  });

  it('is served with it also where others ask for another one at the same moment', async () => {
    const { ask, inference, backend } = world({ models: [smallModel] });
    const all = [4096, undefined, 2048, 8192, undefined].map(async (contextSize) => {
      const lease = await ask('small', { contextSize });
      expect(contexts(inference)[0]).toBeGreaterThanOrEqual(contextSize ?? 1024);
      lease.release();
    });
    await Promise.all(all);
    expect(contexts(inference)).toEqual([8192]);
    expect(backend.alive()).toHaveLength(1);
  });

  it('is refused when the model cannot, and changes nothing for others', async () => {
    const { ask, inference, backend } = world({ models: [smallModel] });
    (await ask('small')).release();
    expect(await codeOf(ask('small', { contextSize: 16_384 }))).toBe('request.invalid');
    (await ask('small')).release();
    expect(contexts(inference)).toEqual([1024]);
    expect(backend.runners).toHaveLength(1);
  });

  it('leaves nothing behind once the runner is gone', async () => {
    const { ask, inference } = world({ models: [smallModel] });
    (await ask('small', { contextSize: 4096 })).release();
    await inference.unload({ all: true });
    (await ask('small')).release();
    expect(contexts(inference)).toEqual([1024]);
  });

  it('keeps it when settings of something else change', async () => {
    const { ask, change, backend } = world({ models: [smallModel] });
    (await ask('small', { contextSize: 4096 })).release();
    change({ queueLimit: 100 });
    (await ask('small')).release();
    expect(backend.runners).toHaveLength(1);
  });
});

describe('one configuration', () => {
  it('makes the same runner whoever loads the model, and effective says the same', async () => {
    const settings = {
      modelSettings: { small: { contextSize: 2048, runtimeFlags: ['--temp', '0.1'], reasoningBudget: 0 } },
    };
    const configs: unknown[] = [];
    for (const by of ['request', 'wish', 'preload'] as const) {
      const { ask, inference } = world({ models: [smallModel], settings });
      if (by === 'preload') await inference.preload({ model: 'small', mode: 'completion', signal });
      else (await ask('small', by === 'wish' ? { keepAliveMs: 1000, contextSize: 100 } : {})).release();
      configs.push(inference.running()[0]?.config);
      expect(await inference.effective('small')).toMatchObject({
        contextSize: { value: 2048, origin: 'model settings' },
        runtimeFlags: { value: ['--temp', '0.1'], origin: 'model settings' },
        reasoningBudget: { value: 0, origin: 'model settings' },
      });
    }
    expect(configs[0]).toMatchObject({ contextSize: 2048, runtimeFlags: ['--temp', '0.1'], reasoningBudget: 0 });
    expect(configs[1]).toEqual(configs[0]);
    expect(configs[2]).toEqual(configs[0]);
  });

  it('of one mode holds over that of all modes', async () => {
    const modelSettings = { small: { contextSize: 2048, modes: { completion: { contextSize: 512 } } } };
    const { inference } = world({ models: [smallModel], settings: { modelSettings } });
    expect((await inference.effective('small')).contextSize.value).toBe(512);
  });

  it('is tried before it holds: a preview refuses, and tells whom it would replace', async () => {
    const { ask, inference } = world({ models: [smallModel] });
    const lease = await ask('small');
    const changed = { small: { contextSize: 2048 } };
    expect(await inference.preview('small', 'completion', changed)).toMatchObject({ replacesBusy: true });
    expect(await inference.preview('small', 'completion', {})).toMatchObject({ replacesBusy: false });
    lease.release();
    expect(await inference.preview('small', 'completion', changed)).toMatchObject({ replacesBusy: false });
    const raised = await ask('small', { contextSize: 4096 });
    expect(await inference.preview('small', 'completion', {})).toMatchObject({ replacesBusy: false });
    raised.release();
    const wrong = inference.preview('small', 'completion', { small: { runtimeFlags: ['--log-file', 'x'] } });
    expect(await codeOf(wrong)).toBe('settings.invalid');
    expect(contexts(inference)).toEqual([4096]);
  });
});

describe('a draft model', () => {
  const speculative = { draftModel: 'other', tokens: 4 };

  it('is part of the runner and of its memory', async () => {
    const plain = await world({ models: [smallModel, otherModel] }).inference.effective('small');
    const { ask, inference, ids } = world({
      models: [smallModel, otherModel],
      settings: { modelSettings: { small: { speculative } } },
    });
    (await ask('small')).release();
    expect(inference.running()[0]?.config.speculative).toEqual({ draftModel: ids[1], tokens: 4 });
    const { estimatedBytes } = await inference.effective('small');
    expect(estimatedBytes).toBeGreaterThan(plain.estimatedBytes + otherModel.weightBytes);
  });

  it('that is not here is named', async () => {
    const { ask } = world({ models: [smallModel], settings: { modelSettings: { small: { speculative } } } });
    await expect(ask('small')).rejects.toMatchObject({
      code: 'settings.invalid',
      message: 'The draft model other of small is not here.',
    });
  });

  it('cannot be deleted while it drafts', async () => {
    const { ask, inference, ids } = world({
      models: [smallModel, otherModel],
      settings: { modelSettings: { small: { speculative } } },
    });
    const lease = await ask('small');
    const draft = ids[1] ?? smallModel.tag;
    expect(await codeOf(inference.release(draft as never))).toBe('model.in_use');
    lease.release();
    await inference.release(draft as never);
    expect(inference.running()).toEqual([]);
  });
});

describe('loading ahead', () => {
  it('happens only into memory that is free', async () => {
    const { ask, inference, backend } = world({ models: [smallModel, otherModel], settings: roomForOne });
    const ahead = (model: string) => inference.preload({ model, mode: 'completion', signal });
    expect(await ahead('small')).toBe(true);
    expect(await ahead('other')).toBe(false);
    expect(backend.alive()).toHaveLength(1);
    expect((await ask('small')).alias).toBe('small');
  });

  it('says why a model cannot be loaded at all', async () => {
    const { inference } = world({ models: [smallModel] });
    expect(await codeOf(inference.preload({ model: 'none', mode: 'completion', signal }))).toBe('model.not_found');
  });
});

describe('listeners', () => {
  let stop = (): void => {};
  afterEach(() => stop());

  it('hear what happened to runners and requests, in order', async () => {
    const { ask, inference, backend, rest } = world({
      models: [smallModel, otherModel],
      settings: { ...roomForOne, parallel: 1 },
    });
    const heard: string[] = [];
    stop = inference.onEvent((event) => heard.push(textOf(event)));
    const first = await ask('small');
    const second = ask('small');
    await rest();
    first.release();
    (await second).release();
    (await ask('other')).release();
    await inference.unload({ all: true });
    expect(heard).toEqual([
      'loadStarted small',
      'queued small 1',
      'loadFinished small',
      'granted small',
      'queued small 1',
      'granted small',
      'queued other 1',
      'unloaded small evicted',
      'loadStarted other',
      'loadFinished other',
      'granted other',
      'unloaded other unload',
    ]);
    stop();
    (await ask('small')).release();
    expect(heard).toHaveLength(12);
    expect(backend.alive()).toHaveLength(1);
  });

  it('that fail harm nobody', async () => {
    const { ask, inference } = world({ models: [smallModel] });
    stop = inference.onEvent(() => {
      throw new Error('listener');
    });
    await expect(ask('small')).resolves.toMatchObject({ alias: 'small' });
  });
});

function textOf(event: InferenceEvent): string {
  const more = event.type === 'queued' ? ` ${event.position}` : event.type === 'unloaded' ? ` ${event.reason}` : '';
  return `${event.type} ${event.model}${more}`;
}
