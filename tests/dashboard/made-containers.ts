import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface MadeContainers extends AsyncDisposable {
  /** For `DOCKER_HOST`. */
  readonly url: string;
  /** What the list has besides those of the Engine; may be changed at any time. */
  made: readonly object[];
}

/** Stands before an Engine and lets everything through, but lists containers that are not there. */
export async function openMadeContainers(engineSocket: string, socketPath: string): Promise<MadeContainers> {
  const engine: { made: readonly object[] } = { made: [] };
  const pass = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const asked = request({ socketPath: engineSocket, path: from.url, method: from.method, headers: from.headers });
    from.pipe(asked);
    to.on('close', () => asked.destroy());
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const isList = from.method === 'GET' && /^(?:\/v[\d.]+)?\/containers\/json\b/.test(from.url ?? '');
    if (!isList) {
      to.writeHead(answer.statusCode ?? 500, answer.headers).flushHeaders();
      answer.pipe(to);
      return;
    }
    const real = JSON.parse(await text(answer)) as readonly object[];
    to.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([...real, ...engine.made]));
  };
  const server = createServer((from, to) => {
    pass(from, to).catch(() => to.destroy());
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return {
    url: `unix://${socketPath}`,
    get made() {
      return engine.made;
    },
    set made(made) {
      engine.made = made;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
