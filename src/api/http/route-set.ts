import type { AppError } from '#core';
import type { Exchange } from './exchange.ts';

/** Answers one request. What it throws is answered by the set's `fail`. */
export type Handler = (exchange: Exchange) => Promise<void> | void;

/** The routes of one API (Ollama's, Anthropic's, …), in a folder of its own. */
export interface RouteSet {
  /**
   * What answers, or undefined when the path is none of this set's. `verb` is GET for HEAD too; `path` is clean and still
   * percent-encoded.
   */
  match(verb: string, path: string): Handler | undefined;
  /** Answers an error in the shape that clients of these routes read. */
  fail(exchange: Exchange, error: AppError): void;
  /** Ends what goes on although the settings forbid it by now. */
  followSettings?(): void;
}
