import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForeignPages extends AsyncDisposable {
  readonly port: number;
  /** Of the page, by a name that leads to this machine. */
  at(name: string): string;
  /** What was asked of it. */
  asked(): readonly string[];
}

/** A server of somebody else on this machine: an empty page at every address. */
export async function serveForeignPages(): Promise<ForeignPages> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const type = request.url?.endsWith('.js') === true ? 'text/javascript' : 'text/html';
    response
      .writeHead(200, { 'content-type': type })
      .end(type === 'text/html' ? '<!doctype html><title>other</title>' : '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked: () => asked,
    at: (name) => `http://${name}:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Attack {
  /** Address of the daemon, as the page writes it. */
  readonly url: string;
  /** Of a container that runs. */
  readonly container: string;
  /** A file of the dashboard. */
  readonly script: string;
}

/** What a browser told the page of each attempt; what got nothing is `refused`. */
export type Outcome = Readonly<Record<string, string>>;

/** Runs in the page: everything by which a page can reach a server without being its own. */
export async function attack({ url, container, script }: Attack): Promise<Outcome> {
  const outcome: Record<string, string> = {};
  const tell = (name: string, work: Promise<string>): Promise<void> =>
    work.then(
      (said) => void (outcome[name] = said),
      () => void (outcome[name] = 'refused'),
    );
  const ask = async (path: string, init: RequestInit = {}): Promise<string> => {
    const answer = await fetch(`${url}${path}`, init);
    return answer.type === 'opaque' ? 'refused' : `${answer.status} ${(await answer.text()).slice(0, 200)}`;
  };
  const own = { 'content-type': 'application/json', 'x-gantry-client': 'dashboard' };
  const at = `/gantry/containers/${container}`;
  const change = JSON.stringify([{ path: 'log.maxFiles', value: 9 }]);
  const initialize = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  });

  const reads = ['settings', 'keys', 'containers', 'mcp/profiles', 'mcp/secrets', 'assistant/sessions', 'status'];
  const fetched = [
    ...reads.map((name) => tell(`read ${name}`, ask(`/gantry/${name}`))),
    tell('read logs', ask('/logs')),
    tell('read requests', ask('/engines/requests')),
    tell('read simply', ask('/gantry/settings', { mode: 'no-cors' })),
    tell('read with cookies', ask('/gantry/settings', { credentials: 'include' })),
    // Simple requests are sent without asking; preflighted ones ask first.
    tell('stop simply', ask('/gantry/stop', { method: 'POST', mode: 'no-cors' })),
    tell('change simply', ask('/gantry/settings', { method: 'POST', mode: 'no-cors', body: change })),
    tell('end the container simply', ask(`${at}/kill`, { method: 'POST', mode: 'no-cors' })),
    tell('change', ask('/gantry/settings', { method: 'PATCH', headers: own, body: change })),
    tell('end the container', ask(`${at}/kill`, { method: 'POST', headers: own })),
    tell('remove models', ask('/models/purge', { method: 'DELETE', headers: own })),
    tell(
      'make a key',
      ask('/gantry/keys', { method: 'POST', headers: own, body: '{"name":"theirs","scopes":["admin"]}' }),
    ),
    tell('open a terminal', ask(`${at}/terminal`, { method: 'POST', headers: own, body: '{"columns":80,"rows":24}' })),
    tell('use tools', ask('/mcp', { method: 'POST', headers: own, body: initialize })),
  ];

  const settled = (element: HTMLElement): Promise<string> =>
    new Promise((resolve, reject) => {
      element.addEventListener('load', () => resolve('loaded'));
      element.addEventListener('error', reject);
      (document.body ?? document.documentElement).append(element);
    });
  const element = <Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    fields: Partial<HTMLElementTagNameMap[Name]>,
  ): HTMLElementTagNameMap[Name] => Object.assign(document.createElement(name), fields);
  const loaded = [
    tell('picture', settled(element('img', { src: `${url}/gantry/settings` }))),
    tell('script', settled(element('script', { src: `${url}/gantry/settings` }))),
    tell('script of the page', settled(element('script', { src: `${url}${script}` }))),
    tell('script of models', settled(element('script', { src: `${url}/models` }))),
    tell('module', settled(element('script', { type: 'module', src: `${url}/v1/models?module` }))),
    tell('style', settled(element('link', { rel: 'stylesheet', href: `${url}/logs` }))),
  ];

  const opened = (source: EventSource | WebSocket): Promise<string> =>
    new Promise<string>((resolve, reject) => {
      source.addEventListener('open', () => resolve('open'));
      source.addEventListener('error', reject);
    }).finally(() => source.close());
  const streams = [
    ...['/gantry/docker/events', '/gantry/mcp/events', '/sse', '/engines/requests'].map((path) =>
      tell(`events ${path}`, opened(new EventSource(`${url}${path}`))),
    ),
    ...[`${at}/terminal`, '/mcp', '/gantry/docker/events'].map((path) =>
      tell(`socket ${path}`, opened(new WebSocket(`${url.replace(/^http/, 'ws')}${path}`))),
    ),
  ];

  const post = async (path: string): Promise<string> => {
    const name = `frame${Math.random()}`;
    const frame = element('iframe', { name });
    const form = element('form', { method: 'post', action: `${url}${path}`, target: name, enctype: 'text/plain' });
    form.append(element('input', { name: '{"a":"', value: '"}' }));
    document.documentElement.append(frame, form);
    const answered = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    form.submit();
    await answered;
    return frame.contentDocument?.body.textContent || 'refused';
  };
  const inside = async (): Promise<string> => {
    const frame = element('iframe', { src: `${url}/dashboard/` });
    await settled(frame);
    return frame.contentDocument?.title || 'refused';
  };
  const others = [
    tell('form', post('/gantry/stop')),
    tell('form for the container', post(`${at}/kill`)),
    tell('frame', inside()),
    tell(
      'service worker',
      (async () => {
        const { scope } = await navigator.serviceWorker.register('/worker.js', { scope: `${url}/` });
        return scope;
      })(),
    ),
  ];
  for (const path of ['/gantry/stop', `${at}/kill`]) navigator.sendBeacon(`${url}${path}`, 'text');
  await Promise.all([...fetched, ...loaded, ...streams, ...others]);
  return outcome;
}
