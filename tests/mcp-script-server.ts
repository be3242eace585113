/**
 * A small MCP server, for what real ones do not do: each tool misbehaves in its own way. It runs in a container, where there is
 * nothing but Node.js.
 */
export const scriptServer = String.raw`
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n');
const text = (id, value) => send({ id, result: { content: [{ type: 'text', text: String(value) }] } });
if (process.env.START_WRITE) fs.writeFileSync(process.env.START_WRITE, 'x');
if (process.env.NOISE) console.log('a line that is no message');
if (process.env.FLOOD) {
  for (let i = 0; i < Number(process.env.FLOOD); i += 1) fs.writeSync(2, 'line ' + i + '\n');
  fs.writeSync(2, 'drowned in its own words\n');
  process.exit(4);
}
if (process.env.CRASH) { console.error('it cannot go on'); process.exit(3); }
const attempt = (work) => { try { return work(); } catch (error) { return error.code || error.message; } };
let claims = 0;
const tools = {
  claim: () => (claims += 1),
  pid: () => process.pid + ' ' + fs.readFileSync('/proc/1/cmdline', 'utf8').split('\0')[0],
  env: ({ name }) => process.env[name] ?? '(unset)',
  digest: ({ name }) => require('node:crypto').createHash('sha256').update(process.env[name] ?? '').digest('hex'),
  encoded: ({ name }) => Buffer.from('it is ' + process.env[name]).toString('base64'),
  argv: () => JSON.stringify(process.argv.slice(2)),
  write: ({ path }) => attempt(() => { fs.writeFileSync(path, 'x'); return 'written'; }),
  read: ({ path }) => attempt(() => fs.readFileSync(path, 'utf8')),
  status: () => fs.readFileSync('/proc/self/status', 'utf8'),
  interfaces: () => Object.keys(require('node:os').networkInterfaces()).join(','),
  big: ({ bytes }) => 'x'.repeat(bytes),
};
const later = {
  flood: (id, { lines }) => { for (let i = 0; i < lines; i += 1) console.error('line ' + i); text(id, 'flooded'); },
  shout: (id, { name }) => { console.error('my ' + process.env[name]); text(id, 'shouted'); },
  crash: () => { console.error('\u001b[31mout of ideas\u001b[0m'); process.exit(7); },
  hang: () => undefined,
  // Tells as much as it can as fast as it is read, then answers with how much that was.
  pour: async (id, { count }, { _meta: { progressToken } }) => {
    const message = 'x'.repeat(1000);
    for (let progress = 1; progress <= count; progress += 1) {
      const params = { progressToken, progress, total: count, message };
      const line = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }) + '\n';
      if (!process.stdout.write(line)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    text(id, count);
  },
  eat: () => { const all = []; setInterval(() => all.push(Buffer.alloc(16 << 20, 1)), 10); },
  lookup: (id, { host }) => require('node:dns').lookup(host, (error, address) => text(id, error ? error.code : address)),
  resolve: (id, { host }) => require('node:dns').resolve4(host, (error, all) => text(id, error ? error.code : all.join(','))),
  get: (id, { url, options }) => {
    const client = require(url.startsWith('https') ? 'node:https' : 'node:http');
    const call = client.get(url, { timeout: 5000, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk) => { body += chunk; });
      response.on('end', () => text(id, response.statusCode + ' ' + body));
    });
    call.on('timeout', () => call.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    call.on('error', (error) => text(id, error.code || error.message));
  },
  curl: (id, { args }) => require('node:child_process').execFile('/usr/bin/curl', ['-sS', '-m', '10', ...args],
    (error, stdout, stderr) => text(id, error ? 'curl ' + error.code + ' ' + stderr.trim() : stdout)),
  connect: (id, { host, port, say }) => {
    const socket = net.connect({ host, port, timeout: 5000 });
    let heard = '';
    const end = (value) => { socket.destroy(); text(id, value); };
    socket.once('connect', () => socket.write(say ?? ''));
    socket.on('data', (bytes) => { heard += bytes; if (heard.includes('\n')) end(heard.trim()); });
    socket.once('timeout', () => end(heard || 'TIMEOUT'));
    socket.once('error', (error) => end(error.code));
    socket.once('end', () => end(heard || 'closed'));
  },
  udp: (id, { host, port }) => {
    const socket = require('node:dgram').createSocket('udp4');
    const end = (value) => { socket.close(); text(id, value); };
    const timer = setTimeout(() => end('TIMEOUT'), 2000);
    socket.once('message', (bytes) => { clearTimeout(timer); end(String(bytes)); });
    socket.once('error', (error) => { clearTimeout(timer); end(error.code); });
    socket.send('hello', port, host, (error) => { if (error) { clearTimeout(timer); end(error.code); } });
  },
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') {
    if (process.env.HANG) return;
    const serverInfo = { name: 'script', version: '1' };
    return send({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
  }
  if (method === 'tools/list') {
    const names = (process.env.TOOLS ?? '').split(',').filter((name) => name !== '');
    return send({ id, result: { tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })) } });
  }
  if (method === 'tools/call') {
    const { name, arguments: args = {} } = params;
    if (later[name]) return later[name](id, args, params);
    return text(id, tools[name](args));
  }
  if (id !== undefined) send({ id, error: { code: -32601, message: 'unknown' } });
}).on('close', () => { if (!process.env.IGNORE_END) process.exit(0); });
if (process.env.IGNORE_END) { setInterval(() => undefined, 1000); process.on('SIGTERM', () => undefined); }
`;
