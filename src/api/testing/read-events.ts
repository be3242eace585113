import { request, type ClientRequest } from 'node:http';

export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

export interface EventReader extends Disposable {
  readonly status: number;
  /** Resolves with the next event of that name, or with the end of the stream. */
  next(event: string): Promise<unknown>;
  /** Resolves with all events once the stream has ended. */
  all(): Promise<readonly ServerEvent[]>;
}

/** Asks a route that answers with server-sent events. */
export async function readEvents(
  url: string,
  { method = 'GET', body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<EventReader> {
  const events: ServerEvent[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  let taken = 0;
  const wake = (): void => {
    for (const one of waiting) one();
  };
  let outgoing: ClientRequest | undefined;
  const status = await new Promise<number>((resolve, reject) => {
    outgoing = request(
      url,
      { method, agent: false, headers: { accept: 'text/event-stream', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          const frames = text.split('\n\n');
          text = frames.pop() ?? '';
          for (const frame of frames) {
            const name = /^event: (.*)$/m.exec(frame)?.[1];
            const data = /^data: (.*)$/m.exec(frame)?.[1];
            if (name !== undefined && data !== undefined) events.push({ event: name, data: JSON.parse(data) });
          }
          wake();
        });
        const end = (): void => {
          ended = true;
          wake();
        };
        response.once('end', end).once('close', end).once('error', end);
        resolve(response.statusCode ?? 0);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const until = (isOver: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isOver()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    status,
    async next(event) {
      const find = (): number => events.findIndex((one, index) => index >= taken && one.event === event);
      await until(() => find() >= 0 || ended);
      const at = find();
      if (at < 0) throw new Error(`The stream ended without ${event}: ${JSON.stringify(events)}`);
      taken = at + 1;
      return events[at]?.data;
    },
    async all() {
      await until(() => ended);
      return events;
    },
    [Symbol.dispose]: () => outgoing?.destroy(),
  };
}
