import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { dockerMissing, nodeImage } from '../docker-engine.ts';
import { runCommand } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

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
    await page.getByRole('switch', { name: 'Servers reach only the hosts that their entries allow' }).click();
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
