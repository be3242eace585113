import { AppError } from '#core';
import type { JsonObject } from '../inference/engine.ts';

/** What a model is asked to generate with. */
export interface Sampling {
  /** In llama.cpp's words. */
  readonly body: JsonObject;
  /** `num_ctx`: tokens the conversation may use. */
  readonly contextSize: number | undefined;
  /** Options without effect here. */
  readonly ignored: readonly string[];
}

type Kind = 'number' | 'integer' | 'texts';

interface Rule {
  readonly kind: Kind;
  /** The same option at the runner. */
  readonly as: string;
}

const rules: Readonly<Record<string, Rule>> = {
  temperature: { kind: 'number', as: 'temperature' },
  top_k: { kind: 'integer', as: 'top_k' },
  top_p: { kind: 'number', as: 'top_p' },
  min_p: { kind: 'number', as: 'min_p' },
  typical_p: { kind: 'number', as: 'typical_p' },
  repeat_last_n: { kind: 'integer', as: 'repeat_last_n' },
  repeat_penalty: { kind: 'number', as: 'repeat_penalty' },
  presence_penalty: { kind: 'number', as: 'presence_penalty' },
  frequency_penalty: { kind: 'number', as: 'frequency_penalty' },
  mirostat: { kind: 'integer', as: 'mirostat' },
  mirostat_tau: { kind: 'number', as: 'mirostat_tau' },
  mirostat_eta: { kind: 'number', as: 'mirostat_eta' },
  seed: { kind: 'integer', as: 'seed' },
  num_keep: { kind: 'integer', as: 'n_keep' },
  num_predict: { kind: 'integer', as: 'max_tokens' },
  stop: { kind: 'texts', as: 'stop' },
};

const expected: Readonly<Record<Kind, string>> = {
  number: 'a number',
  integer: 'an integer',
  texts: 'a string or an array of strings',
};

/**
 * Ollama's options in llama.cpp's words. Those that say how a model is loaded (`num_gpu`, `num_thread`, …) belong to the
 * settings of the model here, where all who use it see them; they are listed as ignored.
 * @throws AppError `request.invalid` for a value of the wrong type
 */
export function samplingOf(options: JsonObject): Sampling {
  const body: Record<string, unknown> = {};
  const ignored: string[] = [];
  let contextSize: number | undefined;
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined) continue;
    if (name === 'num_ctx') {
      if (!Number.isInteger(value) || Number(value) < 0) throw wrongType(name, 'an integer that is not negative');
      if (Number(value) > 0) contextSize = Number(value);
      continue;
    }
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) {
      ignored.push(name);
      continue;
    }
    if (!fits(value, rule.kind)) throw wrongType(name, expected[rule.kind]);
    // Ollama's -2 fills the context, which is what "no limit" comes to where a context ends an answer.
    body[rule.as] = name === 'num_predict' && Number(value) < 0 ? -1 : value;
  }
  return { body, contextSize, ignored };
}

function fits(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'texts':
      return typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
  }
}

function wrongType(name: string, wanted: string): AppError {
  return new AppError('request.invalid', `The option "${name}" must be ${wanted}.`, {
    params: { param: `options.${name}`, expected: wanted },
  });
}
