import { invalid } from '../chat/read-request.ts';
import { createTurns, type ContentPart, type Turns } from '../chat/turns.ts';
import type { JsonObject } from '../inference/engine.ts';
import type { Item, ItemPart } from './items.ts';

/** The messages that a model is given. @throws AppError `request.invalid` for the output of a call that nobody made */
export function chatMessages(instructions: string | undefined, items: readonly Item[]): readonly JsonObject[] {
  const turns = createTurns();
  const calls = new Set<string>();
  if (instructions !== undefined) turns.system(instructions);
  for (const item of items) {
    switch (item.type) {
      case 'message':
        addMessage(turns, item);
        break;
      case 'reasoning':
        for (const { text } of item.content) turns.assistant({ reasoning: text });
        break;
      case 'function_call':
        // Arguments that max_output_tokens cut off are no call.
        if (item.status === 'incomplete') break;
        calls.add(item.call_id);
        turns.assistant({ call: { id: item.call_id, name: item.name, arguments: item.arguments } });
        break;
      case 'function_call_output':
        if (!calls.has(item.call_id)) {
          const id = item.call_id.slice(0, 100);
          throw invalid('input', `There is no function call "${id}" that this output could belong to.`);
        }
        addOutput(turns, item);
        break;
    }
  }
  return turns.messages();
}

function addMessage(turns: Turns, { role, content }: Extract<Item, { type: 'message' }>): void {
  if (role === 'user') turns.user(content.map(chatPart));
  else if (role === 'assistant') turns.assistant({ text: textsOf(content).join('') });
  else turns.system(textsOf(content).join('\n'));
}

function addOutput(turns: Turns, { call_id: id, output }: Extract<Item, { type: 'function_call_output' }>): void {
  if (typeof output === 'string') {
    turns.toolResult({ id, text: output });
    return;
  }
  turns.toolResult({ id, text: textsOf(output).join('\n') });
  // Templates show images in user turns only.
  const images = output.map(chatPart).filter(({ type }) => type === 'image_url');
  if (images.length > 0) turns.user(images);
}

function chatPart(part: ItemPart): ContentPart {
  if (part.type === 'input_image') return { type: 'image_url', image_url: { url: part.image_url } };
  return { type: 'text', text: part.type === 'refusal' ? part.refusal : part.text };
}

function textsOf(content: readonly ItemPart[]): readonly string[] {
  return content.map(chatPart).flatMap((part) => (part.type === 'text' ? [part.text] : []));
}
