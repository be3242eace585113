import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface MadeContainers extends AsyncDisposable {
  /** For `DOCKER_HOST`. */
  readonly url: string;
  /** What the lists have besides what the Engine has; may be changed at any time. */
  made: readonly object[];
  images: readonly object[];
}

/** Stands before an Engine and lets everything through, but lists containers and images that are not there. */
export async function openMadeContainers(engineSocket: string, socketPath: string): Promise<MadeContainers> {
  const engine: { made: readonly object[]; images: readonly object[] } = { made: [], images: [] };
  const pass = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const asked = request({ socketPath: engineSocket, path: from.url, method: from.method, headers: from.headers });
    from.pipe(asked);
    to.on('close', () => asked.destroy());
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const list = /^(?:\/v[\d.]+)?\/(containers|images)\/json\b/.exec(
      from.method === 'GET' ? (from.url ?? '') : '',
    )?.[1];
    if (list === undefined) {
      to.writeHead(answer.statusCode ?? 500, answer.headers).flushHeaders();
      answer.pipe(to);
      return;
    }
    const real = JSON.parse(await text(answer)) as readonly object[];
    to.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify([...real, ...(list === 'images' ? engine.images : engine.made)]),
    );
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
    get images() {
      return engine.images;
    },
    set images(images) {
      engine.images = images;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
