import { callBegin, callEnd } from './call-grammar.ts';

export type Reading =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly name: string }
  /** A part of the JSON text of the last call's arguments. */
  | { readonly type: 'arguments'; readonly text: string }
  /** The last call is complete. */
  | { readonly type: 'called' };

/** Tells calls from text in an answer that `answerGrammar` shaped, while it is being written. */
export interface CallReader {
  push(part: string): readonly Reading[];
  /** What was held back because it could have become a call. */
  rest(): readonly Reading[];
}

type Place = 'begin' | 'text' | 'head' | 'arguments' | 'tail';

const head = /^\{"name": ("(?:[^"\\]|\\.)*"), "arguments": /;
const tail = `}${callEnd}`;

export function createCallReader(): CallReader {
  let place: Place = 'begin';
  let held = '';
  let json = createObjectEnd();

  /** Reads what can be read of `held`; undefined when more is needed. */
  function step(): readonly Reading[] | undefined {
    switch (place) {
      case 'begin': {
        const next = held.startsWith('\n') ? held.slice(1) : held;
        if (next.startsWith(callBegin)) {
          held = next.slice(callBegin.length);
          place = 'head';
          return [];
        }
        if (callBegin.startsWith(next)) return undefined;
        place = 'text';
        return [];
      }
      case 'text': {
        const text = held;
        held = '';
        return text === '' ? undefined : [{ type: 'text', text }];
      }
      case 'head': {
        const [all, name] = head.exec(held) ?? [];
        if (all === undefined || name === undefined) return undefined;
        held = held.slice(all.length);
        place = 'arguments';
        json = createObjectEnd();
        return [{ type: 'call', name: JSON.parse(name) as string }];
      }
      case 'arguments': {
        if (held === '') return undefined;
        const end = json.find(held);
        const text = held.slice(0, end);
        held = end === undefined ? '' : held.slice(end);
        if (end !== undefined) place = 'tail';
        return [{ type: 'arguments', text }];
      }
      case 'tail': {
        if (!held.startsWith(tail)) return undefined;
        held = held.slice(tail.length);
        place = 'begin';
        return [{ type: 'called' }];
      }
    }
  }

  return {
    push(part) {
      held += part;
      const readings: Reading[] = [];
      for (let more = step(); more; more = step()) readings.push(...more);
      return readings;
    },
    rest() {
      const text = held;
      held = '';
      return place === 'begin' && text.trim() !== '' ? [{ type: 'text', text }] : [];
    },
  };
}

/** Finds where a JSON object ends that comes in parts. */
function createObjectEnd(): { find(part: string): number | undefined } {
  let depth = 0;
  let inString = false;
  let escaped = false;
  return {
    find(part) {
      for (let index = 0; index < part.length; index += 1) {
        const char = part[index];
        if (escaped) escaped = false;
        else if (inString) {
          if (char === '\\') escaped = true;
          else if (char === '"') inString = false;
        } else if (char === '"') inString = true;
        else if (char === '{' || char === '[') depth += 1;
        else if (char === '}' || char === ']') {
          depth -= 1;
          if (depth === 0) return index + 1;
        }
      }
      return undefined;
    },
  };
}
