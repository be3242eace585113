import { toAppError, type AppError } from '#core';
import { sendError, sentence, type Exchange } from '../http/exchange.ts';

/** An answer of one JSON object a line. */
export interface Lines {
  /** Resolves when the client is ready for more. */
  send(value: unknown): Promise<void>;
  end(value: unknown): void;
}

/** The head goes out with the first line, so that a failure before it still has its own status. */
export function createLines({ response, gone }: Exchange): Lines {
  const write = (value: unknown): boolean => {
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-cache' });
    }
    return response.write(`${JSON.stringify(value)}\n`);
  };
  return {
    async send(value) {
      if (gone.aborted || write(value)) return;
      await new Promise<void>((resolve) => {
        const ready = (): void => {
          response.off('drain', ready).off('close', ready);
          resolve();
        };
        response.on('drain', ready).on('close', ready);
      });
    },
    end(value) {
      if (gone.aborted) return;
      write(value);
      response.end();
    },
  };
}

/** An error as Ollama's clients read it: a body, or the last line of an answer that has begun. */
export function sendOllamaError(exchange: Exchange, thrown: unknown): void {
  const { response, notes, gone } = exchange;
  const error = toAppError(thrown);
  const json = { error: textOf(error) };
  if (!gone.aborted && response.headersSent && !response.writableEnded) {
    notes.error = error.code;
    response.end(`${JSON.stringify(json)}\n`);
    return;
  }
  sendError(exchange, error, { shape: 'json', json: () => json });
}

// Clients look for "not found" in the text.
function textOf(error: AppError): string {
  const { model } = error.params;
  if (error.code !== 'model.not_found' || typeof model !== 'string') return sentence(error);
  return `model '${model}' not found${error.hint === undefined ? '' : `. ${error.hint}`}`;
}
