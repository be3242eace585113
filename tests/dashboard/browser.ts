import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';

export interface OpenOptions extends BrowserContextOptions {
  /** Address of the daemon. */
  readonly url: string;
  /** Below `/dashboard/`. */
  readonly path?: string;
  /** Console errors that the journey provokes. */
  readonly expected?: readonly RegExp[];
}

export interface DashboardBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** Opens a page in a context of its own. When it is disposed, console errors and violations of the CSP fail the test. */
  open(options: OpenOptions): Promise<OpenDashboard>;
}

export interface OpenDashboard extends AsyncDisposable {
  readonly page: Page;
  /** Another page of the same browser profile. */
  secondTab(path?: string): Promise<Page>;
}

const networkChanged = 'net::ERR_NETWORK_CHANGED';

/** Starts the distribution's Chromium. */
export async function startBrowser(): Promise<DashboardBrowser> {
  const browser = await chromium.launch({
    executablePath: process.env['GANTRY_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    // Names of other sites, which lead to this machine as a name of an attacker does.
    args: ['--host-resolver-rules=MAP *.example 127.0.0.1', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  return {
    browser,
    async open({ url, path = '', expected = [], ...context }) {
      const profile = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...context });
      profile.setDefaultTimeout(60_000);
      const problems: string[] = [];
      const watch = (page: Page): void => {
        page.on('console', (message) => {
          const text = `${message.text()} (${message.location().url})`;
          const isExpected = text.includes(networkChanged) || expected.some((one) => one.test(text));
          if (message.type() === 'error' && !isExpected) problems.push(text);
        });
        page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
      };
      const tab = async (where: string): Promise<Page> => {
        const page = await profile.newPage();
        watch(page);
        await openWhole(page, `${url}/dashboard/${where}`);
        return page;
      };
      const page = await tab(path);
      return {
        page,
        secondTab: (where = path) => tab(where),
        async [Symbol.asyncDispose]() {
          await profile.close();
          if (problems.length > 0) throw new Error(`The browser reported errors:\n${problems.join('\n')}`);
        },
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/**
 * Chromium breaks off what it loads whenever an interface of the machine comes or goes, and each container's does. There is no switch
 * against it, so a page that lost a part of itself is loaded again; what it asks the daemon for it asks again itself.
 */
async function openWhole(page: Page, address: string): Promise<void> {
  let isWhole = false;
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === networkChanged && request.url().includes('/dashboard/')) isWhole = false;
  });
  for (let loads = 0; !isWhole && loads < 10; loads += 1) {
    isWhole = true;
    await page.goto(address).catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.includes(networkChanged)) throw error;
      isWhole = false;
    });
  }
}

/** No serious or critical finding of axe-core on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated by the debugger, so the page's policy for scripts does not hold for it.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    // A colour on its way to another has a contrast that nobody sees for long.
    const moving = (): readonly Animation[] =>
      document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    for (let all = moving(); all.length > 0; all = moving()) await Promise.allSettled(all.map((one) => one.finished));
    // oxlint-disable-next-line typescript/no-explicit-any -- what the line above put there
    const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, impact, help, nodes }: axe.Result) => ({
      id,
      impact,
      help,
      nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 300)} ${failureSummary ?? ''}`),
    }));
  });
  const grave = (found as { id: string; impact: string; help: string; nodes: string[] }[]).filter(({ impact }) =>
    ['serious', 'critical'].includes(impact),
  );
  if (grave.length > 0) throw new Error(`axe-core: ${JSON.stringify(grave, null, 2)}`);
}

/** Nothing of a stranger's text ran, and no terminal code or mark of direction is on the page. */
export async function expectInert(page: Page): Promise<void> {
  if ((await page.evaluate('globalThis.hacked')) !== undefined) throw new Error('A text of a stranger ran.');
  const text = await page.locator('body').innerText();
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  const found = /[\u001B\u202A-\u202E\u2066-\u2069]/.exec(text);
  if (found) throw new Error(`U+${found[0].charCodeAt(0).toString(16)} is on the page.`);
  if (text.length > 200_000) throw new Error(`The page has ${text.length} characters.`);
}

/** Goes on by Tab until something has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const isThere = (): Promise<boolean> => wanted.evaluate((element) => element === document.activeElement);
  for (let steps = 0; !(await isThere()); steps += 1) {
    if (steps > 100) throw new Error('It cannot be reached by Tab.');
    await page.keyboard.press('Tab');
  }
}
