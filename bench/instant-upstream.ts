// A process of its own: an upstream on a unix socket that answers every request at once with two events.
import { createServer } from 'node:http';

const [socket = ''] = process.argv.slice(2);
const head = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Hello' } }] })}\n\n`;

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(head);
    response.end('data: [DONE]\n\n');
  });
});
server.keepAliveTimeout = 60_000;
server.listen(socket, () => process.stdout.write('ready\n'));
