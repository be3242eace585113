import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { parseReference } from '#registry';
import { createModelsWorld, failureOf, ggufBytes, pullResult, simpleTransfer, type ModelsWorld } from '#testing';
import { createPullPolicy, matchesName, type PullPolicy } from './pull-policy.ts';

describe('the pattern of a rule', () => {
  it.each([
    ['**', 'ai/smollm2', true],
    ['docker.io/ai/*', 'ai/smollm2', true],
    ['index.docker.io/ai/*', 'ai/smollm2', true],
    ['docker.io/ai/*', 'ai-other/smollm2', false],
    ['registry.example.com/*', 'registry.example.com/team/model', false],
    ['registry.example.com/**', 'registry.example.com/team/model:v2', true],
    ['registry.example.com/**', 'registryxexample.com/team/model', false],
    ['registry.example.com/**', 'evil.test/registry.example.com/model', false],
    ['registry.example.com:5000/**', 'registry.example.com/team/model', false],
    ['hf.co/team/*', 'hf.co/team/model', true],
  ])('%s matches %s: %s', (pattern, name, expected) => {
    expect(matchesName(pattern, parseReference(name))).toBe(expected);
  });
});

describe('a rule of the settings', () => {
  const rules = [{ pattern: '**', key: '/no/such.pub' }];
  const reference = parseReference('registry.example.com/me/model');

  it('whose key cannot be read refuses instead of letting through', async () => {
    const policy = createPullPolicy({
      signatures: { verify: () => Promise.resolve('bundle') },
      rules: () => rules,
      readText: () => Promise.reject(new Error('ENOENT')),
    });
    const content = { reference, digest: `sha256:${'0'.repeat(64)}` } as const;
    const failure = await failureOf(policy.verify(content as never, { signal: new AbortController().signal }));
    expect([failure.code, failure.params?.['reason']]).toEqual(['settings.invalid', 'verify_key']);
  });
});

describe('a pull under a rule', () => {
  let world: ModelsWorld;
  beforeEach(async () => {
    world = await createModelsWorld();
  });
  afterEach(() => world.dispose());
  const signal = new AbortController().signal;
  const refusing: PullPolicy = {
    requires: () => true,
    verify: () => Promise.reject(new AppError('signature.missing', 'There is no signature.')),
  };

  it.each(['hf.co/org/model:Q4_K_M', 'pypi:package==1.0#model.gguf'])(
    'of what has no signatures, %s, is refused before anything is asked',
    async (name) => {
      const models = await world.open({ policy: refusing });
      const failure = await failureOf(models.pull(name, { signal }));
      expect([failure.code, failure.params?.['reason']]).toEqual(['signature.missing', 'unsignable']);
    },
  );

  it('that comes while the pull is on its way holds for it', async () => {
    let isRuled = false;
    const policy: PullPolicy = { ...refusing, requires: () => isRuled };
    const tag = 'docker.io/ai/tiny:latest';
    world.sources.addModel(tag, [{ mediaType: 'application/vnd.docker.ai.gguf.v3', bytes: ggufBytes() }]);
    const models = await world.open({
      policy,
      transfer: (...args) => {
        isRuled = true;
        return simpleTransfer(...args);
      },
    });
    expect((await failureOf(models.pull('tiny', { signal }))).code).toBe('signature.missing');
    expect(await models.list()).toEqual([]);
  });

  it('is not answered by a stand-in when the registry is out of reach, nor by what is here', async () => {
    world.fallback = 'prefer';
    const models = await world.open({ policy: refusing });
    const failure = await failureOf(models.pull('ai/smollm2', { signal }));
    expect(['source.unreachable', 'source.not_found', 'signature.missing']).toContain(failure.code);
    expect(await models.list()).toEqual([]);
    await expect(pullResult(models.pull('ai/smollm2', { signal }))).rejects.toBeInstanceOf(AppError);
  });
});
