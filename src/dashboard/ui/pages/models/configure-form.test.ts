import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configureRequest } from '#contract';
import {
  badFields,
  configureCommand,
  configureRequestOf,
  fieldsFor,
  formOf,
  type ConfigureForm,
} from './configure-form.ts';

const row = { Backend: 'llama.cpp', Model: 'ai/x', ModelID: 'sha256:a', Mode: 'completion' } as const;
const empty = formOf([], '');
const full: ConfigureForm = {
  mode: 'completion',
  contextSize: '2048',
  keepAlive: '10m',
  flags: '--temp 0.2',
  reasoningBudget: '0',
  draftModel: 'ai/small',
  draftTokens: '4',
  minAcceptanceRate: '0.5',
  hfOverrides: '{"a": 1}',
  gpuMemory: '0.8',
};

/** `speculative.num_tokens` and the like: every value that a schema of objects takes. */
function leavesOf(schema: unknown, path: readonly string[] = []): readonly string[] {
  const { properties, anyOf = [] } = schema as { properties?: Record<string, unknown>; anyOf?: readonly unknown[] };
  if (properties) return Object.entries(properties).flatMap(([key, one]) => leavesOf(one, [...path, key]));
  const objects = anyOf.filter((one) => typeof one === 'object' && one !== null && 'properties' in one);
  return objects.length > 0 ? objects.flatMap((one) => leavesOf(one, path)) : [path.join('.')];
}

function pathsOf(value: object, path: readonly string[] = []): readonly string[] {
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    const whole = [...path, key];
    const isGroup = path.length === 0 && ['speculative', 'llamacpp', 'vllm'].includes(key);
    return isGroup && typeof one === 'object' && one !== null ? pathsOf(one, whole) : [whole.join('.')];
  });
}

describe('the form of how a model runs', () => {
  it('has all that the daemon takes', () => {
    const sets = pathsOf(configureRequestOf('ai/x', empty, full));
    // Flags are set as one text, and taken back as a list.
    const takesBack = pathsOf(configureRequestOf('ai/x', full, { ...full, flags: '' }));
    const takes = leavesOf(z.toJSONSchema(configureRequest));
    expect(takes).toContain('vllm.gpu-memory-utilization');
    expect([...new Set([...sets, ...takesBack])].toSorted()).toEqual(takes.toSorted());
    const shown = [...fieldsFor('gguf', ''), ...fieldsFor('safetensors', '')];
    expect([...new Set(shown)].toSorted()).toEqual(Object.keys(full).toSorted());
  });

  it('shows no field that the daemon refuses for such a model', () => {
    expect(fieldsFor('gguf', '')).not.toContain('gpuMemory');
    expect(fieldsFor('gguf', 'embedding')).toEqual(['mode', 'contextSize', 'keepAlive', 'flags']);
    expect(fieldsFor('safetensors', '')).not.toContain('reasoningBudget');
  });

  it('shows what was set, flags as a shell takes them, and nothing where nothing was', () => {
    expect(new Set(Object.values(empty))).toEqual(new Set(['']));
    const config = {
      'context-size': 4096,
      keep_alive: '-1',
      'runtime-flags': ['--temp', '0.2', '--alias', 'a b'],
      speculative: { draft_model: 'ai/small', num_tokens: 4 },
      llamacpp: { 'reasoning-budget': 0 },
      vllm: { 'hf-overrides': { a: 1 } },
    };
    const rows = [
      { ...row, Mode: 'embedding' as const, Config: { keep_alive: '1m' } },
      { ...row, Config: config },
    ];
    expect(formOf(rows, '')).toEqual({
      mode: '',
      contextSize: '4096',
      keepAlive: '-1',
      flags: "--temp 0.2 --alias 'a b'",
      reasoningBudget: '0',
      draftModel: 'ai/small',
      draftTokens: '4',
      minAcceptanceRate: '',
      hfOverrides: '{"a":1}',
      gpuMemory: '',
    });
    expect(formOf(rows, 'embedding')).toMatchObject({ mode: 'embedding', keepAlive: '1m', flags: '' });
  });

  it('asks for what was changed alone, and takes back what was emptied', () => {
    expect(configureRequestOf('ai/x', full, { ...full, mode: '' })).toEqual({ model: 'ai/x' });
    expect(configureRequestOf('ai/x', full, { ...full, contextSize: '4096' })).toEqual({
      model: 'ai/x',
      mode: 'completion',
      'context-size': 4096,
    });
    expect(configureRequestOf('ai/x', full, { ...full, draftTokens: '', minAcceptanceRate: '0.7' })).toEqual({
      model: 'ai/x',
      mode: 'completion',
      speculative: { num_tokens: null, min_acceptance_rate: 0.7 },
    });
    expect(configureRequestOf('ai/x', full, empty)).toEqual({
      model: 'ai/x',
      'context-size': null,
      keep_alive: null,
      'runtime-flags': null,
      speculative: null,
      llamacpp: { 'reasoning-budget': null },
      vllm: { 'hf-overrides': null, 'gpu-memory-utilization': null },
    });
  });

  it('knows what cannot be', () => {
    const bad = (change: Partial<ConfigureForm>): readonly string[] => badFields({ ...empty, ...change });
    expect(badFields(full)).toEqual([]);
    expect(['', '-1', '2048'].flatMap((contextSize) => bad({ contextSize }))).toEqual([]);
    expect(['0', '-2', '1.5', 'many'].flatMap((contextSize) => bad({ contextSize }))).toHaveLength(4);
    expect(bad({ draftTokens: '1025' })).toEqual([]);
    expect(
      bad({ draftModel: 'ai/y', draftTokens: '1025', minAcceptanceRate: '1.1', gpuMemory: '0', hfOverrides: '[1]' }),
    ).toEqual(['draftTokens', 'minAcceptanceRate', 'hfOverrides', 'gpuMemory']);
  });

  it('says the command', () => {
    expect(configureCommand('ai/x', { ...full, hfOverrides: '', gpuMemory: '' })).toBe(
      'gantry configure --mode completion --context-size 2048 --keep-alive 10m --speculative-draft-model ai/small --speculative-num-tokens 4 --speculative-min-acceptance-rate 0.5 --no-think ai/x -- --temp 0.2',
    );
    expect(configureCommand('ai/x', { ...empty, hfOverrides: '{"a": 1}', reasoningBudget: '-1' })).toBe(
      `gantry configure --hf_overrides '{"a": 1}' --think ai/x`,
    );
    expect(configureCommand('ai/x', empty)).toBe('gantry configure ai/x');
  });
});
