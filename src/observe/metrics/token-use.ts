import { isObject, parseJson, type JsonObject } from '../requests/json.ts';
import { eventData } from '../requests/merge-answer.ts';
import type { TokenUse } from './types.ts';

/** What the end of an answer says about its tokens, in the words of any API; undefined when it says nothing. */
export function tokenUse(text: string): TokenUse | undefined {
  const whole = parseJson(text);
  if (isObject(whole)) return useOf(whole);
  const payloads = text.includes('data:') ? eventData(text) : text.split('\n');
  let use: TokenUse | undefined;
  for (const payload of payloads) {
    const part = parseJson(payload);
    const found = isObject(part) ? useOf(part) : undefined;
    if (found) use = { ...use, ...found };
  }
  return use;
}

function useOf(part: JsonObject): TokenUse | undefined {
  const response = part['response'];
  const usage = isObject(response) ? response['usage'] : part['usage'];
  const given = { ...ofTimings(part['timings']), ...ofUsage(usage), ...ofOllama(part) };
  return Object.keys(given).length === 0 ? undefined : given;
}

/** llama.cpp's, which are there without being asked for. */
function ofTimings(timings: unknown): TokenUse {
  if (!isObject(timings)) return {};
  const { cache_n: cached, prompt_n: fresh, predicted_n: output, predicted_per_second: speed } = timings;
  return {
    ...(count(fresh) && { promptTokens: fresh + (count(cached) ? cached : 0) }),
    ...(count(output) && { outputTokens: output }),
    ...(count(speed) && count(output) && output > 1 && { outputTokensPerSecond: speed }),
  };
}

function ofUsage(usage: unknown): TokenUse {
  if (!isObject(usage)) return {};
  const prompt = usage['prompt_tokens'] ?? usage['input_tokens'];
  const output = usage['completion_tokens'] ?? usage['output_tokens'];
  const cached = usage['cache_read_input_tokens'];
  return {
    ...(count(prompt) && { promptTokens: prompt + (count(cached) ? cached : 0) }),
    ...(count(output) && { outputTokens: output }),
  };
}

function ofOllama({ prompt_eval_count: prompt, eval_count: output, eval_duration: nanoseconds }: JsonObject): TokenUse {
  return {
    ...(count(prompt) && { promptTokens: prompt }),
    ...(count(output) && { outputTokens: output }),
    ...(count(output) && output > 1 && count(nanoseconds) && nanoseconds > 0
      ? { outputTokensPerSecond: output / (nanoseconds / 1e9) }
      : {}),
  };
}

function count(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
