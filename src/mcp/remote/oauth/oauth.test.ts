import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createManualClock } from '#testing';
import { fetchThrough } from '../fetch-through.ts';
import { startRemoteServer, type RemoteServerOptions } from '../testing/remote-server.ts';
import { connected, launchOf, remoteWorld, type WorldOptions } from '../testing/remote-world.ts';
import { authorize, type AuthorizeOptions } from './authorize.ts';
import { revoke } from './revoke.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

async function start(server: RemoteServerOptions = {}, options: WorldOptions = {}) {
  const remote = await startRemoteServer({ protected: true, ...server });
  const world = remoteWorld(options);
  open.push(remote, world);
  const fetchFn = fetchThrough({ http: world.http, ledFrom: undefined, maxBytes: 1e6 });
  return { remote, world, fetchFn };
}

/** What a person's browser does: it follows the addresses it is sent to. */
async function browse(url: URL): Promise<string> {
  const response = await fetch(url);
  return await response.text();
}

type Started = Awaited<ReturnType<typeof start>>;

async function authorized({ remote, world, fetchFn }: Started, more: Partial<AuthorizeOptions> = {}): Promise<void> {
  await authorize({
    launch: launchOf(remote.url),
    vault: world.vault,
    fetchFn,
    clock: systemClock,
    registered: undefined,
    scopes: [],
    port: 0,
    texts: { title: 'Gantry', done: 'Done.', failed: 'Failed.' },
    show: async (url) => void (await browse(url)),
    signal: new AbortController().signal,
    ...more,
  });
}

async function toolsOf({ world, remote }: Pick<Started, 'world' | 'remote'>): Promise<number> {
  const { connection, ask, initialize } = await connected(world.transport, launchOf(remote.url));
  await initialize();
  const { result } = await ask('tools/list');
  await connection.close();
  return ((result?.['tools'] ?? []) as unknown[]).length;
}

