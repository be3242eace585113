import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiUnderTest } from './api-under-test.ts';

export interface AskedRunner {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeRunner {
  readonly asked: AskedRunner[];
  /** What its template can do. */
  caps: { supports_tools: boolean; supports_tool_calls: boolean };
  /** A whole answer, or the chunks of a stream, or an error. */
  reply: (asked: AskedRunner) => FakeReply;
}

export interface FakeReply {
  readonly status?: number;
  readonly json?: unknown;
  readonly chunks?: readonly unknown[];
  /** Breaks off after the chunks instead of saying that it is done. */
  readonly dies?: boolean;
}

/** A runner behind the API that answers as it is told and keeps what it was asked. */
export async function startFakeRunner(api: ApiUnderTest): Promise<FakeRunner> {
  const runner: FakeRunner = {
    asked: [],
    caps: { supports_tools: true, supports_tool_calls: true },
    reply: () => ({ json: wholeAnswer({ content: 'Hello' }) }),
  };
  await api.runner((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      if (request.url === '/props') {
        send(request, response, { json: { chat_template_caps: runner.caps } });
        return;
      }
      const asked = { path: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> };
      runner.asked.push(asked);
      send(request, response, runner.reply(asked));
    });
  });
  return runner;
}

function send(request: IncomingMessage, response: ServerResponse, reply: FakeReply): void {
  const { status = 200, json, chunks = [], dies = false } = reply;
  if (json !== undefined) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    return;
  }
  response.writeHead(status, { 'content-type': 'text/event-stream' });
  for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  if (dies) setImmediate(() => request.socket.destroy());
  else response.end('data: [DONE]\n\n');
}

const usage = {
  prompt_tokens: 30,
  completion_tokens: 5,
  total_tokens: 35,
  prompt_tokens_details: { cached_tokens: 10 },
};

export function wholeAnswer(
  message: object,
  { finish = 'stop', ...extra }: { finish?: string; [name: string]: unknown } = {},
): unknown {
  return {
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage,
    ...extra,
  };
}

/** The chunks of a stream as llama.cpp sends them: role, deltas with timings, the reason it ended, usage. */
export function streamedAnswer(deltas: readonly object[], finish = 'stop', last: object = {}): readonly unknown[] {
  const chunk = (delta: object, reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const timings = { cache_n: 10, prompt_n: 20, predicted_n: 1 };
  return [
    chunk({ role: 'assistant', content: null }),
    ...deltas.map((delta) => ({ ...chunk(delta), timings })),
    { ...chunk({}, finish), ...last },
    { choices: [], usage },
  ];
}
