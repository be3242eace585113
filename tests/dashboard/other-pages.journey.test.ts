import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLogFiles } from '#core';
import { startTestDaemon, type TestDaemon } from '#testing';
import { dockerMissing, nodeImage } from '../docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from '../harness.ts';
import { startBrowser, type DashboardBrowser } from './browser.ts';
import { attack, serveForeignPages, type Attack, type ForeignPages, type Outcome } from './foreign-page.ts';
import { openGate } from './gate.ts';

let daemon: TestDaemon;
let browser: DashboardBrowser;
const container = `gantry-attacked-${process.pid}`;
let hasEngine = false;
beforeAll(async () => {
  [daemon, browser] = await Promise.all([startTestDaemon(), startBrowser()]);
  if ((await dockerMissing()) !== undefined) return;
  const run = ['docker', 'run', '--detach', '--name', container, await nodeImage(), 'setInterval(() => {}, 1e9)'];
  expect((await runCommand(run)).code).toBe(0);
  hasEngine = true;
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await daemon?.stop();
  if (hasEngine) await runCommand(['docker', 'rm', '--force', container]);
});

describe('other pages', () => {
  let foreign: ForeignPages;
  let script = '';
  beforeAll(async () => {
    foreign = await serveForeignPages();
    const html = await (await fetch(`${daemon.url}/dashboard/`)).text();
    script = /src="(\/dashboard\/assets\/main-[^"]+\.js)"/.exec(html)?.[1] ?? '';
  });
  afterAll(() => foreign?.[Symbol.asyncDispose]());

  /** A page at an address, without any help of ours, for as long as `work` takes. */
  async function visit<T>(address: string, work: (page: Page) => Promise<T>): Promise<T> {
    const context = await browser.browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(address);
      return await work(page);
    } finally {
      await context.close();
    }
  }
  /** Asked by this test, and so that the log tells. */
  const ours = (path: string): Promise<Response> =>
    fetch(`${daemon.url}${path}`, { headers: { 'x-request-id': 'ours' } });
  /** What others asked of the daemon, since there were so many lines. */
  async function asked(since = 0): Promise<readonly { method: string; path: string; status: number }[]> {
    const [file] = (await listLogFiles(join(daemon.home, 'logs'))).filter(({ kind }) => kind === 'daemon');
    const text = file ? await readFile(file.path, 'utf8') : '';
    const requests = text
      .split('\n')
      .filter((line) => line.includes('"request"') && line.endsWith('}') && !line.includes('"ours"'));
    return requests.slice(since).map((line) => JSON.parse(line));
  }
  /** Nothing of this machine is another one than before, and nothing was told. */
  async function expectUntouched(outcome: Outcome, since: number): Promise<void> {
    const isNothing = (said: string): boolean => said === 'refused' || said.endsWith('Host not allowed\n');
    expect(Object.entries(outcome).filter(([, said]) => !isNothing(said))).toEqual([]);
    expect(Object.keys(outcome).length).toBeGreaterThan(30);
    const heard = (await asked(since)).filter(({ path }) => !/^\/dashboard|^\/(?:v1\/)?models$/.test(path));
    const carriedOut = heard.filter(({ method, status }) => method !== 'OPTIONS' && status < 400);
    expect(carriedOut).toEqual([]);
    const settings = (await (await ours('/gantry/settings')).json()) as readonly { key: string; value: unknown }[];
    expect(settings.find(({ key }) => key === 'log.maxFiles')?.value).not.toBe(9);
    expect(await (await ours('/gantry/keys')).text()).not.toContain('theirs');
    if (!hasEngine) return;
    const state = await runCommand(['docker', 'inspect', '--format', '{{.State.Status}}', container]);
    expect(state.stdout.trim()).toBe('running');
  }
  const facts = (): Attack => ({ url: daemon.url, container, script });

  it.each(['127.0.0.1', 'localhost', 'app.localhost', 'evil.example'])(
    'of %s, at another port, can neither read nor act, by any way that browsers have',
    async (name) => {
      const since = (await asked()).length;
      const outcome = await visit(foreign.at(name), (page) => page.evaluate(attack, facts()));
      // All of it came here: a simple request, a form and a beacon, which is sent when nobody waits for it any more.
      const stops = async () => (await asked(since)).filter(({ path }) => path === '/gantry/stop');
      await expect.poll(async () => (await stops()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
      await expectUntouched(outcome, since);
    },
  );

  it('without an origin can neither: in a sandbox, in an address, in a file', async () => {
    await using folder = await temporaryDirectory('page');
    const file = join(folder.path, 'page.html');
    await writeFile(file, '<!doctype html><title>file</title>');
    for (const address of ['data:text/html,<!doctype html><title>x</title>', pathToFileURL(file).href]) {
      const since = (await asked()).length;
      await expectUntouched(await visit(address, (page) => page.evaluate(attack, facts())), since);
    }
    const since = (await asked()).length;
    const sandboxed = await visit(foreign.at('localhost'), async (page) => {
      await page.evaluate(() => {
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts allow-forms');
        frame.srcdoc = '<!doctype html><title>inside</title>';
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        document.body.append(frame);
        return loaded;
      });
      return await page.frames()[1]?.evaluate(attack, facts());
    });
    await expectUntouched(sandboxed ?? {}, since);
  });

  it('whose name leads here by now can neither, although browsers take us for the server that they came from', async () => {
    const target = new URL(daemon.url);
    await using name = await openGate({ port: foreign.port, host: '127.0.0.1' });
    const url = `http://evil.example:${name.port}`;
    const since = (await asked()).length;
    const outcome = await visit(url, async (page) => {
      await name.lead({ port: Number(target.port), host: '127.0.0.1' });
      return await page.evaluate(attack, { ...facts(), url });
    });
    await expectUntouched(outcome, since);
    const opened = await visit(`${url}/dashboard/`, (page) => page.content());
    expect(opened).not.toContain('Gantry');
  });

  it('that the settings name may use models, and nothing that manages', async () => {
    const named = foreign.at('friend.example').replace(/\/$/, '');
    const set = await gantry(daemon.home, ['settings', 'set', 'server.origins', JSON.stringify([named])]);
    expect(set.stderr).toBe('');
    // The log is written a moment later, and what the command asked is no attack.
    for (const wanted of ['PATCH /gantry/settings', 'GET /gantry/status']) {
      const carriedOut = async () => (await asked()).filter(({ status }) => status < 400);
      await expect
        .poll(async () => (await carriedOut()).map(({ method, path }) => `${method} ${path}`), { timeout: 60_000 })
        .toContain(wanted);
    }
    const since = (await asked()).length;
    const { models, outcome } = await visit(foreign.at('friend.example'), async (page) => ({
      models: await page.evaluate(async (url) => (await fetch(`${url}/v1/models`)).status, daemon.url),
      outcome: await page.evaluate(attack, facts()),
    }));
    expect(models).toBe(200);
    // Who is named one by one may use tools as well.
    expect(outcome).toMatchObject({ 'use tools': expect.stringMatching(/^200 /), 'events /sse': 'open' });
    const isManaging = (name: string): boolean => name !== 'use tools' && name !== 'events /sse';
    const managed = Object.entries(outcome).filter(([name]) => isManaging(name));
    expect(managed.filter(([, said]) => said !== 'refused')).toEqual([]);
    const heard = (await asked(since)).filter(({ path }) => path.startsWith('/gantry/'));
    expect(
      heard.filter(({ method, status, path }) => method !== 'OPTIONS' && status < 400 && path !== '/gantry/settings'),
    ).toEqual([]);
  });

  it('with a name that was made to lead here get nothing', async () => {
    const status = await new Promise((resolve) => {
      request(`${daemon.url}/dashboard/`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  // Last: what the page that is opened asks for is logged when that is closed, and would count as the attack of the next.
  it('get no hold of ours by opening it, and ours knows nobody who did', async () => {
    await visit(foreign.at('localhost'), async (page) => {
      const [popup] = await Promise.all([
        page.waitForEvent('popup'),
        page.evaluate((url) => {
          Object.assign(globalThis, { opened: window.open(`${url}/dashboard/`) });
        }, daemon.url),
      ]);
      await popup.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      expect(await popup.evaluate(() => window.opener === null)).toBe(true);
      // To who opened it, it is gone.
      await page.waitForFunction(() => (globalThis as unknown as { opened: Window }).opened.closed);
    });
  });
});

describe('what gets into our page', () => {
  it('runs nothing, loads nothing from elsewhere, and sends nothing there', async () => {
    await using elsewhere = await serveForeignPages();
    const context = await browser.browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${daemon.url}/dashboard/`);
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
      await page.evaluate(async (theirs) => {
        const found = Object.assign(globalThis, { found: new Set<string>() }).found;
        document.addEventListener('securitypolicyviolation', (event) => found.add(event.effectiveDirective));
        const attempt = (work: () => unknown): void => {
          try {
            work();
          } catch {
            // Sinks refuse text by throwing.
            found.add('sink');
          }
        };
        const add = (name: string, fields: Readonly<Record<string, string>>): void =>
          attempt(() => {
            const element = document.createElement(name);
            for (const [key, value] of Object.entries(fields)) element.setAttribute(key, value);
            document.body.append(element);
          });
        const hack = 'globalThis.hacked = true';
        attempt(() => document.body.append(Object.assign(document.createElement('script'), { text: hack })));
        attempt(() => (document.body.innerHTML += `<img src=x onerror="${hack}">`));
        attempt(() => document.body.insertAdjacentHTML('beforeend', `<svg onload="${hack}"></svg>`));
        attempt(() => document.write(`<script>${hack}</script>`));
        attempt(() => setTimeout(hack as unknown as () => void));
        add('iframe', { src: `javascript:parent.hacked = true` });
        add('img', { src: `${theirs}x.png` });
        add('script', { src: `${theirs}x.js` });
        add('link', { rel: 'stylesheet', href: `${theirs}x.css` });
        add('iframe', { src: theirs });
        add('object', { data: theirs });
        add('base', { href: theirs });
        add('style', {});
        attempt(() => {
          const form = Object.assign(document.createElement('form'), { action: theirs, method: 'post' });
          document.body.append(form);
          form.submit();
        });
        attempt(() => void navigator.sendBeacon(theirs, 'x'));
        attempt(() => new WebSocket(theirs.replace('http', 'ws')));
        attempt(() => new EventSource(theirs));
        attempt(() => new Worker(URL.createObjectURL(new Blob([hack]))));
        await fetch(theirs).catch(() => undefined);
      }, elsewhere.at('localhost'));
      const said = ['sink', 'connect-src', 'img-src', 'script-src-elem', 'style-src-elem'];
      // Told one after the other, and each of them has to be.
      await page.waitForFunction((names) => {
        const { found } = globalThis as unknown as { found: Set<string> };
        return names.every((name) => found.has(name));
      }, said);
      expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
      expect(elsewhere.asked()).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
