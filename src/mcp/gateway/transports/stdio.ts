import { AppError, type Log } from '#core';
import { createMessageDecoder } from '../../protocol/message-decoder.ts';
import { rpcCodes } from '../../protocol/messages.ts';
import type { RpcMessage } from '../../types.ts';
import type { Gateway } from '../gateway.ts';
import { congestionOf } from './sse-response.ts';

export interface StdioOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly log: Log;
  readonly maxMessageBytes: number;
}

/** Serves the one client that started us, until it closes our input. */
export async function serveStdio(
  gateway: Pick<Gateway, 'connect'>,
  { input, output, log, maxMessageBytes }: StdioOptions,
): Promise<void> {
  const write = (message: RpcMessage): void => {
    if (output.writable) output.write(`${JSON.stringify(message)}\n`);
  };
  const client = gateway.connect({ send: write, congestion: () => congestionOf(output) });
  const refuse = (code: number, message: string): void => {
    // Whose request it was cannot be known, which JSON-RPC writes as null.
    output.write(`${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } })}\n`);
  };
  const decoder = createMessageDecoder({
    maxBytes: maxMessageBytes,
    message: (message) => client.receive(message),
    stray(line) {
      log.warn('a line of the client is not a message', { line: line.slice(0, 200) });
      refuse(rpcCodes.parse, 'Parse error: that line is not a JSON-RPC message.');
    },
    tooLarge: (sizeBytes) =>
      refuse(rpcCodes.invalidRequest, `A message has ${sizeBytes} bytes; the limit is ${maxMessageBytes}.`),
  });
  await new Promise<void>((resolve) => {
    input.on('data', (chunk: Buffer | string) => decoder.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    input.once('end', resolve);
    input.once('close', resolve);
    input.once('error', () => resolve());
    // A client that is gone cannot be told anything.
    output.once('error', () => resolve());
  });
  await client.end(new AppError('request.aborted', 'The client closed the connection.'));
}
