import { isObject } from '../../http/body.ts';
import { callBegin, callEnd, callHead } from './call-grammar.ts';
import { invalid, type Tool, type ToolWish } from './read-tools.ts';

type Message = Readonly<Record<string, unknown>>;

/** Whether any message needs a template that knows tools. */
export function speaksOfTools(messages: unknown): boolean {
  return (
    Array.isArray(messages) &&
    messages.some(
      (message) =>
        isObject(message) &&
        (message['role'] === 'tool' ||
          message['role'] === 'function' ||
          (Array.isArray(message['tool_calls']) && message['tool_calls'].length > 0)),
    )
  );
}

/**
 * A conversation with tools in words that every template takes: tools in the system message, calls as text of the assistant, results
 * as words of the user. @throws AppError `request.invalid`
 */
export function renderMessages(
  messages: readonly unknown[],
  { wish, hasSystemRole }: { wish: ToolWish | undefined; hasSystemRole: boolean },
): readonly Message[] {
  const names = new Map<string, string>();
  const plain = messages.map((message) => renderMessage(isObject(message) ? message : {}, names));
  const system = wish && wish.use !== 'none' ? describe(wish) : undefined;
  return hasSystemRole ? mergeUsers(withSystem(plain, system)) : mergeUsers(withoutSystem(plain, system));
}

function renderMessage(message: Message, names: Map<string, string>): Message {
  const { role, content, tool_calls: calls } = message;
  if (role === 'tool' || role === 'function') return { role: 'user', content: renderResult(message, names) };
  if (role !== 'assistant' || !Array.isArray(calls) || calls.length === 0) return message;
  const lines = calls.map((call: unknown) => renderCall(call, names));
  const words = textOf(content);
  return { role, content: [...(words === '' ? [] : [words]), ...lines].join('\n') };
}

function renderCall(call: unknown, names: Map<string, string>): string {
  const { id, function: called } = isObject(call) ? call : {};
  const { name, arguments: given = '{}' } = isObject(called) ? called : {};
  if (typeof name !== 'string') throw invalid('messages', 'holds a tool call without the name of its function');
  if (typeof id === 'string') names.set(id, name);
  return `${callBegin}${callHead(name)}${argumentsText(given)}}${callEnd}`;
}

/** The arguments as they were sent, unless they are no JSON: then as a text. */
function argumentsText(given: unknown): string {
  if (typeof given !== 'string') return JSON.stringify(given);
  try {
    JSON.parse(given);
    return given;
  } catch {
    return JSON.stringify(given);
  }
}

function renderResult({ tool_call_id: id, name, content }: Message, names: ReadonlyMap<string, string>): string {
  const called = typeof id === 'string' ? names.get(id) : undefined;
  const title = called ?? (typeof name === 'string' ? name : undefined);
  return `Result${title === undefined ? '' : ` of ${title}`}: ${textOf(content)}`;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('\n');
}

const isSystem = ({ role }: Message): boolean => role === 'system' || role === 'developer';

function withSystem(messages: readonly Message[], added: string | undefined): readonly Message[] {
  if (added === undefined) return messages;
  const [first] = messages;
  if (!first || !isSystem(first)) return [{ role: 'system', content: added }, ...messages];
  return [{ ...first, content: `${textOf(first['content'])}\n\n${added}` }, ...messages.slice(1)];
}

/** For templates that refuse a system message: its words go before the first of the user. */
function withoutSystem(messages: readonly Message[], added: string | undefined): readonly Message[] {
  const words = messages.filter(isSystem).map(({ content }) => textOf(content));
  if (added !== undefined) words.push(added);
  const rest = messages.filter((message) => !isSystem(message));
  return words.length === 0 ? rest : [{ role: 'user', content: words.join('\n\n') }, ...rest];
}

/** Templates that insist on turns refuse two messages of the user in a row. */
function mergeUsers(messages: readonly Message[]): readonly Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.['role'] === 'user' && message['role'] === 'user') {
      merged[merged.length - 1] = { ...last, content: joined(last['content'], message['content']) };
    } else merged.push(message);
  }
  return merged;
}

function joined(first: unknown, second: unknown): unknown {
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`;
  return [...partsOf(first), ...partsOf(second)];
}

function partsOf(content: unknown): readonly unknown[] {
  return Array.isArray(content) ? content : [{ type: 'text', text: textOf(content) }];
}

function describe({ tools, use }: ToolWish): string {
  const list = tools.map(describeTool).join('\n');
  const form = `${callBegin}{"name": "NAME", "arguments": {...}}${callEnd}`;
  return use === 'required'
    ? `You call functions. There are:\n${list}\nAnswer only with a call, in this form:\n${form}`
    : `You can call these functions:\n${list}\nTo call one, answer only with:\n${form}\nCall one only if the question needs it. Otherwise answer in plain words.`;
}

function describeTool({ name, description, parameters }: Tool): string {
  const about = description === undefined ? '' : `: ${description}`;
  return `- ${name}${about}${parameters === undefined ? '' : ` Arguments: ${JSON.stringify(parameters)}`}`;
}
