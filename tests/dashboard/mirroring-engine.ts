import { createServer, request, type Server } from 'node:http';
import { rm } from 'node:fs/promises';

/** The machine's Engine, but that it says to have these mirrors. Requests that are upgraded do not pass. */
export async function mirroringEngine(socketPath: string, mirrors: readonly string[]): Promise<AsyncDisposable> {
  const server: Server = createServer((asked, answer) => {
    const { method, url: path = '/', headers } = asked;
    const inside = request({ socketPath: '/var/run/docker.sock', method, path, headers }, (given) => {
      if (!path.endsWith('/info')) {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
        return;
      }
      given.toArray().then(
        (parts) => {
          const info = JSON.parse(Buffer.concat(parts as Buffer[]).toString('utf8')) as Record<string, object>;
          const RegistryConfig = { ...info['RegistryConfig'], Mirrors: mirrors };
          answer.writeHead(200, { 'content-type': 'application/json' });
          answer.end(JSON.stringify({ ...info, RegistryConfig }));
        },
        () => answer.destroy(),
      );
    });
    inside.on('error', () => answer.destroy());
    answer.on('close', () => inside.destroy());
    asked.pipe(inside);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(socketPath, { force: true });
    },
  };
}
