import { randomUUID } from 'node:crypto';
import { isObject } from '../../http/body.ts';
import type { JsonObject } from '../json.ts';
import { createCallReader, type CallReader, type Reading } from './call-reader.ts';

const newId = (): string => `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`;

/** Puts the calls that a whole answer holds as text where OpenAI's clients look for them. A call cut short is left out. */
export function shapeWhole(answer: JsonObject): JsonObject {
  const choices = Array.isArray(answer['choices']) ? answer['choices'] : [];
  return { ...answer, choices: choices.map((choice) => (isObject(choice) ? shapeChoice(choice) : choice)) };
}

function shapeChoice(choice: JsonObject): JsonObject {
  const message = isObject(choice['message']) ? choice['message'] : {};
  const { content, ...rest } = message;
  if (typeof content !== 'string') return choice;
  const reader = createCallReader();
  const calls: { name: string; text: string; whole: boolean }[] = [];
  let words = '';
  for (const reading of [...reader.push(content), ...reader.rest()]) {
    const last = calls.at(-1);
    if (reading.type === 'text') words += reading.text;
    else if (reading.type === 'call') calls.push({ name: reading.name, text: '', whole: false });
    else if (last && reading.type === 'arguments') last.text += reading.text;
    else if (last) last.whole = true;
  }
  const whole = calls.filter((call) => call.whole);
  const began = calls.length > 0 || (words === '' && content.startsWith('<'));
  const finish = whole.length > 0 && choice['finish_reason'] === 'stop' ? 'tool_calls' : choice['finish_reason'];
  return {
    ...choice,
    finish_reason: finish,
    message: {
      ...rest,
      content: words === '' && began ? null : words,
      ...(whole.length === 0
        ? {}
        : {
            tool_calls: whole.map(({ name, text }) => ({
              id: newId(),
              type: 'function',
              function: { name, arguments: text },
            })),
          }),
    },
  };
}

/** The same for an answer that comes in events: gives what to send for each event that came. */
export interface EventShaper {
  push(event: JsonObject): readonly JsonObject[];
}

interface Progress {
  readonly reader: CallReader;
  calls: number;
  whole: number;
}

export function createEventShaper(): EventShaper {
  const progress = new Map<unknown, Progress>();
  return {
    push(event) {
      const choices = Array.isArray(event['choices']) ? event['choices'] : [];
      if (choices.length === 0) return [event];
      return choices.flatMap((choice) => {
        if (!isObject(choice)) return [];
        const index = choice['index'] ?? 0;
        const known = progress.get(index) ?? { reader: createCallReader(), calls: 0, whole: 0 };
        progress.set(index, known);
        return shapeChange(choice, known).map((shaped) => ({ ...event, choices: [shaped] }));
      });
    },
  };
}

function shapeChange(choice: JsonObject, progress: Progress): readonly JsonObject[] {
  const delta = isObject(choice['delta']) ? choice['delta'] : {};
  const { content, ...rest } = delta;
  const finish = choice['finish_reason'] ?? null;
  const readings = typeof content === 'string' ? [...progress.reader.push(content)] : [];
  if (finish !== null) readings.push(...progress.reader.rest());
  const changes = readings.flatMap((reading) => changeOf(reading, progress));
  if (Object.keys(rest).length > 0 || content === null) {
    changes.unshift(content === null ? { ...rest, content } : rest);
  }
  const shaped: JsonObject[] = changes.map((change) => ({ ...choice, delta: change, finish_reason: null }));
  if (finish !== null) {
    const reason = progress.whole > 0 && finish === 'stop' ? 'tool_calls' : finish;
    shaped.push({ ...choice, delta: {}, finish_reason: reason });
  }
  return shaped;
}

function changeOf(reading: Reading, progress: Progress): JsonObject[] {
  switch (reading.type) {
    case 'text':
      return [{ content: reading.text }];
    case 'call': {
      const index = progress.calls;
      progress.calls += 1;
      const called = { name: reading.name, arguments: '' };
      return [{ tool_calls: [{ index, id: newId(), type: 'function', function: called }] }];
    }
    case 'arguments':
      return [{ tool_calls: [{ index: progress.calls - 1, function: { arguments: reading.text } }] }];
    case 'called':
      progress.whole += 1;
      return [];
  }
}
