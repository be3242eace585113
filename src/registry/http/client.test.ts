import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type LookupFunction, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createHttpClient, type AddressScope, type HttpClientOptions } from '#registry';
import { createManualClock, serve, testCertificate, type TestServer } from '#testing';

const signal = new AbortController().signal;

function client(options: Partial<HttpClientOptions> = {}) {
  return createHttpClient({ env: {}, clock: systemClock, ...options });
}

/** Resolves every name to the address the test gives it. */
function names(table: Record<string, string>): LookupFunction {
  return (hostname, options, callback) => {
    const address = table[hostname];
    if (address === undefined) callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), '');
    else if (options.all) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  };
}

async function text(
  http: ReturnType<typeof client>,
  url: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await http.request(url, { signal, headers });
  return Buffer.from(await response.bytes(1e6)).toString();
}

async function listening(server: Server): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('the HTTP client', () => {
  it('returns any status as a result', async () => {
    await using http = client();
    await using server = await serve((_request, response) =>
      response.writeHead(418, { 'x-a': ['1', '2'] }).end('{"a":1}'),
    );
    const response = await http.request(server.url, { signal });
    expect(response).toMatchObject({ status: 418, url: `${server.url}/`, scope: 'loopback' });
    expect(response.headers['x-a']).toBe('1, 2');
    expect(await response.json(100)).toEqual({ a: 1 });
  });

  it('refuses a body that is larger than asked for or not JSON', async () => {
    await using http = client();
    await using server = await serve((_request, response) => response.end('x'.repeat(101)));
    const ask = () => http.request(server.url, { signal });
    await expect((await ask()).bytes(100)).rejects.toMatchObject({ code: 'source.invalid_response' });
    await expect((await ask()).json(1000)).rejects.toMatchObject({ code: 'source.invalid_response' });
  });

  it('uploads what a stream gives and turns a name and password in the address into a header', async () => {
    await using http = client();
    await using server = await serve((request, response) => {
      request.toArray().then(
        (parts) => response.end(`${request.headers.authorization} ${Buffer.concat(parts).toString()}`),
        () => response.destroy(),
      );
    });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    }
    const response = await http.request(server.url.replace('http://', 'http://u:p%40@'), {
      signal,
      method: 'PUT',
      body: body(),
    });
    expect(Buffer.from(await response.bytes(100)).toString()).toBe(
      `Basic ${Buffer.from('u:p@').toString('base64')} one two`,
    );
  });

  it('says why a host cannot be reached', async () => {
    await using http = client({ lookup: names({}) });
    await using gone = await serve(() => undefined);
    await gone[Symbol.asyncDispose]();
    const reason = (url: string) => http.request(url, { signal }).then(undefined, (error: unknown) => error);
    expect(await reason(gone.url)).toMatchObject({ code: 'source.unreachable', params: { reason: 'refused' } });
    expect(await reason('https://nowhere.example/')).toMatchObject({
      code: 'source.unreachable',
      params: { reason: 'dns', host: 'nowhere.example' },
    });
    expect(await reason('not a url')).toMatchObject({ code: 'source.invalid_response' });
  });

  it('gives up connecting after its limit over name resolution and all addresses together', async () => {
    const clock = createManualClock();
    await using http = client({ clock, lookup: () => clock.advance(8000) });
    await expect(http.request('https://silent.example/', { signal })).rejects.toMatchObject({
      code: 'source.unreachable',
      params: { reason: 'timeout', host: 'silent.example' },
    });
    expect(clock.monotonic()).toBe(8000);
  });

  it('gives up on an answer that does not begin, and on a body that stops', async () => {
    const clock = createManualClock();
    await using http = client({ clock });
    await using silent = await serve(() => clock.advance(30_000));
    await expect(http.request(silent.url, { signal })).rejects.toMatchObject({
      code: 'source.stalled',
      params: { seconds: 30 },
    });
    await using stuck = await serve(
      (_request, response) => void response.writeHead(200, { 'content-length': 9 }).write('half'),
    );
    const response = await http.request(stuck.url, { signal });
    const parts: string[] = [];
    const reading = (async () => {
      for await (const part of response.body) parts.push(Buffer.from(part).toString());
    })();
    const passing = setInterval(() => clock.advance(10_000), 1);
    await expect(reading).rejects.toMatchObject({ code: 'source.stalled' });
    clearInterval(passing);
    expect(parts).toEqual(['half']);
  });

  it('tells a body that ends early from one that is complete', async () => {
    await using http = client();
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 9 });
      response.write('half', () => response.destroy());
    });
    const response = await http.request(server.url, { signal });
    await expect(response.bytes(100)).rejects.toMatchObject({ code: 'source.truncated' });
  });

  it('does not wait for the rest of an answer nobody wants', async () => {
    const clock = createManualClock();
    await using http = client({ clock });
    await using server = await serve(
      (_request, response) => void response.writeHead(404, { 'content-length': 9 }).write('half'),
    );
    const response = await http.request(server.url, { signal });
    const discarded = response.discard();
    clock.advance(2000);
    await discarded;
    expect(response.status).toBe(404);
  });

  it('stops when the caller aborts, before the header and in the body', async () => {
    await using http = client();
    await using server = await serve((request, response) => {
      if (request.url === '/body') response.writeHead(200, { 'content-length': 9 }).write('half');
      else early.abort();
    });
    const early = new AbortController();
    await expect(http.request(server.url, { signal: early.signal })).rejects.toMatchObject({ code: 'request.aborted' });
    await expect(http.request(server.url, { signal: early.signal })).rejects.toMatchObject({ code: 'request.aborted' });
    const late = new AbortController();
    const response = await http.request(`${server.url}/body`, { signal: late.signal });
    const reading = response.bytes(100);
    late.abort();
    await expect(reading).rejects.toMatchObject({ code: 'request.aborted' });
  });

  it('breaks what is under way when it is closed', async () => {
    const http = client();
    await using server = await serve(() => void http.close());
    await expect(http.request(server.url, { signal })).rejects.toMatchObject({ code: 'source.unreachable' });
  });
});

