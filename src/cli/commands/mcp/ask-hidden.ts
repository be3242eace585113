import type { CliContext } from '../../context.ts';

/** Asks on a terminal for something that is not to be seen; a pasted text of one line is fine. */
export async function askHidden({ stdin, stderr, signal }: CliContext, question: string): Promise<string> {
  signal.throwIfAborted();
  stderr.write(question);
  stdin.setRawMode?.(true);
  stdin.resume();
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = '';
      const finish = (): void => {
        stdin.off('data', onData);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        finish();
        reject(signal.reason);
      };
      const onData = (chunk: Buffer | string): void => {
        for (const character of chunk.toString()) {
          if (character === '\r' || character === '\n' || character === '\u0004') {
            finish();
            resolve(typed);
            return;
          }
          if (character === '\u0003') {
            finish();
            reject(Object.assign(new Error('Cancelled.'), { name: 'AbortError' }));
            return;
          }
          typed = character === '\u007f' || character === '\b' ? typed.slice(0, -1) : typed + character;
        }
      };
      stdin.on('data', onData);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    stdin.setRawMode?.(false);
    stdin.pause();
    stderr.write('\n');
  }
}
