import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { gantry } from '../harness.ts';
import { expectAccessible, startBrowser, tabTo, type DashboardBrowser } from './browser.ts';
import { startHubs, type Hubs } from './hub.ts';

describe('models elsewhere, in the dashboard', () => {
  let hubs: Hubs;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  const refused = [/status of (401|403|404|429|50\d)/];

  beforeAll(async () => {
    hubs = await startHubs();
    const env = { HF_ENDPOINT: hubs.url, GANTRY_HUB_ENDPOINT: hubs.url };
    [daemon, browser] = await Promise.all([startTestDaemon({ env }), startBrowser()]);
  });
  beforeEach(() => {
    hubs.dockerHub = 'there';
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await hubs?.[Symbol.asyncDispose]();
  });

  it('show what was found while a place does not answer, say which place failed, and ask it again', async () => {
    hubs.dockerHub = 'silent';
    await using dashboard = await browser.open({ url: daemon.url, path: 'models/search', expected: refused });
    const { page } = dashboard;
    await page.getByLabel('Search Docker Hub and Hugging Face').fill('tiny');
    await page.keyboard.press('Enter');
    await page.getByText('Asking Docker Hub…').waitFor();
    const found = page.getByRole('row', { name: /hf\.co\/org\/Tiny-GGUF/ });
    // What a stranger calls a licence is text, and the command line has the same.
    await found.getByRole('cell', { name: '<i>mit</i>', exact: true }).waitFor();
    const listed = await gantry(daemon.home, ['search', '--source', 'hf', '--json', 'tiny']);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ Name: 'hf.co/org/Tiny-GGUF', License: '<i>mit</i>' }]);
    await page.getByText('Asking Docker Hub…').waitFor();
    await page.getByText('gantry search tiny', { exact: true }).waitFor();
    await expectAccessible(page);

    hubs.dockerHub = 'refuses';
    await page.goto(`${daemon.url}/dashboard/models/search?q=tiny%20model`);
    await page.getByText(/^Docker Hub could not be asked\./).waitFor();
    await page.getByRole('button', { name: 'Pull hf.co/org/Tiny-GGUF' }).waitFor();
    hubs.dockerHub = 'there';
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /ai\/tiny/ }).waitFor();
    await page.getByText(/^Docker Hub could not be asked\./).waitFor({ state: 'detached' });
  });

  it('of Docker Hub have a description, pulls, stars, tags with sizes, and a text of their publisher that is inert', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'models/search?q=tiny&source=dockerhub',
      locale: 'zh-CN',
      colorScheme: 'dark',
    });
    const { page } = dashboard;
    const row = page.getByRole('row', { name: /ai\/tiny/ });
    await row.getByText('A <b>tiny</b> model⟨202E⟩ of Docker').waitFor();
    await row.getByRole('cell', { name: '54,321', exact: true }).waitFor();
    await row.getByRole('cell', { name: '98', exact: true }).waitFor();
    const link = row.getByRole('link', { name: '在 Docker Hub 查看 ai/tiny' });
    expect(await link.getAttribute('href')).toBe('https://hub.docker.com/r/ai/tiny');
    expect(await page.getByRole('row', { name: /ai\/other/ }).count()).toBe(0);
    await expectAccessible(page);
    await row.getByRole('button', { name: '拉取 ai/tiny' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('row', { name: /360M-Q4_K_M.*257\.49 MiB/ }).waitFor();
    await dialog.getByRole('row', { name: /135M-F16.*258\.45 MiB/ }).waitFor();
    await dialog.getByText('license: mit').waitFor();
    await dialog.getByText('gantry pull ai/tiny', { exact: true }).waitFor();
    expect(await dialog.locator('script, img, iframe, a[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    await expectAccessible(page);
  });

  it('are searched, chosen among their variants and pulled by keys; what is on its way is seen everywhere, cancelled, and taken up again', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models/search' });
    const { page } = dashboard;
    const { keyboard } = page;
    await tabTo(page, page.getByLabel('Search Docker Hub and Hugging Face'));
    await keyboard.type('tiny');
    await keyboard.press('Enter');
    const pull = page.getByRole('button', { name: 'Pull hf.co/org/Tiny-GGUF' });
    await pull.waitFor();
    await tabTo(page, pull);
    await keyboard.press('Enter');
    const chosen = page.getByRole('dialog').getByRole('button', { name: 'Pull hf.co/org/Tiny-GGUF:Q4_K_M' });
    await chosen.waitFor();
    hubs.hold();
    await tabTo(page, chosen);
    await keyboard.press('Enter');
    const transfers = page.getByRole('region', { name: 'On its way' });
    const onItsWay = /^[\d.]+ MiB \/ 16(\.\d+)? MiB · \d+ %/;
    await transfers.getByText(onItsWay).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectAccessible(page);

    const second = await dashboard.secondTab('settings');
    const seen = second.getByRole('region', { name: 'On its way' });
    await seen.getByText(onItsWay).waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await transfers.getByText(onItsWay).waitFor();

    const said = 'Cancelled. What has arrived is kept: pulling it again goes on from there.';
    await seen.getByRole('button', { name: 'Cancel' }).click();
    await transfers.getByText(said).waitFor();
    await seen.getByText(said).waitFor();
    hubs.release();
    await transfers.getByRole('button', { name: 'Close' }).click();
    await page.goto(`${daemon.url}/dashboard/models`);
    await page.getByLabel(/Pull by name/).fill('hf.co/org/Tiny-GGUF:Q4_K_M');
    await keyboard.press('Enter');
    await transfers.getByText('Model pulled successfully').waitFor();
    await page.getByRole('link', { name: 'huggingface.co/org/tiny-gguf:Q4_K_M', exact: true }).waitFor();
    // Only what was missing was asked for again.
    expect(hubs.ranges().at(-1)).toMatch(/^bytes=[1-9]\d{6}/);
  });

  it('that cannot be had say why: not there, not for everybody, not what it says it is', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models', expected: refused });
    const { page } = dashboard;
    const transfers = page.getByRole('region', { name: 'On its way' });
    for (const [name, reason] of [
      ['hf.co/org/Tiny-GGUF:Q8_0', /not|404/],
      ['hf.co/org/Gated-GGUF', /token|HF_TOKEN|log in/i],
      ['hf.co/org/Tiny-GGUF:Q2_K', /digest|damaged|corrupt|sha256/i],
    ] as const) {
      await page.getByLabel(/Pull by name/).fill(name);
      await page.keyboard.press('Enter');
      const failed = transfers.getByRole('alert').filter({ hasText: `Pull ${name}` });
      await failed.getByRole('button', { name: 'Close' }).waitFor();
      await failed.getByText(reason).waitFor();
      await expectAccessible(page);
      await failed.getByRole('button', { name: 'Close' }).click();
    }
  });
});