describe('redirects', () => {
  it('keep the range and drop credentials on another origin', async () => {
    await using http = client();
    await using other = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    await using server = await serve((request, response) => {
      const location = request.url === '/same' ? '/end' : request.url === '/end' ? undefined : `${other.url}/x`;
      if (location === undefined) response.end(JSON.stringify(request.headers));
      else response.writeHead(307, { location }).end();
    });
    const headers = { authorization: 'Bearer secret', cookie: 'a=b', range: 'bytes=5-' };
    const same: unknown = JSON.parse(await text(http, `${server.url}/same`, headers));
    expect(same).toMatchObject(headers);
    const foreign: unknown = JSON.parse(await text(http, `${server.url}/away`, headers));
    expect(foreign).toMatchObject({ range: 'bytes=5-' });
    expect(foreign).not.toHaveProperty('authorization');
    expect(foreign).not.toHaveProperty('cookie');
  });

  it('end after ten, and are left alone when the caller wants to see them', async () => {
    await using http = client();
    await using server = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    await expect(http.request(server.url, { signal })).rejects.toMatchObject({ code: 'source.invalid_response' });
    expect(server.requests).toHaveLength(11);
    expect((await http.request(server.url, { signal, manualRedirect: true })).status).toBe(302);
  });

  it.each(['ftp://x/', 'file:///etc/passwd', 'http://['])('to %s are refused', async (location) => {
    await using http = client();
    await using server = await serve((_request, response) => response.writeHead(302, { location }).end());
    await expect(http.request(server.url, { signal })).rejects.toMatchObject({ code: 'source.invalid_response' });
  });
});

describe('a server on the internet', () => {
  // 127.0.0.1 plays the internet here, and 127.0.0.2 this machine.
  const scopeOf = (address: string): AddressScope => (address === '127.0.0.1' ? 'public' : 'loopback');

  async function publicServer(target: string): Promise<TestServer> {
    return serve((_request, response) => response.writeHead(302, { location: target }).end());
  }

  it.each(['a number', 'a name', 'a name that changes its address'])(
    'cannot lead us to this machine by %s',
    async (way) => {
      await using victim = await serve((_request, response) => response.end('secret'), { host: '127.0.0.2' });
      const target = way === 'a number' ? victim.url : `http://inside.example:${victim.port}/`;
      await using hostile = await publicServer(target);
      let asked = 0;
      const changing: LookupFunction = (hostname, options, callback) => {
        asked += 1;
        names({ 'registry.example': '127.0.0.1', 'inside.example': '127.0.0.2' })(hostname, options, callback);
      };
      await using http = client({ scopeOf, lookup: changing });
      const url = `http://registry.example:${hostile.port}/`;
      await expect(http.request(url, { signal })).rejects.toMatchObject({ code: 'source.not_allowed' });
      expect(victim.connections()).toBe(0);
      expect(asked).toBe(way === 'a number' ? 1 : 2);
    },
  );

  it('may lead us to another one on the internet', async () => {
    await using other = await serve((_request, response) => response.end('fine'));
    await using server = await publicServer(`http://cdn.example:${other.port}/`);
    await using http = client({
      scopeOf,
      lookup: names({ 'registry.example': '127.0.0.1', 'cdn.example': '127.0.0.1' }),
    });
    expect(await text(http, `http://registry.example:${server.port}/`)).toBe('fine');
  });
});

