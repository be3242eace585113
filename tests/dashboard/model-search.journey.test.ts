import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, startTestDaemon, type TestDaemon, type TestServer } from '#testing';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';
import { hubOf } from './hub.ts';

describe('models elsewhere, in the dashboard', () => {
  let hub: TestServer;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;

  beforeAll(async () => {
    hub = await serve(hubOf('org/Tiny-GGUF'));
    const env = { HF_ENDPOINT: hub.url, GANTRY_HUB_ENDPOINT: hub.url };
    [daemon, browser] = await Promise.all([startTestDaemon({ env }), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await hub?.[Symbol.asyncDispose]();
  });
  it('are found elsewhere, with their variants and a description that is inert', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'models/search',
      colorScheme: 'dark',
      expected: [/404.*models\/create/],
    });
    const { page } = dashboard;
    await page.getByLabel('Search Docker Hub and Hugging Face').fill('tiny');
    await page.keyboard.press('Enter');
    // Docker Hub is not there: what else was found is shown, and why there is no more.
    await page.getByText('Docker Hub could not be asked.').waitFor();
    await page.getByText('gantry search tiny', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pull hf.co/org/Tiny-GGUF' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('row', { name: /Q4_K_M.*40 MiB/ }).waitFor();
    await dialog.getByRole('row', { name: /Q8_0.*80 MiB/ }).waitFor();
    const card = dialog.getByRole('region', { name: 'Description' });
    await card.getByText('Tiny model').waitFor();
    await card.getByText('red⟨202E⟩ turned').waitFor();
    expect(await card.locator('script, img, iframe, a[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    await expectAccessible(page);
    // The files themselves are not there: the pull says so.
    await dialog.getByRole('button', { name: 'Pull hf.co/org/Tiny-GGUF:Q8_0' }).click();
    const transfers = page.getByRole('region', { name: 'On its way' });
    await transfers.getByText('Pull hf.co/org/Tiny-GGUF:Q8_0').waitFor();
    await transfers.getByRole('button', { name: 'Close' }).waitFor();
    await transfers.getByText(/Tiny-GGUF.*(404|not|no)/).waitFor();
    await expectAccessible(page);
  });
});
