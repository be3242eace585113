import { proxyDecisions } from './proxy-decisions.ts';

/** What the proxy is told, as JSON in its variable EGRESS. */
export interface ProxyOrder {
  /** Where clients that know of proxies find it. */
  readonly proxyPort: number;
  /** All that may be reached; who asks the proxy by its own protocol reaches it all. */
  readonly allow: readonly {
    readonly host: string;
    readonly port: number;
    readonly protocol: 'http' | 'https' | 'tcp';
  }[];
  /** Ports where it stands in for hosts, for clients that know nothing of proxies. */
  readonly named: readonly number[];
  /** Ports that belong to one host each. */
  readonly raw: readonly { readonly host: string; readonly port: number }[];
  /** Hosts that another proxy stands in for, with its address. */
  readonly elsewhere: Readonly<Record<string, string>>;
  /** Whether it says which names it is asked for. */
  readonly tellNames?: boolean;
}

/**
 * What runs in the container between a server and the world. Names lead to it: it answers those that are allowed with its own
 * address, and no others; what it is asked is never passed on to another name server. From there TLS says by SNI where it is meant
 * to go, and HTTP by Host, for each request; other ports belong to one host each. It says `ready` once it listens, and a line of
 * JSON for each refusal.
 */
export const proxyProgram = String.raw`'use strict';
const dgram = require('node:dgram');
const fs = require('node:fs');
const dns = require('node:dns');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');

const sniffMs = 10000;
const connectMs = 15000;
const sniffBytes = 16 * 1024;

${proxyDecisions}
function main(order) {
  const own = Object.entries(os.networkInterfaces())
    .flatMap(([name, all]) => all.map((one) => ({ ...one, name })))
    .filter((one) => one.family === 'IPv4' && !one.internal);
  // Whoever is on the way out is not served: the proxy is the server's alone.
  const outside = outwardOf(fs.readFileSync('/proc/net/route', 'utf8'));
  const inner = own.find(({ name }) => name !== outside);
  if (!outside || !inner) {
    console.log('failed it is not between two networks');
    process.exit(1);
  }
  const subnets = own.map(({ cidr }) => [cidr.split('/')[0], Number(cidr.split('/')[1])]);

  let said = 0;
  setInterval(() => { said = 0; }, 1000).unref();
  function refused(host, port, why) {
    said += 1;
    if (said <= 20) console.log(JSON.stringify({ refused: String(host).slice(0, 255), port, why }));
  }

  /** Whoever made the container said where these are. */
  const declared = hostsIn(attempt(() => fs.readFileSync('/etc/hosts', 'utf8')) || '');

  /** Addresses of a host that may be asked. */
  async function resolve(entry, host) {
    if (net.isIP(host)) return isReachable(host, entry, subnets) ? [host] : [];
    const known = declared.get(host);
    if (known) return known;
    const found = await Promise.allSettled([dns.promises.resolve4(host), dns.promises.resolve6(host)]);
    const all = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (all.length === 0) throw found[0].reason || new Error('it has no address');
    return all.filter((address) => isReachable(address, entry, subnets));
  }

  /** A connection to an allowed host; calls back with an error otherwise. */
  function reach(entry, host, done) {
    resolve(entry, clean(host)).then((good) => {
      if (good.length === 0) {
        refused(host, entry.port, 'address');
        return done(Object.assign(new Error('its address is not one that may be reached'), { code: 'EADDRESS' }));
      }
      const next = (index) => {
        const socket = net.connect({ host: good[index], port: entry.port, allowHalfOpen: true, noDelay: true });
        const timer = setTimeout(() => socket.destroy(new Error('it did not answer')), connectMs);
        const failed = (cause) => {
          clearTimeout(timer);
          if (index + 1 < good.length) next(index + 1);
          else done(cause);
        };
        socket.once('error', failed);
        socket.once('connect', () => {
          clearTimeout(timer);
          socket.removeListener('error', failed);
          done(undefined, socket);
        });
      };
      next(0);
    }, done);
  }

  function join(client, upstream) {
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  }

  /** Reads until a decision is made, then hands all that was read on. */
  function sniff(socket, decide) {
    let held = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(), sniffMs);
    const onEnd = () => socket.destroy();
    const onData = (bytes) => {
      held = Buffer.concat([held, bytes]);
      const decision = decide(held);
      if (!decision && held.length < sniffBytes) return;
      clearTimeout(timer);
      socket.removeListener('data', onData);
      socket.removeListener('end', onEnd);
      socket.pause();
      if (!decision) return void socket.destroy();
      socket.unshift(held);
      decision();
    };
    socket.on('error', () => { clearTimeout(timer); socket.destroy(); });
    socket.on('close', () => clearTimeout(timer));
    socket.on('end', onEnd);
    socket.on('data', onData);
  }

  function toTls(socket, name, port) {
    const entry = name === null ? undefined : find(order.allow, name, port);
    if (!entry) {
      refused(name === null ? '(TLS without a name)' : name, port, 'host');
      return void socket.destroy();
    }
    reach(entry, name, (error, upstream) => {
      if (error) socket.destroy();
      else join(socket, upstream);
    });
  }

  /** TLS by its name, everything else as HTTP. */
  function byName(port) {
    return (socket) => sniff(socket, (held) => {
      if (held[0] !== 0x16) return () => { socket.gantryPort = port; web.emit('connection', socket); socket.resume(); };
      const name = serverNameOf(held);
      return name === undefined ? undefined : () => toTls(socket, name, port);
    });
  }

  const notAllowed = (host, port) =>
    'Gantry: this server may not reach ' + host + ':' + port + '. It may reach: ' +
    order.allow.map((one) => one.host + ':' + one.port).join(', ') + '.\n';

  /** Where a request wants to go: undefined when that cannot be told. */
  function targetOf(request) {
    const port = request.socket.gantryPort;
    try {
      if (/^https?:\/\//i.test(request.url)) {
        const url = new URL(request.url);
        if (url.protocol !== 'http:') return undefined;
        return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80), path: url.pathname + url.search };
      }
      if (port === undefined) return undefined;
      const url = new URL('http://' + request.headers.host);
      return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || port), path: request.url };
    } catch {
      return undefined;
    }
  }

  const hopByHop = new Set(['proxy-connection', 'proxy-authorization', 'proxy-authenticate', 'keep-alive', 'connection', 'te', 'trailer', 'upgrade']);

  function headersOf(request, { keepUpgrade }) {
    const listed = new Set(String(request.headers.connection || '').toLowerCase().split(',').map((one) => one.trim()));
    const kept = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      const name = request.rawHeaders[i].toLowerCase();
      const isUpgrade = keepUpgrade && (name === 'upgrade' || name === 'connection');
      if (isUpgrade || (!hopByHop.has(name) && !listed.has(name))) kept.push(request.rawHeaders[i], request.rawHeaders[i + 1]);
    }
    return kept;
  }

  const web = http.createServer({ headersTimeout: sniffMs, requestTimeout: 0, keepAliveTimeout: 30000 }, (request, response) => {
    const answer = (status, text) => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(text);
    };
    const target = targetOf(request);
    if (!target) return answer(400, 'Gantry: the request does not say where it goes.\n');
    const entry = find(order.allow, target.host, target.port);
    if (!entry) {
      refused(target.host, target.port, 'host');
      return answer(403, notAllowed(target.host, target.port));
    }
    reach(entry, target.host, (error, upstream) => {
      if (error) return answer(502, 'Gantry: ' + target.host + ':' + target.port + ' cannot be reached: ' + (error.code || error.message) + '.\n');
      const forward = http.request({
        method: request.method, path: target.path, headers: headersOf(request, {}), createConnection: () => upstream,
        setHost: false,
      }, (reply) => {
        response.writeHead(reply.statusCode, reply.statusMessage, headersOf(reply, {}));
        reply.pipe(response);
      });
      forward.on('error', () => (response.headersSent ? response.destroy() : answer(502, 'Gantry: the answer broke off.\n')));
      response.on('close', () => forward.destroy());
      request.pipe(forward);
    });
  });

  web.on('upgrade', (request, socket, head) => {
    const target = targetOf(request);
    const entry = target && find(order.allow, target.host, target.port);
    if (!entry) {
      refused(target ? target.host : '?', target ? target.port : 0, 'host');
      return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    }
    reach(entry, target.host, (error, upstream) => {
      if (error) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n');
      const headers = headersOf(request, { keepUpgrade: true });
      let text = request.method + ' ' + target.path + ' HTTP/1.1\r\n';
      for (let i = 0; i < headers.length; i += 2) text += headers[i] + ': ' + headers[i + 1] + '\r\n';
      upstream.write(text + '\r\n', 'latin1');
      if (head.length > 0) upstream.write(head);
      join(socket, upstream);
    });
  });

  web.on('connect', (request, socket, head) => {
    const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(request.url);
    const host = match ? clean(match[1].replace(/^\[|\]$/g, '')) : '?';
    const port = match ? Number(match[2]) : 0;
    const entry = match && find(order.allow, host, port);
    if (!entry) {
      refused(host, port, 'host');
      const body = notAllowed(host, port);
      return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ' +
        Buffer.byteLength(body) + '\r\n\r\n' + body);
    }
    reach(entry, host, (error, upstream) => {
      if (error) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n');
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) socket.unshift(head);
      if (entry.protocol === 'tcp') return join(socket, upstream);
      // Who may speak to this host may not name another one inside.
      sniff(socket, (held) => {
        if (held[0] !== 0x16) return () => join(socket, upstream);
        const name = serverNameOf(held);
        if (name === undefined) return undefined;
        return () => {
          if (name === null || find(order.allow, name, port)) return join(socket, upstream);
          refused(name, port, 'host');
          upstream.destroy();
          socket.destroy();
        };
      });
    });
  });
  web.on('clientError', (error, socket) => socket.destroy());

  const names = dgram.createSocket('udp4');
  names.on('message', (query, from) => {
    const question = questionOf(query);
    if (!question) return;
    const isAllowed = order.allow.some((one) => means(one.host, question.name));
    if (order.tellNames) console.log(JSON.stringify({ lookup: question.name.slice(0, 253), allowed: isAllowed }));
    if (!isAllowed && question.name !== '') refused(question.name, 53, 'name');
    const address = isAllowed ? order.elsewhere[question.name] || inner.address : undefined;
    names.send(answerTo(query, question, address), from.port, from.address, () => undefined);
  });
  names.on('error', () => undefined);

  const servers = [];
  const listen = (port, onSocket) => new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, onSocket);
    server.maxConnections = 512;
    server.once('error', reject);
    server.listen(port, inner.address, () => resolve());
    servers.push(server);
  });
  const proxied = (socket) => { web.emit('connection', socket); };
  const raw = ({ host, port }) => (socket) => {
    socket.on('error', () => socket.destroy());
    reach({ host, port, protocol: 'tcp' }, host, (error, upstream) => {
      if (error) socket.destroy();
      else join(socket, upstream);
    });
  };
  const bind = new Promise((resolve, reject) => {
    names.once('error', reject);
    names.bind(53, inner.address, () => resolve());
  });
  Promise.all([
    bind,
    listen(order.proxyPort, proxied),
    ...order.named.map((port) => listen(port, byName(port))),
    ...order.raw.map((one) => listen(one.port, raw(one))),
  ]).then(
    () => console.log('ready'),
    (error) => { console.log('failed ' + error.message); process.exit(1); },
  );
  for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => process.exit(0));
  process.on('uncaughtException', (error) => console.log(JSON.stringify({ error: String(error && error.message).slice(0, 300) })));
}

if (process.env.EGRESS) main(JSON.parse(process.env.EGRESS));
else module.exports = { answerTo, find, hostsIn, isReachable, means, outwardOf, questionOf, serverNameOf };
`;
