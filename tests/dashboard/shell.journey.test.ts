import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLogFiles } from '#core';
import { startTestDaemon, type TestDaemon } from '#testing';
import { dockerMissing, nodeImage } from '../docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';
import { attack, serveForeignPages, type Attack, type ForeignPages, type Outcome } from './foreign-page.ts';
import { openGate } from './gate.ts';

let daemon: TestDaemon;
let browser: DashboardBrowser;
/** Of a container, and of a volume of the same name. */
const container = `gantry-shell-${process.pid}`;
let hasEngine = false;
beforeAll(async () => {
  [daemon, browser] = await Promise.all([startTestDaemon(), startBrowser()]);
  if ((await dockerMissing()) !== undefined) return;
  const wait = 'setInterval(() => {}, 1e9)';
  const mount = ['--volume', `${container}:/data`];
  const run = ['docker', 'run', '--detach', '--name', container, ...mount, await nodeImage(), wait];
  expect((await runCommand(run)).code).toBe(0);
  hasEngine = true;
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await daemon?.stop();
  if (!hasEngine) return;
  await runCommand(['docker', 'rm', '--force', container]);
  await runCommand(['docker', 'volume', 'rm', container]);
});

describe('the dashboard', () => {
  it('opens at its overview, in the language of the browser, and names its tab', async () => {
    await using english = await browser.open({ url: daemon.url });
    await english.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(english.page.url()).toBe(`${daemon.url}/dashboard/overview`);
    expect(await english.page.title()).toBe('Overview · Gantry');
    await expectAccessible(english.page);

    await using chinese = await browser.open({ url: daemon.url, locale: 'zh-CN' });
    await chinese.page.getByRole('heading', { level: 1, name: '概览' }).waitFor();
    expect(await chinese.page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await expectAccessible(chinese.page);
  });

  it('is told another language and another theme, and remembers both', async () => {
    await using dashboard = await browser.open({ url: daemon.url });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitemradio', { name: '简体中文' }).click();
    await page.getByRole('heading', { level: 1, name: '概览' }).waitFor();
    await page.getByRole('button', { name: '主题' }).click();
    await page.getByRole('menuitemradio', { name: '深色' }).click();
    await page.locator('html[data-dark]').waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '概览' }).waitFor();
    await page.locator('html[data-dark]').waitFor();
    await expectAccessible(page);
  });

  it('needs no mouse: the palette, its arrows, the way back to the page', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'nowhere' });
    const { page } = dashboard;
    await page.getByText('There is no such page.', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('page');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').pressSequentially('overv');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { level: 1, name: 'Overview' });
    await heading.waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  });

  it.each([
    ['en-GB', 'light'],
    ['zh-CN', 'dark'],
  ] as const)(
    'has every page for everybody, with the command for what it shows: %s, %s',
    async (locale, colorScheme) => {
      await using dashboard = await browser.open({ url: daemon.url, locale, colorScheme });
      const { page } = dashboard;
      const links = page.getByRole('navigation').getByRole('link');
      const names = await links.allTextContents();
      expect(names.length).toBe(9);
      for (const name of names) {
        await links.filter({ hasText: name }).click();
        await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
        await page.getByRole('main').getByRole('note').first().waitFor();
        // Those that say how much are meters; the others are what is still loading.
        await expect
          .poll(() => page.locator('main [role=progressbar]:not([aria-valuenow])').count(), { timeout: 60_000 })
          .toBe(0);
        await expectAccessible(page);
        const commands = await page.getByRole('main').getByRole('note').locator('code').allTextContents();
        expect(commands.join('\n'), name).toMatch(/^(?:gantry|docker) /m);
      }
    },
  );

  it('finds everything that has a name, by keys alone, and leads there', async (context) => {
    if (!hasEngine) return context.skip('no Docker Engine answers');
    await using dashboard = await browser.open({ url: daemon.url });
    const { page } = dashboard;
    const find = async (words: string, option: string | RegExp): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /^Find by name/ }).pressSequentially(words);
      await page.getByRole('option', { name: option, selected: true }).waitFor();
    };
    const at = encodeURIComponent(container);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await find(container, new RegExp(`^${container}\\s*Containers$`));
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/dashboard/containers/${at}`);
    await find(`volumes ${container}`, new RegExp(container));
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/dashboard/volumes?find=${at}`);
    await page.getByRole('table', { name: 'Volumes' }).getByText(container).first().waitFor();
    await find('gantry-test-node', /^gantry-test-node/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/dashboard/images/gantry-test-node*');
  });

  it('says how the machine is, and keeps what was said', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings?find=mcp.blockNetwork' });
    const { page } = dashboard;
    const status = page.getByRole('contentinfo', { name: 'How this machine is' });
    await status.getByText(/^Load: \S+ on \d+ CPUs$/).waitFor();
    await status.getByText(/^RAM: .+ \/ .+$/).waitFor();
    await status.getByText(/^Disk: .+ left$/).waitFor();
    await page.getByRole('button', { name: 'Notices', exact: true }).click();
    const notices = page.getByRole('dialog', { name: 'Notices' });
    await notices.getByText('Nothing was said since this page was opened.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('switch', { name: 'Servers reach only the hosts that their entries allow' }).check();
    await page.getByText('mcp.blockNetwork is changed.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Notices', exact: true }).click();
    await notices.getByRole('listitem').filter({ hasText: 'mcp.blockNetwork is changed.' }).waitFor();
    await expectAccessible(page);
  });

  it('fits a telephone', async () => {
    await using dashboard = await browser.open({ url: daemon.url, viewport: { width: 360, height: 640 } });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Open the list of pages' }).click();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});

describe('what is served', () => {
  it('is a page that runs no script but its own files, and is in no frame', async () => {
    const answer = await fetch(`${daemon.url}/dashboard/containers/abc`);
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    const again = await (await fetch(`${daemon.url}/dashboard/`)).text();
    const nonceOf = (text: string): string | undefined => /nonce="([^"]+)"/.exec(text)?.[1];
    expect(nonceOf(html)).not.toBe(nonceOf(again));
  });

  it('is compressed once, kept for ever, and never read outside its folder', async () => {
    const html = await (await fetch(`${daemon.url}/dashboard/`)).text();
    const script = /src="(\/dashboard\/assets\/main-[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const answer = await fetch(`${daemon.url}${script}`, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const etag = answer.headers.get('etag') ?? '';
    const unchanged = await fetch(`${daemon.url}${script}`, {
      headers: { 'accept-encoding': 'gzip', 'if-none-match': etag },
    });
    expect(unchanged.status).toBe(304);
    for (const name of ['manifest.json', '..%2fmanifest.json', '%2e%2e%2f%2e%2e%2fpackage.json', 'constructor']) {
      const refused = await fetch(`${daemon.url}/dashboard/assets/${name}`);
      expect(await refused.text(), name).not.toContain('"files"');
    }
  });
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

  it('that the settings name may use models, and nothing that manages', async () => {
    const named = foreign.at('friend.example').replace(/\/$/, '');
    const set = await gantry(daemon.home, ['settings', 'set', 'server.origins', JSON.stringify([named])]);
    expect(set.stderr).toBe('');
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
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request(`${daemon.url}/dashboard/`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(403);
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
