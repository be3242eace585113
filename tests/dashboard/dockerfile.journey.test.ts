import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

const hostile = `FROM debian:12
RUN apt-get update
RUN apt-get install -y curl # <img src=x onerror="document.title='owned'"> user\u202Egnp.exe
CMD curl example.com
`;

describe('the page of Dockerfiles', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  beforeAll(async () => {
    home = await temporaryDirectory('dockerfile-page');
    await mkdir(join(home.path, 'shop'));
    await writeFile(join(home.path, 'shop/Dockerfile'), hostile);
    [daemon, browser] = await Promise.all([startTestDaemon({ env: { HOME: home.path } }), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await home?.[Symbol.asyncDispose]();
  });

  it('opens a file, rates it, shows what is wrong where, and writes what can be fixed', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'dockerfile' });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'shop', exact: true }).click();
    await page.getByRole('button', { name: 'Dockerfile', exact: true }).click();
    const rating = page.getByRole('region', { name: 'Rating' });
    await rating.getByRole('heading', { name: /of 100, grade [A-F]/ }).waitFor();
    await rating.getByRole('img', { name: /Scores by dimension: Build cache \d+/ }).waitFor();
    const editor = page.getByRole('textbox', { name: 'Text of the Dockerfile' });
    expect(await editor.textContent()).toContain('<img src=x');
    await page.locator('.cm-lint-marker').first().waitFor();
    expect(await page.evaluate(() => document.querySelectorAll('img').length)).toBe(0);
    expect(await page.title()).toBe('Dockerfile · Gantry');
    await rating.getByRole('button', { name: 'Go to line 4' }).first().click();
    await page.waitForFunction(() => document.activeElement?.classList.contains('cm-content'));
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Show what can be fixed' }).click();
    const preview = page.getByRole('region', { name: 'What would change' });
    await preview.getByText('-CMD curl example.com').waitFor();
    await expectAccessible(page);
    await preview.getByRole('button', { name: 'Write to the file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Write the fixed Dockerfile?' });
    await dialog.getByRole('button', { name: 'Write' }).click();
    await page.getByText(/Written\. The old text is in .*Dockerfile\.orig/).waitFor();
    expect(await readFile(join(home.path, 'shop/Dockerfile.orig'), 'utf8')).toBe(hostile);
    expect(await readFile(join(home.path, 'shop/Dockerfile'), 'utf8')).toContain('CMD ["curl", "example.com"]');
  });

  it('rates a text that is typed, in Chinese', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'dockerfile', locale: 'zh-CN' });
    const { page } = dashboard;
    await page.getByRole('textbox', { name: 'Dockerfile 的文本' }).fill('FROM node:latest\nCMD node server.js\n');
    await page.getByRole('button', { name: '评分' }).click();
    await page.getByRole('region', { name: '评分结果' }).getByRole('heading', { name: /等级/ }).waitFor();
    await expectAccessible(page);
  });
});
