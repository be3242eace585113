import { Agent, request } from 'node:http';

/** When a client leaves: with half its body sent, with all of it sent, when a load is seen, at the head, at the first bytes. */
export type Leaving = 'half sent' | 'sent' | 'loading' | 'head' | 'streaming';

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly body?: object | undefined;
  readonly leave?: Leaving | undefined;
}

export type Heard = 'left' | { readonly status: number; readonly text: string };

export interface Client {
  /** Rejects when the answer is cut off or does not come within the limit. */
  ask(ask: Ask): Promise<Heard>;
  /** Lets go of every connection. */
  rest(): void;
}

/** Far above what anything here takes: who waits longer hangs. */
const hangMs = 90_000;

export function createClient(url: string): Client {
  const { hostname, port } = new URL(url);
  let agent = new Agent({ keepAlive: true });

  async function isLoading(): Promise<boolean> {
    const heard = await ask({ method: 'GET', path: '/engines/ps' });
    return heard !== 'left' && heard.text.includes('"loading":true');
  }

  function ask({ method = 'POST', path, body, leave }: Ask): Promise<Heard> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      let done = false;
      const outgoing = request({
        hostname,
        port,
        method,
        path,
        agent,
        signal: AbortSignal.timeout(hangMs),
        headers: bytes ? { 'content-type': 'application/json', 'content-length': bytes.length } : {},
      });
      const finish = (heard: Heard): void => {
        done = true;
        resolve(heard);
      };
      const go = (): void => {
        if (done) return;
        finish('left');
        outgoing.destroy();
      };
      outgoing.on('error', (error) => {
        if (!done) reject(new Error(`${method} ${path}: ${error.message}`, { cause: error }));
      });
      outgoing.once('response', (answer) => {
        if (leave === 'head') go();
        const parts: Buffer[] = [];
        answer.on('error', () => undefined);
        answer.on('data', (part: Buffer) => {
          parts.push(part);
          if (leave === 'streaming') go();
        });
        answer.once('close', () => {
          const text = Buffer.concat(parts).toString('utf8');
          if (answer.complete) finish({ status: answer.statusCode ?? 0, text });
          else if (!done) reject(new Error(`${method} ${path} was cut off after: ${text.slice(-300)}`));
        });
      });
      if (leave === 'half sent' && bytes) outgoing.write(bytes.subarray(0, bytes.length / 2), go);
      else outgoing.end(bytes, () => leave === 'sent' && go());
      if (leave === 'loading') void untilLoading().then(go, go);
      async function untilLoading(): Promise<void> {
        while (!done && !(await isLoading()));
      }
    });
  }

  return {
    ask,
    rest() {
      agent.destroy();
      agent = new Agent({ keepAlive: true });
    },
  };
}
