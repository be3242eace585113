import type { OllamaMessage } from '#contract';
import { AppError } from '#core';
import type { JsonObject } from '../inference/engine.ts';

/** Messages in OpenAI's form. @throws AppError `request.invalid` for an image that is none */
export function openAiMessages(messages: readonly OllamaMessage[]): readonly JsonObject[] {
  // Ollama names the tool an answer is from; OpenAI the call it answers.
  const open: { id: string; name: string }[] = [];
  let calls = 0;
  return messages.map((message) => {
    const { role, content, thinking, images, tool_calls: toolCalls } = message;
    const common = { role, content: contentOf(content ?? '', images ?? []) };
    if (role === 'tool') return { ...common, tool_call_id: answered(message, open) };
    if (role !== 'assistant') return common;
    const converted = (toolCalls ?? []).map(({ id, function: { name, arguments: given } }) => {
      calls += 1;
      const call = { id: id || `call_${calls}`, name };
      open.push(call);
      const text = typeof given === 'string' ? given : JSON.stringify(given ?? {});
      return { id: call.id, type: 'function', function: { name, arguments: text } };
    });
    return {
      ...common,
      ...(thinking ? { reasoning_content: thinking } : {}),
      ...(converted.length === 0 ? {} : { tool_calls: converted }),
    };
  });
}

function answered(message: OllamaMessage, open: { id: string; name: string }[]): string {
  if (message.tool_call_id) return message.tool_call_id;
  const named = open.findIndex(({ name }) => name === message.tool_name);
  const [call] = open.splice(Math.max(0, named), 1);
  return call?.id ?? 'call_0';
}

function contentOf(text: string, images: readonly string[]): unknown {
  if (images.length === 0) return text;
  return [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...images.map((image) => ({ type: 'image_url', image_url: { url: dataUrl(image) } })),
  ];
}

const starts: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['Qk', 'image/bmp'],
];

/** Images come as base64, some clients put `data:…` before it. What they are is read from their first bytes. */
function dataUrl(image: string): string {
  const base64 = image.replace(/^data:[^,]{0,200},/, '').replaceAll(/\s/g, '');
  const known = starts.find(([start]) => base64.startsWith(start));
  if (known && isBase64(base64)) return `data:${known[1]};base64,${base64}`;
  throw new AppError('request.invalid', 'An image is not a PNG, JPEG, GIF, WebP or BMP in base64.', {
    hint: 'Send the bytes of the file in base64.',
    params: { param: 'images' },
  });
}

function isBase64(text: string): boolean {
  return text.length % 4 !== 1 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
