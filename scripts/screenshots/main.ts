// Pictures of every page of the dashboard in both themes, of a real daemon with real weights: docs/images/dashboard/PAGE-THEME.png
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startBrowser } from '../../tests/dashboard/browser.ts';
import { root } from '../../tests/harness.ts';
import { startModelDaemon, type ModelDaemon } from '../../tests/model-daemon.ts';

const folder = join(root, 'docs', 'images', 'dashboard');
const settledMs = 20_000;

const daemon = await startModelDaemon();
const browser = await startBrowser();
try {
  if (daemon.skip !== undefined) throw new Error(`There is no model to show: ${daemon.skip}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await askSomething(daemon);
  for (const colorScheme of ['light', 'dark'] as const) {
    await using dashboard = await browser.open({
      url: daemon.url,
      colorScheme,
      locale: 'en-GB',
      viewport: { width: 1280, height: 800 },
      // What a machine lacks is shown as it is.
      expected: [/Failed to load resource/],
    });
    const { page } = dashboard;
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    await links.first().waitFor();
    const paths = await links.evaluateAll((all) => all.map((one) => new URL((one as HTMLAnchorElement).href).pathname));
    for (const path of paths) {
      await page.goto(`${daemon.url}${path}`);
      await take(page, { name: path.split('/').at(-1) ?? 'page', colorScheme });
    }
    await page.goto(`${daemon.url}/dashboard/models/chat?model=${encodeURIComponent(daemon.model)}`);
    await page.getByRole('textbox', { name: 'Message' }).fill('What is a container image? Answer in two sentences.');
    await page.keyboard.press('Enter');
    await page.getByText(/tokens\/s/).waitFor();
    await take(page, { name: 'chat', colorScheme });
  }
} finally {
  await browser[Symbol.asyncDispose]();
  await daemon.stop();
}

/** So that requests and speeds are not empty. */
async function askSomething({ url, model }: ModelDaemon): Promise<void> {
  for (const content of ['What is a container?', 'What does EXPOSE do?', 'Name three Linux distributions.']) {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, max_tokens: 48, messages: [{ role: 'user', content }] }),
    });
    await answer.arrayBuffer();
  }
}

async function take(page: Page, { name, colorScheme }: { name: string; colorScheme: string }): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  // The command stands there as soon as the page does, before what it shows has come.
  await page.locator('main [role=note]').first().waitFor();
  await page
    .locator('main [role=status][aria-label="Loading…"], main .MuiSkeleton-root')
    .first()
    .waitFor({ state: 'detached', timeout: settledMs });
  await page.screenshot({
    path: join(folder, `${name}-${colorScheme}.png`),
    animations: 'disabled',
    caret: 'hide',
  });
}