describe('https', () => {
  const secure = () =>
    createTlsServer(testCertificate, (request, response) => response.end(`over tls ${request.headers.host}`));

  it('trusts the certificates of the environment and of the request, and nobody else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-ca-'));
    await writeFile(join(folder, 'ca.pem'), testCertificate.cert);
    await using server = await listening(secure());
    const url = `https://localhost:${server.port}/`;
    await using strict = client();
    await expect(strict.request(url, { signal })).rejects.toMatchObject({
      code: 'source.unreachable',
      params: { reason: 'tls' },
    });
    await using trusting = client({ env: { SSL_CERT_FILE: join(folder, 'ca.pem') } });
    expect(await text(trusting, url)).toContain('over tls');
    for (const tls of [{ ca: testCertificate.cert }, { insecure: true }]) {
      const response = await strict.request(url, { signal, tls });
      expect(response.status).toBe(200);
      await response.discard();
    }
    await expect(strict.request(url, { signal })).rejects.toMatchObject({ code: 'source.unreachable' });
    await using wrong = client({ env: { NODE_EXTRA_CA_CERTS: join(folder, 'none.pem') } });
    await expect(wrong.request(url, { signal })).rejects.toMatchObject({
      code: 'settings.invalid',
      params: { name: 'NODE_EXTRA_CA_CERTS' },
    });
  });

  it('is not given up for http by a redirect, except to this machine', async () => {
    await using plain = await serve((_request, response) => response.end('plain'));
    let location = '';
    await using server = await listening(
      createTlsServer(testCertificate, (_request, response) => response.writeHead(302, { location }).end()),
    );
    await using http = client({ lookup: names({ 'registry.example': '127.0.0.1', 'plain.example': '127.0.0.1' }) });
    const tls = { ca: testCertificate.cert };
    location = `http://plain.example:${plain.port}/`;
    await expect(http.request(`https://registry.example:${server.port}/`, { signal, tls })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
    location = plain.url;
    const response = await http.request(`https://registry.example:${server.port}/`, { signal, tls });
    expect(Buffer.from(await response.bytes(10)).toString()).toBe('plain');
  });
});

describe('a proxy', () => {
  const tunnels = (seen: string[]) => async () => {
    const { createServer: createProxy } = await import('node:http');
    const proxy = createProxy((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      response.end('from the proxy');
    });
    proxy.on('connect', (request, socket: Socket) => {
      seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      if (request.url?.startsWith('forbidden')) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      const upstream = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
    });
    return listening(proxy);
  };

  it('is asked for plain addresses whole, and for a tunnel to secure ones; nothing goes around it', async () => {
    const seen: string[] = [];
    await using proxy = await tunnels(seen)();
    await using origin = await listening(
      createTlsServer(testCertificate, (_request, response) => response.end('origin')),
    );
    const address = `http://user:pa%20ss@127.0.0.1:${proxy.port}`;
    await using http = client({ env: { HTTP_PROXY: address, HTTPS_PROXY: address }, lookup: names({}) });
    const login = `Basic ${Buffer.from('user:pa ss').toString('base64')}`;
    expect(await text(http, 'http://registry.example/v2/?a=b')).toBe('from the proxy');
    const response = await http.request(`https://registry.example:${origin.port}/`, {
      signal,
      tls: { ca: testCertificate.cert },
    });
    expect(Buffer.from(await response.bytes(100)).toString()).toBe('origin');
    expect(response.scope).toBe('public');
    expect(seen).toEqual([
      `GET http://registry.example/v2/?a=b ${login}`,
      `CONNECT registry.example:${origin.port} ${login}`,
    ]);
  });

  it('that refuses is named in the error', async () => {
    const seen: string[] = [];
    await using proxy = await tunnels(seen)();
    await using http = client();
    const request = http.request('https://forbidden.example/', { signal, proxy: `http://127.0.0.1:${proxy.port}` });
    await expect(request).rejects.toMatchObject({
      code: 'source.unreachable',
      params: { reason: 'proxy', host: 'forbidden.example' },
    });
  });

  it('may speak SOCKS5, with a login, and resolves the name itself', async () => {
    const seen: string[] = [];
    await using origin = await serve((_request, response) => response.end('origin'));
    await using proxy = await listening(
      createServer((socket) => {
        const answers = [
          (bytes: Buffer) => socket.write(bytes.includes(2) ? '\u0005\u0002' : '\u0005\u0000'),
          (bytes: Buffer) => {
            seen.push(bytes.subarray(2).toString());
            socket.write('\u0001\u0000');
          },
          (bytes: Buffer) => {
            seen.push(bytes.subarray(5, -2).toString());
            const upstream = connect(bytes.readUInt16BE(bytes.length - 2), '127.0.0.1', () => {
              socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
              socket.pipe(upstream).pipe(socket);
            });
          },
        ];
        socket.on('data', (bytes: Buffer) => answers.shift()?.(bytes));
      }),
    );
    await using http = client({ env: { ALL_PROXY: `socks5h://me:pw@127.0.0.1:${proxy.port}` }, lookup: names({}) });
    expect(await text(http, `http://registry.example:${origin.port}/`)).toBe('origin');
    expect(seen).toEqual(['me\u0002pw', 'registry.example']);
  });
});
