import { z } from 'zod';
import { invalid, readAs } from '../chat/read-request.ts';
import { createTurns, type ContentPart, type Turns } from '../chat/turns.ts';
import type { JsonObject } from '../inference/engine.ts';
import { readBlocks, readShown } from './blocks.ts';

const message = z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: z.unknown() });
const text = z.looseObject({ text: z.string() });
const thinking = z.looseObject({ thinking: z.string() });
const toolUse = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
const toolResult = z.looseObject({
  tool_use_id: z.string().min(1),
  content: z.unknown(),
  is_error: z.boolean().nullish(),
});

export interface ReadTurns {
  readonly messages: readonly JsonObject[];
  /** Kinds of blocks that nothing here can read. */
  readonly ignored: readonly string[];
}

/** The system prompt and the messages of a request as messages of a chat. @throws AppError `request.invalid` */
export function readTurns(system: unknown, messages: unknown): ReadTurns {
  const turns = createTurns();
  const ignored = new Set<string>();
  if (system != null) addSystem(turns, system, 'system');
  const list = readAs(z.array(message), messages, 'messages');
  if (list.length === 0) throw invalid('messages', '"messages" must hold at least one message.');
  for (const [index, { role, content }] of list.entries()) {
    const path = `messages.${index}.content`;
    if (content == null) throw invalid(path, `"${path}" is required.`);
    if (role === 'system') addSystem(turns, content, path);
    else if (role === 'user') addUser(turns, content, path);
    else addAssistant(turns, content, { path, ignored });
  }
  return { messages: turns.messages(), ignored: [...ignored] };
}

function addSystem(turns: Turns, content: unknown, path: string): void {
  for (const [index, block] of readBlocks(content, path).entries()) {
    if (block.type !== 'text') {
      throw invalid(`${path}.${index}.type`, 'A system prompt is made of text blocks only.');
    }
    turns.system(readAs(text, block, `${path}.${index}`).text);
  }
}

function addUser(turns: Turns, content: unknown, path: string): void {
  const shown: (readonly ContentPart[])[] = [];
  // What a tool shows besides text: the results of one turn stay together, and templates show images in user turns only.
  const images: (readonly ContentPart[])[] = [];
  let results = 0;
  for (const [index, block] of readBlocks(content, path).entries()) {
    const place = `${path}.${index}`;
    if (block.type === 'tool_result') {
      images.push(addToolResult(turns, block, place));
      results += 1;
    } else shown.push(readShown(block, place));
  }
  const parts = [...images, ...shown].flat();
  if (parts.length > 0 || results === 0) turns.user(parts);
}

function addToolResult(turns: Turns, block: unknown, path: string): readonly ContentPart[] {
  const { tool_use_id: id, content, is_error: failed } = readAs(toolResult, block, path);
  const parts = readBlocks(content ?? '', `${path}.content`).flatMap((item, index) =>
    readShown(item, `${path}.content.${index}`),
  );
  const said = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  turns.toolResult({ id, text: failed === true ? `Error: ${said}` : said });
  return parts.filter(({ type }) => type !== 'text');
}

function addAssistant(turns: Turns, content: unknown, { path, ignored }: { path: string; ignored: Set<string> }): void {
  const blocks = readBlocks(content, path);
  if (blocks.length === 0) turns.assistant({ text: '' });
  for (const [index, block] of blocks.entries()) {
    const place = `${path}.${index}`;
    switch (block.type) {
      case 'text':
        turns.assistant({ text: readAs(text, block, place).text });
        break;
      case 'thinking':
        turns.assistant({ reasoning: readAs(thinking, block, place).thinking });
        break;
      case 'redacted_thinking':
        // Only the server that encrypted it can read it.
        ignored.add('redacted_thinking');
        break;
      case 'tool_use': {
        const { id, name, input } = readAs(toolUse, block, place);
        turns.assistant({ call: { id, name, arguments: JSON.stringify(input) } });
        break;
      }
      default:
        throw invalid(
          `${place}.type`,
          `Blocks of type "${block.type.slice(0, 100)}" are not supported here.`,
          'Tools that run on a server of Anthropic are not available with local models.',
        );
    }
  }
}
