import { StringDecoder } from 'node:string_decoder';
import { pasteMode } from '../chat/paste.ts';
import type { CliInput, CliOutput } from '../types.ts';
import { createKeyParser, type Key } from './input/keys.ts';

export interface Terminal extends Disposable {
  readonly output: CliOutput;
  /** While somebody else has the terminal keys are not ours. */
  lend<T>(use: () => Promise<T>): Promise<T>;
}

export interface TerminalListener {
  onKeys(keys: readonly Key[]): void;
  onResize(): void;
  /** The terminal is gone. */
  onEnd(): void;
}

/** Takes the keyboard until it is disposed of. */
export function openTerminal(input: CliInput, output: CliOutput, listener: TerminalListener): Terminal {
  const parser = createKeyParser();
  const decoder = new StringDecoder('utf8');
  const raw = (on: boolean): void => {
    input.setRawMode?.(on);
    output.write(on ? pasteMode.on : pasteMode.off);
  };
  const onData = (chunk: Buffer | string): void => {
    const keys = parser.push(typeof chunk === 'string' ? chunk : decoder.write(chunk));
    if (keys.length > 0) listener.onKeys(keys);
  };
  const onEnd = (): void => listener.onEnd();
  const onResize = (): void => listener.onResize();
  raw(true);
  input.on('data', onData);
  input.on('end', onEnd);
  output.on('resize', onResize);
  input.resume();
  return {
    output,
    async lend(use) {
      input.pause();
      raw(false);
      try {
        return await use();
      } finally {
        raw(true);
        input.resume();
      }
    },
    [Symbol.dispose]() {
      input.off('data', onData);
      input.off('end', onEnd);
      output.off('resize', onResize);
      input.pause();
      raw(false);
    },
  };
}
