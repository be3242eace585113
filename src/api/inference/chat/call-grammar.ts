import {
  choice,
  nothing,
  oneOf,
  printGrammar,
  prune,
  rule,
  sequence,
  text,
  times,
  type Expression,
} from '../schema/grammar.ts';
import { createGrammarBuilder } from '../schema/schema-grammar.ts';
import { refuseSchema } from '../schema/refuse.ts';
import type { Tool } from './read-tools.ts';

/** How a call is written by a model that was taught no way of its own. What reads it relies on every character. */
export const callBegin = '<tool_call>';
export const callEnd = '</tool_call>';
export const callHead = (name: string): string => `{"name": ${JSON.stringify(name)}, "arguments": `;

/** Calls that one answer may hold where several at once were asked for. */
const mostCalls = 16;

export interface AnswerForm {
  /** Functions the answer may call. */
  readonly tools: readonly Tool[];
  /** Whether it may be words (or JSON) instead of a call. */
  readonly needsCall: boolean;
  readonly parallel: boolean;
  /** A schema that an answer without a call must satisfy; undefined when it may be any text. */
  readonly schema: unknown;
}

/** The grammar of an answer. @throws AppError `request.invalid` naming what a schema asks and no grammar can hold */
export function answerGrammar({ tools, needsCall, parallel, schema }: AnswerForm): string {
  const builder = createGrammarBuilder();
  const options: Expression[] = [];
  if (tools.length > 0) {
    const bodies = tools.map(({ name, parameters }) =>
      sequence(text(callHead(name)), builder.add(parameters ?? { type: 'object' }, { only: 'object' })),
    );
    builder.rules.set('call', sequence(text(callBegin), choice(bodies), text(`}${callEnd}`)));
    const further = parallel ? [times(sequence(text('\n'), rule('call')), 0, mostCalls - 1)] : [];
    options.push(sequence(rule('call'), ...further));
  }
  if (!needsCall) options.push(schema === undefined ? anythingElse() : builder.add(schema));
  const rules = prune(new Map(builder.rules).set('root', choice(options)), 'root');
  if (!rules) throw refuseSchema('schema', 'admits no value that ends');
  const grammar = printGrammar(rules);
  if (grammar.length > largestGrammar) throw refuseSchema('schema', 'is too large for a grammar');
  return grammar;
}

const largestGrammar = 1_000_000;

/** Any text that does not begin as a call does. */
function anythingElse(): Expression {
  const any = times(oneOf('[^\\x00]'), 0);
  const others = Array.from(callBegin, (char, index) =>
    sequence(text(callBegin.slice(0, index)), oneOf(`[^\\x00${char}]`), any),
  );
  return choice([...others, nothing]);
}
