import { z } from 'zod';
import { newId } from '../chat/chat-parts.ts';
import { invalid, readAs } from '../chat/read-request.ts';

export type Role = 'user' | 'assistant' | 'system' | 'developer';

export type ItemPart =
  | { readonly type: 'input_text'; readonly text: string }
  | { readonly type: 'input_image'; readonly image_url: string; readonly detail: string }
  | { readonly type: 'output_text'; readonly text: string; readonly annotations: readonly [] }
  | { readonly type: 'refusal'; readonly refusal: string };

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** What a conversation is made of, as clients send it and as answers are kept. */
export type Item =
  | {
      readonly id: string;
      readonly type: 'message';
      readonly role: Role;
      readonly status: ItemStatus;
      readonly content: readonly ItemPart[];
    }
  | {
      readonly id: string;
      readonly type: 'function_call';
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: ItemStatus;
    }
  | {
      readonly id: string;
      readonly type: 'function_call_output';
      readonly call_id: string;
      readonly output: string | readonly ItemPart[];
      readonly status: ItemStatus;
    }
  | {
      readonly id: string;
      readonly type: 'reasoning';
      readonly summary: readonly unknown[];
      readonly content: readonly { readonly type: 'reasoning_text'; readonly text: string }[];
      readonly status: ItemStatus;
    };

const anyItem = z.looseObject({ type: z.string().nullish(), id: z.string().nullish() });
const message = z.looseObject({ role: z.enum(['user', 'assistant', 'system', 'developer']), content: z.unknown() });
const functionCall = z.looseObject({ call_id: z.string().min(1), name: z.string().min(1), arguments: z.string() });
const functionOutput = z.looseObject({ call_id: z.string().min(1), output: z.unknown() });
const reasoning = z.looseObject({
  summary: z.array(z.unknown()).nullish(),
  content: z.array(z.looseObject({ text: z.string() })).nullish(),
});
const anyPart = z.looseObject({ type: z.string() });
const textPart = z.looseObject({ text: z.string() });
const refusalPart = z.looseObject({ refusal: z.string() });
const imagePart = z.looseObject({ image_url: z.string().nullish(), detail: z.string().nullish() });

/** Reads `input`. `find` resolves references to items of stored responses. @throws AppError `request.invalid` */
export function readItems(input: unknown, find: (id: string) => Item | undefined): readonly Item[] {
  if (typeof input === 'string') return [userMessage(input)];
  if (!Array.isArray(input)) throw invalid('input', '"input" must be a string or an array of items.');
  return input.map((value, index) => readItem(value, `input.${index}`, find));
}

function userMessage(text: string): Item {
  const content = [{ type: 'input_text' as const, text }];
  return { id: newId('msg'), type: 'message', role: 'user', status: 'completed', content };
}

function readItem(value: unknown, path: string, find: (id: string) => Item | undefined): Item {
  const item = readAs(anyItem, value, path);
  const status = 'completed';
  switch (item.type ?? 'message') {
    case 'message': {
      const { role, content } = readAs(message, item, path);
      const parts = readParts(content, `${path}.content`, role);
      return { id: item.id ?? newId('msg'), type: 'message', role, status, content: parts };
    }
    case 'function_call': {
      const { call_id, name, arguments: text } = readAs(functionCall, item, path);
      if (!isJson(text)) throw invalid(`${path}.arguments`, `"${path}.arguments" must be a text that holds JSON.`);
      return { id: item.id ?? newId('fc'), type: 'function_call', call_id, name, arguments: text, status };
    }
    case 'function_call_output': {
      const { call_id, output: given } = readAs(functionOutput, item, path);
      const output = typeof given === 'string' ? given : readParts(given, `${path}.output`, 'user');
      return { id: item.id ?? newId('fco'), type: 'function_call_output', call_id, output, status };
    }
    case 'reasoning': {
      const { summary, content } = readAs(reasoning, item, path);
      const texts = (content ?? []).map(({ text }) => ({ type: 'reasoning_text' as const, text }));
      return { id: item.id ?? newId('rs'), type: 'reasoning', summary: summary ?? [], content: texts, status };
    }
    case 'item_reference': {
      const found = find(item.id ?? '');
      if (found) return found;
      throw invalid(`${path}.id`, `No item "${(item.id ?? '').slice(0, 100)}" is stored.`, 'Send the item itself.');
    }
    default:
      throw invalid(
        `${path}.type`,
        `Items of type "${(item.type ?? '').slice(0, 100)}" are not supported here.`,
        'Local models know messages, function calls, their outputs, and reasoning.',
      );
  }
}

function readParts(content: unknown, path: string, role: Role): readonly ItemPart[] {
  if (typeof content === 'string') return [textOf(content, role)];
  return readAs(z.array(anyPart), content, path).map((part, index) => readPart(part, `${path}.${index}`, role));
}

function textOf(text: string, role: Role): ItemPart {
  return role === 'assistant' ? { type: 'output_text', text, annotations: [] } : { type: 'input_text', text };
}

function readPart(part: z.output<typeof anyPart>, path: string, role: Role): ItemPart {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return textOf(readAs(textPart, part, path).text, role);
    case 'refusal':
      return { type: 'refusal', refusal: readAs(refusalPart, part, path).refusal };
    case 'input_image': {
      const { image_url: url, detail } = readAs(imagePart, part, path);
      if (url == null || !/^data:image\/[\w.+-]+;base64,./.test(url)) {
        throw invalid(
          `${path}.image_url`,
          'Images are not fetched.',
          'Send the image itself, as a data: URL in base64.',
        );
      }
      return { type: 'input_image', image_url: url, detail: detail ?? 'auto' };
    }
    default:
      throw invalid(
        `${path}.type`,
        `Parts of type "${part.type.slice(0, 100)}" are not supported here.`,
        'Local models read text and, if they were made for it, images.',
      );
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
