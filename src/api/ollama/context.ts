import { AppError } from '#core';
import type { Engine, JsonObject } from '../inference/engine.ts';
import type { Prepared } from './prepare.ts';

type Place = Prepared['place'];

/** Stands for the answer that a conversation goes on after; no template changes it. */
const marker = 'answer-so-far-7f3a';

/** The tokens of a conversation that has been answered: what the next request may send as `context`. */
export async function promptTokens(
  {
    messages,
    answer,
    place,
    thinking,
  }: { messages: readonly JsonObject[]; answer: string; place: Place; thinking: JsonObject },
  engine: Engine,
): Promise<readonly number[]> {
  const prompt = await templated({ messages, place, thinking }, engine);
  return await tokensOf(prompt + answer, { place, begins: true }, engine);
}

/** The tokens of a conversation with the user's next words behind it, ready to be answered. */
export async function continuePrompt(
  {
    context,
    prompt,
    place,
    thinking,
  }: { context: readonly number[]; prompt: string; place: Place; thinking: JsonObject },
  engine: Engine,
): Promise<readonly number[]> {
  const messages = [
    { role: 'user', content: 'before' },
    { role: 'assistant', content: marker },
    { role: 'user', content: prompt },
  ];
  const text = await templated({ messages, place, thinking }, engine);
  const at = text.indexOf(marker);
  if (at < 0) {
    throw new AppError('inference.unsupported', "The model's template does not let a conversation go on from tokens.", {
      hint: 'Use /api/chat with the messages.',
      params: { reason: 'context' },
    });
  }
  return [...context, ...(await tokensOf(text.slice(at + marker.length), { place, begins: false }, engine))];
}

async function templated(
  { messages, place, thinking }: { messages: readonly JsonObject[]; place: Place; thinking: JsonObject },
  engine: Engine,
): Promise<string> {
  const body = { ...thinking, messages };
  const { prompt } = (await engine.ask({ ...place, operation: 'apply-template', body })).body;
  return typeof prompt === 'string' ? prompt : '';
}

/** `begins`: whether the text is the start of what the model sees, which some models mark with a token of its own. */
export async function tokensOf(
  text: string,
  { place, begins }: { place: Place; begins: boolean },
  engine: Engine,
): Promise<readonly number[]> {
  const body = { content: text, add_special: begins, parse_special: true };
  const { tokens } = (await engine.ask({ ...place, operation: 'tokenize', body })).body;
  return Array.isArray(tokens) ? tokens.filter((token) => typeof token === 'number') : [];
}
