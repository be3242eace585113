import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { gantry } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

let daemon: TestDaemon;
let browser: DashboardBrowser;
beforeAll(async () => {
  [daemon, browser] = await Promise.all([startTestDaemon(), startBrowser()]);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await daemon?.stop();
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
  let other: Server;
  let origin: string;
  beforeAll(async () => {
    other = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><title>other</title><iframe src="${daemon.url}/dashboard/"></iframe>`);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  });
  afterAll(() => other.close());

  it('of this machine can neither read nor act, nor show ours', async () => {
    const context = await browser.browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(origin);
      const tried = await page.evaluate(async (url) => {
        const ask = async (path: string, init?: RequestInit): Promise<string> => {
          try {
            const answer = await fetch(`${url}${path}`, init);
            return `${answer.status}`;
          } catch {
            return 'refused';
          }
        };
        const headers = { 'content-type': 'application/json', 'x-gantry-client': 'dashboard' };
        const body = JSON.stringify([{ path: 'log.maxFiles', value: 9 }]);
        return {
          settings: await ask('/gantry/settings'),
          change: await ask('/gantry/settings', { method: 'PATCH', headers, body }),
          form: await ask('/gantry/stop', { method: 'POST', mode: 'no-cors' }),
          logs: await ask('/logs'),
          remove: await ask('/models/purge', { method: 'DELETE' }),
        };
      }, daemon.url);
      expect(tried.settings).toMatch(/403|refused/);
      expect(tried.change).toMatch(/403|refused/);
      expect(tried.logs).toMatch(/403|refused/);
      expect(tried.remove).toMatch(/403|refused/);
      const framed = page.frames().find((frame) => frame !== page.mainFrame());
      expect(await framed?.title()).not.toContain('Gantry');
    } finally {
      await context.close();
    }
    const settings = await gantry(daemon.home, ['settings', 'get', 'log.maxFiles', '--json']);
    expect(settings.stdout).not.toContain('9');
    expect((await fetch(`${daemon.url}/gantry/status`)).status).toBe(200);
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
