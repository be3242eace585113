import type { JsonObject } from '../inference/engine.ts';

export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

export interface AssistantTurn {
  readonly text?: string | undefined;
  readonly reasoning?: string | undefined;
  readonly call?: { readonly id: string; readonly name: string; readonly arguments: string } | undefined;
}

/**
 * Builds the messages of a chat from items that other APIs send one by one. Templates expect turns that alternate and one system
 * message at the top, so what one side says in a row becomes one message.
 */
export interface Turns {
  system(text: string): void;
  user(parts: readonly ContentPart[]): void;
  assistant(turn: AssistantTurn): void;
  toolResult(result: { readonly id: string; readonly text: string }): void;
  messages(): readonly JsonObject[];
}

type Message =
  | { readonly role: 'system'; readonly texts: string[] }
  | { readonly role: 'user'; readonly parts: ContentPart[] }
  | { readonly role: 'assistant'; readonly texts: string[]; readonly reasoning: string[]; readonly calls: JsonObject[] }
  | { readonly role: 'tool'; readonly id: string; readonly name: string | undefined; readonly text: string };

export function createTurns(): Turns {
  const messages: Message[] = [];
  const toolNames = new Map<string, string>();
  const open = <Role extends Message['role']>(role: Role): Extract<Message, { role: Role }> | undefined => {
    const last = messages.at(-1);
    return last?.role === role ? (last as Extract<Message, { role: Role }>) : undefined;
  };

  return {
    system(text) {
      const last = open('system');
      if (last) last.texts.push(text);
      else messages.push({ role: 'system', texts: [text] });
    },
    user(parts) {
      const last = open('user');
      if (last) for (const part of parts) last.parts.push(part);
      else messages.push({ role: 'user', parts: [...parts] });
    },
    assistant({ text, reasoning, call }) {
      let last = open('assistant');
      if (last === undefined) {
        last = { role: 'assistant', texts: [], reasoning: [], calls: [] };
        messages.push(last);
      }
      if (text !== undefined) last.texts.push(text);
      if (reasoning !== undefined) last.reasoning.push(reasoning);
      if (call === undefined) return;
      toolNames.set(call.id, call.name);
      last.calls.push({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: call.arguments },
      });
    },
    toolResult: ({ id, text }) => void messages.push({ role: 'tool', id, name: toolNames.get(id), text }),
    messages: () => messages.map(chatMessage),
  };
}

function chatMessage(message: Message): JsonObject {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.texts.join('\n\n') };
    case 'user':
      return { role: 'user', content: userContent(message.parts) };
    case 'tool': {
      const { id, name, text } = message;
      return { role: 'tool', tool_call_id: id, ...(name === undefined ? {} : { name }), content: text };
    }
    case 'assistant': {
      const { texts, reasoning, calls } = message;
      return {
        role: 'assistant',
        content: texts.length === 0 && calls.length > 0 ? null : texts.join(''),
        ...(reasoning.length === 0 ? {} : { reasoning_content: reasoning.join('\n') }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      };
    }
  }
}

function userContent(parts: readonly ContentPart[]): unknown {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return texts.length === parts.length ? texts.join('\n') : parts;
}
