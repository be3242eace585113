import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type ITheme } from '@xterm/xterm';
import css from '@xterm/xterm/css/xterm.css';
import { allowStyles } from './allow-styles.ts';

export interface TerminalScreen {
  /** Resolves when it is drawn, so that a program cannot write faster than that. */
  write(bytes: Uint8Array): Promise<void>;
  clear(): void;
  focus(): void;
  size(): { readonly columns: number; readonly rows: number };
  colour(colours: TerminalColours): void;
  destroy(): void;
}

export interface TerminalColours {
  readonly background: string;
  readonly foreground: string;
}

export interface TerminalScreenOptions {
  readonly nonce: string;
  readonly colours: TerminalColours;
  readonly onText: (text: string) => void;
  readonly onSize: (size: { readonly columns: number; readonly rows: number }) => void;
  /** Tab belongs to the program; somebody without a mouse leaves by this key. */
  readonly onLeave: () => void;
}

/** A terminal that programs may write whatever they like to: links do nothing, and nothing reaches the clipboard or the title. */
export function createTerminalScreen(parent: HTMLElement, options: TerminalScreenOptions): TerminalScreen {
  const { nonce, colours, onText, onSize, onLeave } = options;
  const forbidStyles = allowStyles(document, nonce);
  const sheet = document.createElement('style');
  sheet.textContent = css;
  document.head.append(sheet);
  const terminal = new Terminal({
    fontFamily: 'monospace',
    fontSize: 13,
    scrollback: 5000,
    theme: themeOf(colours),
    linkHandler: { activate: () => undefined },
    screenReaderMode: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(parent);
  fit.fit();
  terminal.attachCustomKeyEventHandler((event) => {
    if (!(event.key === 'Escape' && event.shiftKey)) return true;
    if (event.type === 'keydown') onLeave();
    return false;
  });
  terminal.onData(onText);
  terminal.onResize(({ cols: columns, rows }) => onSize({ columns, rows }));
  const watch = new ResizeObserver(() => fit.fit());
  watch.observe(parent);
  return {
    write: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    clear: () => terminal.reset(),
    focus: () => terminal.focus(),
    size: () => ({ columns: terminal.cols, rows: terminal.rows }),
    colour: (theme) => {
      terminal.options.theme = themeOf(theme);
    },
    destroy() {
      watch.disconnect();
      terminal.dispose();
      sheet.remove();
      forbidStyles();
    },
  };
}

function themeOf({ background, foreground }: TerminalColours): ITheme {
  return { background, foreground, cursor: foreground, cursorAccent: background, selectionBackground: '#7f9cf580' };
}
