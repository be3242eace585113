import { terminalLine } from '#contract';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ApiError, useApi, type Api } from '../../kit/index.ts';
import type { TerminalScreen } from './terminal-screen.ts';

export type TerminalState =
  | { readonly state: 'idle' | 'opening' | 'open' }
  | { readonly state: 'ended'; readonly exitCode: number | null }
  | { readonly state: 'failed'; readonly error: unknown };

export interface Wished {
  readonly command: readonly string[] | undefined;
  readonly user: string | undefined;
}

export interface TerminalProgram {
  readonly state: TerminalState;
  open(screen: TerminalScreen, wished: Wished): void;
  type(text: string): void;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  close(): void;
}

/** A program on a terminal in a container. It ends when the page is left. */
export function useTerminal(name: string): TerminalProgram {
  const api = useApi();
  const [state, setState] = useState<TerminalState>({ state: 'idle' });
  const running = useRef<{ readonly gone: AbortController; readonly typed: Typed }>(undefined);
  useEffect(() => () => running.current?.gone.abort(), [name]);
  return useMemo(() => {
    const path = `/gantry/containers/${encodeURIComponent(name)}`;
    return {
      state,
      open(screen, wished) {
        running.current?.gone.abort();
        const gone = new AbortController();
        const typed = createTyped(api, path);
        running.current = { gone, typed };
        setState({ state: 'opening' });
        const say = (next: TerminalState): void => {
          if (running.current?.gone === gone) setState(next);
        };
        const read = async (): Promise<void> => {
          const body = { ...wished, ...screen.size() };
          const request = { method: 'POST', path: `${path}/terminal`, body, signal: gone.signal } as const;
          for await (const line of api.lines(request, terminalLine)) {
            if (line.type === 'opened') {
              typed.begin(line.terminal);
              say({ state: 'open' });
              screen.focus();
            } else if (line.type === 'output') {
              await screen.write(Uint8Array.from(atob(line.data), (char) => char.charCodeAt(0)));
            } else if (line.type === 'ended') return say({ state: 'ended', exitCode: line.exitCode });
            else return say({ state: 'failed', error: new ApiError(line.message, line) });
          }
          say({ state: 'ended', exitCode: null });
        };
        read().catch((error: unknown) => say(gone.signal.aborted ? { state: 'idle' } : { state: 'failed', error }));
      },
      type: (text) => running.current?.typed.type(text),
      resize: (size) => running.current?.typed.resize(size),
      close: () => running.current?.gone.abort(),
    };
  }, [api, name, state]);
}

interface Typed {
  begin(terminal: string): void;
  type(text: string): void;
  resize(size: { readonly columns: number; readonly rows: number }): void;
}

/** Sends what is typed in order: one request at a time, with all that was typed meanwhile. */
function createTyped(api: Api, path: string): Typed {
  let terminal: string | undefined;
  let [waiting, isSending] = ['', false];
  let size: { readonly columns: number; readonly rows: number } | undefined;
  const send = async (): Promise<void> => {
    if (isSending || terminal === undefined) return;
    isSending = true;
    try {
      while (waiting !== '' || size) {
        const [text, resized] = [waiting.slice(0, longestText), size];
        waiting = waiting.slice(text.length);
        size = undefined;
        if (resized) await post('terminal-size', { terminal, ...resized });
        if (text !== '') await post('terminal-input', { terminal, text });
      }
    } catch {
      // The stream of the program says what is wrong with it.
      waiting = '';
    } finally {
      isSending = false;
    }
  };
  const post = (action: string, body: unknown): Promise<void> =>
    api.send({ method: 'POST', path: `${path}/${action}`, body });
  return {
    begin(id) {
      terminal = id;
      void send();
    },
    type(text) {
      waiting += text;
      void send();
    },
    resize(given) {
      size = given;
      void send();
    },
  };
}

const longestText = 50_000;
