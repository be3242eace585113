import { readBody } from '../http/body.ts';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { Asking } from './asking.ts';
import { readModelRequest, textField, wrong } from './read-fields.ts';

const flags = ['add_special', 'parse_special', 'with_pieces'] as const;

/** `POST /tokenize`: a text as the tokens of a model. `prompt` is taken for `content`, as vLLM names it. */
export async function tokenize(exchange: Exchange, { engine, backend }: Asking): Promise<void> {
  const { model, fields } = readModelRequest(await readBody(exchange.request));
  exchange.notes.model = model.slice(0, 200);
  const content = textField(
    fields,
    fields['content'] === undefined && fields['prompt'] !== undefined ? 'prompt' : 'content',
  );
  const options: Record<string, boolean> = {};
  for (const name of flags) {
    const value = fields[name];
    if (value == null) continue;
    if (typeof value !== 'boolean') throw wrong(name, 'true or false');
    options[name] = value;
  }
  const { body } = await engine.ask({
    operation: 'tokenize',
    mode: 'completion',
    model,
    backend,
    body: { model, content, ...options },
    signal: exchange.gone,
  });
  const tokens: readonly unknown[] = Array.isArray(body['tokens']) ? body['tokens'] : [];
  sendJson(exchange, 200, { model, tokens, count: tokens.length });
}

const largestToken = 2 ** 31 - 1;

/** `POST /detokenize`: the text of tokens. */
export async function detokenize(exchange: Exchange, { engine, backend }: Asking): Promise<void> {
  const { model, fields } = readModelRequest(await readBody(exchange.request));
  exchange.notes.model = model.slice(0, 200);
  const { tokens } = fields;
  const isToken = (one: unknown): boolean =>
    typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= largestToken;
  if (!Array.isArray(tokens) || !tokens.every(isToken)) throw wrong('tokens', 'an array of tokens');
  const { body } = await engine.ask({
    operation: 'detokenize',
    mode: 'completion',
    model,
    backend,
    body: { model, tokens },
    signal: exchange.gone,
  });
  const { content } = body;
  sendJson(exchange, 200, { model, content: typeof content === 'string' ? content : '' });
}
