// Pictures of every page of the dashboard in both themes, of a real daemon with real weights: docs/images/dashboard/PAGE-THEME.png
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startBrowser } from '../../tests/dashboard/browser.ts';
import { gantry, root } from '../../tests/harness.ts';
import { startModelDaemon, type ModelDaemon } from '../../tests/model-daemon.ts';
import { setScene, type Scene } from './scene.ts';

const folder = join(root, 'docs', 'images', 'dashboard');
const settledMs = 20_000;

/** What is done on a page before its picture is taken, by the last part of its address. */
const steps: Readonly<Record<string, (page: Page, scene: Scene) => Promise<void>>> = {
  async containers(page, { crashed }) {
    await page
      .getByRole('link', { name: `Diagnosis of ${crashed}: exit 1 · PostgreSQL has no superuser password` })
      .waitFor();
    await page
      .getByText(/^[\d.]+\s?%$/)
      .first()
      .waitFor();
  },
  async dockerfile(page, { project }) {
    // The list begins at the home, where the scene is.
    for (const name of [...project.split('/').slice(-2), 'Dockerfile']) {
      await page.getByRole('button', { name, exact: true }).click();
    }
    await page.getByRole('heading', { name: /of 100, grade/ }).waitFor();
  },
  async assistant(page, { crashed }) {
    await page.getByRole('textbox', { name: 'Message' }).fill(`Why does ${crashed} not run?`);
    await page.keyboard.press('Enter');
    const log = page.getByRole('log', { name: 'Conversation' });
    await log.getByText('POSTGRES_PASSWORD').first().waitFor();
    await log.evaluate((element) => element.scrollTo(0, 0));
  },
};

const daemon = await startModelDaemon();
const browser = await startBrowser();
const scene = await setScene();
try {
  if (daemon.skip !== undefined) throw new Error(`There is no model to show: ${daemon.skip}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await fill(daemon);
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
    await page.evaluate((project) => localStorage.setItem('gantry.assistant.directory', project), scene.project);
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    await links.first().waitFor();
    const paths = await links.evaluateAll((all) => all.map((one) => new URL((one as HTMLAnchorElement).href).pathname));
    for (const path of paths) {
      const name = path.split('/').at(-1) ?? 'page';
      await page.goto(`${daemon.url}${path}`);
      await steps[name]?.(page, scene);
      await take(page, { name, colorScheme });
    }
    await page.goto(`${daemon.url}/dashboard/models/chat?model=${encodeURIComponent(daemon.model)}`);
    await page.getByRole('textbox', { name: 'Message' }).fill('What is a container image? Answer in two sentences.');
    await page.keyboard.press('Enter');
    await page.getByText(/tokens\/s/).waitFor();
    await take(page, { name: 'chat', colorScheme });
  }
} finally {
  await scene[Symbol.asyncDispose]();
  await browser[Symbol.asyncDispose]();
  await daemon.stop();
}

/** So that requests, speeds, servers and sessions are not empty. */
async function fill({ url, model, home }: ModelDaemon): Promise<void> {
  const commands = [
    ['settings', 'set', 'assistant.model', 'none'],
    ['ai', 'enable', '--yes'],
    ['mcp', 'server', 'enable', 'fetch', 'memory', 'filesystem'],
  ];
  for (const command of commands) {
    const { code, stderr } = await gantry(home, command);
    if (code !== 0) throw new Error(`gantry ${command.join(' ')}: ${stderr}`);
  }
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