describe('authorizing a remote MCP server', () => {
  it('is asked for by name where it was not done', async () => {
    const { world, remote } = await start();
    const { ask, closed } = await connected(world.transport, launchOf(remote.url));
    void ask('initialize');
    expect(await closed).toMatchObject({ code: 'mcp.oauth_required', params: { server: 'far' } });
    expect(remote.issued.registrations).toBe(0);
  });

  it('finds the authorization server, registers, and keeps tokens that work', async () => {
    const started = await start();
    await authorized(started);
    expect(await toolsOf(started)).toBe(2);
    expect(started.remote.issued.registrations).toBe(1);
    expect([...started.world.secrets.kept.keys()].toSorted()).toEqual([
      'docker/mcp/oauth-dcr/far',
      'docker/mcp/oauth/far',
    ]);
  });

  it('again needs no new registration', async () => {
    const started = await start();
    await authorized(started);
    await authorized(started);
    expect(started.remote.issued.registrations).toBe(1);
  });

  it('asks for the scopes of the catalogue and of the person', async () => {
    const started = await start();
    const asked: (string | null)[] = [];
    const launch = launchOf(started.remote.url, { oauth: { providers: [], scopes: ['read'] } });
    const show: AuthorizeOptions['show'] = async (url) => {
      asked.push(
        url.searchParams.get('scope'),
        url.searchParams.get('code_challenge_method'),
        url.searchParams.get('resource'),
      );
      await browse(url);
    };
    await authorized(started, { launch, scopes: ['write'], show });
    expect(asked).toEqual(['read write', 'S256', started.remote.url]);
  });

  it('works with a client that somebody registered by hand', async () => {
    const redirectUrl = `http://127.0.0.1:${await freePort()}/callback`;
    const registered = { clientId: 'mine', clientSecret: 'kept', redirectUrl };
    const client = { client_id: 'mine', client_secret: 'kept', redirect_uris: [redirectUrl] };
    const started = await start({ clients: [client] }, { registered: async () => registered });
    await authorized(started, { registered });
    expect(await toolsOf(started)).toBe(2);
    started.remote.expireTokens();
    expect(await toolsOf(started)).toBe(2);
    expect(started.remote.issued).toMatchObject({ registrations: 0, refreshes: 1 });
  });

  it('takes the address from a browser on another machine', async () => {
    const started = await start();
    const show: AuthorizeOptions['show'] = async (url, paste) => {
      const { headers } = await fetch(url, { redirect: 'manual' });
      expect(() => paste('http://127.0.0.1/callback?code=1&state=stolen')).toThrow(/not the address/);
      paste(headers.get('location') ?? '');
    };
    await authorized(started, { show });
    expect(await toolsOf(started)).toBe(2);
  });

  it('does not take what comes with another state', async () => {
    const started = await start();
    const answers: string[] = [];
    const show: AuthorizeOptions['show'] = async (url) => {
      const callback = new URL(url.searchParams.get('redirect_uri') ?? '');
      callback.search = 'code=attacker&state=guessed';
      answers.push(await browse(callback));
      await browse(url);
    };
    await authorized(started, { show });
    expect(answers[0]).toContain('Failed.');
    expect(await toolsOf(started)).toBe(2);
  });

  it('that is refused says what the authorization server said, without its control characters', async () => {
    const started = await start();
    const show: AuthorizeOptions['show'] = async (url) => {
      const callback = new URL(url.searchParams.get('redirect_uri') ?? '');
      const state = url.searchParams.get('state') ?? '';
      callback.search = new URLSearchParams({
        error: 'access_denied',
        error_description: 'no\u001b[31m',
        state,
      }).toString();
      await browse(callback);
    };
    const failing = authorized(started, { show });
    await expect(failing).rejects.toMatchObject({
      code: 'mcp.server_failed',
      params: { detail: 'access_denied: no [31m' },
    });
  });

  it('that nobody answers ends', async () => {
    const started = await start();
    const clock = createManualClock();
    const waiting = authorized(started, { clock, show: () => queueMicrotask(() => clock.advance(300_000)) });
    await expect(waiting).rejects.toMatchObject({ code: 'mcp.oauth_required' });
  });

  it('is renewed when the token is refused, once for all who were refused with it', async () => {
    const started = await start();
    await authorized(started);
    started.remote.expireTokens();
    expect(await Promise.all([toolsOf(started), toolsOf(started), toolsOf(started)])).toEqual([2, 2, 2]);
    expect(started.remote.issued.refreshes).toBe(1);
  });

  it('is renewed before the token runs out', async () => {
    const started = await start({ expiresIn: 5 });
    await authorized(started);
    const before = started.remote.seen.filter(({ path }) => path === '/token').length;
    await toolsOf(started);
    expect(started.remote.seen.filter(({ path }) => path === '/token').length).toBeGreaterThan(before);
  });

  it('never sends tokens of one address to another', async () => {
    const started = await start();
    await authorized(started);
    const other = await startRemoteServer();
    open.push(other);
    expect(await toolsOf({ world: started.world, remote: other })).toBe(2);
    expect(other.seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  it('is taken back at the authorization server too', async () => {
    const started = await start();
    await authorized(started);
    const { world, fetchFn, remote } = started;
    const options = { server: 'far', vault: world.vault, fetchFn, registered: undefined };
    expect(await revoke(options)).toBe('revoked');
    expect(remote.issued.access.size + remote.issued.refresh.size).toBe(0);
    expect(await revoke(options)).toBe('nothing');
  });

  it('is forgotten here where the authorization server cannot be told', async () => {
    const started = await start();
    await authorized(started);
    await started.remote[Symbol.asyncDispose]();
    const { world, fetchFn } = started;
    expect(await revoke({ server: 'far', vault: world.vault, fetchFn, registered: undefined })).toBe('forgotten');
    expect(await world.vault.tokens('far')).toBeUndefined();
  });

  it('that is kept in pieces is an error that tells nothing of it', async () => {
    const { world } = await start();
    world.secrets.kept.set('docker/mcp/oauth/far', '{"access_token":"s3cret"');
    await expect(world.vault.tokens('far')).rejects.toMatchObject({ code: 'secret.unavailable' });
    await expect(world.vault.tokens('far')).rejects.not.toThrow(/s3cret/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
