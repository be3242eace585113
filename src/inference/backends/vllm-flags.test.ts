import { expect, it } from 'vitest';
import { checkHfOverrides, checkVllmFlags } from './vllm-flags.ts';

it('takes the flags of vLLM in both spellings, which are not those of llama.cpp', () => {
  expect(() => checkVllmFlags(['--max-model-len', '4096', '--enforce-eager', '--seed=-1', '-tp', '2'])).not.toThrow();
});

it.each([
  [['--ctx-size', '4096'], 'runtime flag "--ctx-size" is not allowed for backend "vllm"'],
  [['--enforce-eager=1'], 'takes no value'],
  [['--dtype'], 'needs a value'],
  [['--dtype', '--seed'], "value cannot start with '-'"],
  [['--revision', '../../etc'], 'paths are not allowed'],
  [['stray'], 'not allowed'],
])('refuses %j and says why', (flags, why) => {
  expect(() => checkVllmFlags(flags)).toThrow(why);
});

it('takes plain names as keys of overrides at every depth, and nothing else', () => {
  expect(() => checkHfOverrides({ rope_scaling: { type: 'yarn', factors: [{ _a1: null }] } })).not.toThrow();
  expect(() => checkHfOverrides({ a: [{ 'b-c': 1 }] })).toThrow('"b-c" cannot be a key');
  expect(() => checkHfOverrides({ '1a': 1 })).toThrow('"1a"');
});
