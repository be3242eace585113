/** Where the daemon's socket for containers is in the relay. */
export const relaySocketFolder = '/run/gantry';

/**
 * What runs in the relay container: it carries connections from port 80 to the daemon's socket for containers. It says `ready` once
 * it listens and has reached the daemon, or why it cannot.
 */
export const relayProgram = `'use strict';
const net = require('node:net');
const socketPath = '${relaySocketFolder}/relay.sock';
const body = JSON.stringify({
  error: {
    message: 'Gantry does not run on the host of this container. Start it there with: gantry status',
    type: 'server_error', param: null, code: 'daemon.not_running',
  },
}) + '\\n';
const away = 'HTTP/1.1 503 Service Unavailable\\r\\nContent-Type: application/json\\r\\nRetry-After: 1\\r\\n' +
  'Connection: close\\r\\nContent-Length: ' + Buffer.byteLength(body) + '\\r\\n\\r\\n' + body;

const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const daemon = net.connect({ path: socketPath, allowHalfOpen: true });
  let reached = false;
  client.on('error', () => daemon.destroy());
  client.on('close', () => daemon.destroy());
  daemon.once('connect', () => {
    reached = true;
    client.pipe(daemon).pipe(client);
  });
  daemon.on('error', () => {
    if (reached) return client.destroy();
    client.once('data', () => client.end(away));
    client.setTimeout(5000, () => client.destroy());
  });
  daemon.on('close', () => {
    if (reached && client.readableEnded) client.destroy();
  });
});
server.maxConnections = 512;
server.on('error', (error) => {
  console.log('failed ' + error.message);
  process.exit(1);
});
server.listen(80, () => {
  const probe = net.connect(socketPath);
  probe.once('connect', () => { console.log('ready'); probe.destroy(); });
  probe.once('error', (error) => console.log('failed ' + error.message));
});
for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => process.exit(0));
`;
