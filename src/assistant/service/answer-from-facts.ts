import { keepToFacts } from '../model/keep-to-facts.ts';
import type { Language } from '../intents/recognise.ts';
import type { AssistantModel, Message } from '../loop/types.ts';
import { explainFacts } from './instructions.ts';

const charactersPerToken = 2.5;

/**
 * What a small model says about facts: sentences with a number that is in none of them are left out. Undefined when it has nothing
 * to add.
 */
export async function answerFromFacts(
  { question, facts, language }: { readonly question: string; readonly facts: string; readonly language: Language },
  model: AssistantModel,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly text: string; readonly isCut: boolean } | undefined> {
  const room = Math.floor(model.contextTokens * 0.5 * charactersPerToken);
  const shown = facts.length > room ? facts.slice(0, room) : facts;
  const messages: readonly Message[] = [
    { role: 'system', content: explainFacts(language) },
    { role: 'user', content: shown === '' ? question : `${shown}\n\n${question}` },
  ];
  let text = '';
  for await (const event of model.answer({ messages, tools: [] }, { signal })) {
    if (event.type === 'text') text += event.text;
  }
  // A sentence that the limit cut says nothing.
  const kept = keepToFacts(text.trim(), `${facts}\n${question}`);
  return kept.text === undefined ? undefined : { text: kept.text, isCut: kept.isCut };
}
