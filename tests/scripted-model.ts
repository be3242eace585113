import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

export interface WireMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
}

export type ScriptedAnswer =
  /** Pieces as they come. */
  { readonly text: readonly string[] } | { readonly call: { readonly name: string; readonly arguments: object } };

export interface ScriptedModel extends AsyncDisposable {
  /** As `assistant.model.url` takes it. */
  readonly url: string;
  /** What each request sent. */
  readonly asked: (readonly WireMessage[])[];
}

/** A server of OpenAI's chat API that answers as a test says. */
export async function startScriptedModel(
  answerTo: (messages: readonly WireMessage[]) => ScriptedAnswer,
): Promise<ScriptedModel> {
  const asked: (readonly WireMessage[])[] = [];
  let calls = 0;
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const { messages } = JSON.parse(await readAll(request)) as { messages: WireMessage[] };
      asked.push(messages);
      const send = (delta: object, finish: string | null = null): void => {
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
      };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const answer = answerTo(messages);
      if ('text' in answer) {
        for (const content of answer.text) send({ content });
        send({}, 'stop');
      } else {
        calls += 1;
        const named = { name: answer.call.name, arguments: JSON.stringify(answer.call.arguments) };
        send({ tool_calls: [{ index: 0, id: `call-${calls}`, type: 'function', function: named }] });
        send({}, 'tool_calls');
      }
      const usage = { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 };
      response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
      response.end('data: [DONE]\n\n');
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
