import { toAppError, type AppError, type Clock } from '#core';
import type { Exchange } from '../http/exchange.ts';
import { drained } from '../inference/drained.ts';
import type { Engine, EngineCall } from '../inference/engine.ts';
import { createPatience, sseHeaders } from '../inference/patience.ts';
import { chunkParts, type ChatPart } from './chat-parts.ts';

/** How an API tells an answer while it comes. Each method returns whole SSE frames, or nothing. */
export interface StreamShape {
  /** The model has begun to work. */
  begin(alias: string): string;
  part(part: ChatPart): string;
  end(): string;
  fail(error: AppError): string;
}

export function sseFrame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/**
 * Streams a chat in the given shape. Until the first byte a failure is thrown, to be answered with a status; after it, it is an
 * event and the end.
 */
export async function streamChat(
  exchange: Exchange,
  { call, shape }: { call: EngineCall; shape: StreamShape },
  { engine, clock }: { engine: Engine; clock: Clock },
): Promise<void> {
  const { response, notes } = exchange;
  const patience = createPatience(exchange, { stream: true, clock });
  const send = async (frames: string): Promise<void> => {
    if (frames === '' || response.destroyed) return;
    patience.stop();
    if (!response.headersSent) response.writeHead(200, sseHeaders);
    if (!response.write(frames)) await drained(exchange);
  };
  try {
    const { events, alias, queueMs } = await engine.stream(call);
    if (!response.headersSent) response.setHeader('x-gantry-queue-ms', queueMs.toFixed(1));
    await send(shape.begin(alias));
    for await (const event of events) {
      let frames = '';
      for (const part of chunkParts(event)) frames += shape.part(part);
      await send(frames);
    }
    await send(shape.end());
    response.end();
  } catch (thrown) {
    const error = toAppError(thrown);
    notes.error = exchange.gone.aborted ? 'request.aborted' : error.code;
    if (exchange.gone.aborted || response.destroyed) return;
    if (!response.headersSent) throw error;
    response.end(shape.fail(error));
  } finally {
    patience.stop();
  }
}
