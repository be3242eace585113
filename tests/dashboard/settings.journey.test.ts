import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryProcessLock } from '#core';
import { startTestDaemon, type TestDaemon } from '#testing';
import { gantry, temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

describe('settings in the dashboard', () => {
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  let adminFile = '';
  let env: Readonly<Record<string, string>> = {};
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    home = await temporaryDirectory('settings');
    adminFile = join(home.path, 'admin-settings.json');
    await writeFile(adminFile, JSON.stringify({ 'log.level': { value: 'warn', locked: true } }));
    env = { GANTRY_ADMIN_SETTINGS: adminFile };
    [daemon, browser] = await Promise.all([startTestDaemon({ home: home.path, env }), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await home?.[Symbol.asyncDispose]();
  });

  const onCommandLine = async (key: string): Promise<unknown> => {
    const { stdout } = await gantry(daemon.home, ['settings', 'get', key, '--json']);
    return (JSON.parse(stdout) as { value: unknown }).value;
  };
  const said = (page: Page, key: string): Promise<void> =>
    page.getByText(`${key} is changed.`, { exact: true }).waitFor();

  it('are changed by switches, lists, choices and fields, and the command line agrees at once', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings' });
    const { page } = dashboard;
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await expectAccessible(page);

    await page.getByRole('switch', { name: 'Servers reach only the hosts that their entries allow' }).check();
    await said(page, 'mcp.blockNetwork');
    await page.getByRole('switch', { name: 'Enable Docker MCP Toolkit' }).uncheck();
    await said(page, 'mcp.enabled');
    expect((await fetch(`${daemon.url}/mcp`, { method: 'DELETE' })).status).toBe(503);
    await page.getByLabel('Devices for models').click();
    await page.getByRole('option', { name: 'Processor only' }).click();
    await said(page, 'inference.gpu');
    await page.getByLabel(/Memory for all models/).fill('50%');
    await page.keyboard.press('Enter');
    await said(page, 'inference.memory');
    await page.getByLabel(/^CORS/).fill('https://app.example');
    await page.keyboard.press('Enter');
    await said(page, 'server.origins');
    await page.getByLabel('Our mirrors of Docker Hub').fill('https://mirror.example');
    await page.keyboard.press('Enter');
    await said(page, 'models.registryMirrors');

    expect(await onCommandLine('mcp.enabled')).toBe(false);
    expect(await onCommandLine('mcp.blockNetwork')).toBe(true);
    expect(await onCommandLine('inference.gpu')).toBe('none');
    expect(await onCommandLine('inference.memory')).toBe('50%');
    expect(await onCommandLine('server.origins')).toEqual(['https://app.example']);
    expect(await onCommandLine('models.registryMirrors')).toEqual(['https://mirror.example']);
  });

  it('enable Docker AI once its terms are accepted, and disable it', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings' });
    const { page } = dashboard;
    const isOn = async (): Promise<unknown> => {
      const state = (await (await fetch(`${daemon.url}/gantry/assistant`)).json()) as { enabled: unknown };
      return state.enabled;
    };
    expect(await isOn()).toBe(false);
    const place = page.getByRole('link', { name: 'Assistant', exact: true });
    await place.waitFor();
    const section = page.getByRole('region', { name: 'Docker AI' });
    await section.getByRole('switch', { name: 'Enable Docker AI' }).check();
    await section.getByText(/anything that changes something happens only after you approve it/).waitFor();
    expect(await isOn()).toBe(false);
    await expectAccessible(page);
    await section.getByRole('button', { name: 'Accept and enable' }).click();
    await section.getByRole('button', { name: 'Accept and enable' }).waitFor({ state: 'detached' });
    expect(await isOn()).toBe(true);
    const on = section.getByRole('switch', { name: 'Enable Docker AI' });
    await on.click();
    await on.and(section.locator(':not(:checked)')).waitFor();
    expect(await isOn()).toBe(false);
    await place.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: /Settings/ }).waitFor();
    expect(await page.getByRole('option', { name: /Assistant/ }).count()).toBe(0);
  });

  it('say what the daemon does not accept, and go back to their defaults', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'settings',
      expected: [/400/],
    });
    const { page } = dashboard;
    await page.getByLabel(/Memory for all models/).fill('plenty');
    await page.keyboard.press('Enter');
    await page.getByText(/The settings do not accept this/).waitFor();
    await page.getByRole('button', { name: 'Back to the default of inference.memory' }).click();
    await page
      .getByLabel(/Memory for all models/)
      .and(page.locator('[value="70%"]'))
      .waitFor();
    expect(await onCommandLine('inference.memory')).toBe('70%');
  });

  it('changed elsewhere are seen, in a second tab and after a restart', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'settings',
      expected: [/ERR_|Failed to load/],
    });
    const { page } = dashboard;
    const second = await dashboard.secondTab();
    const inTab = (tab: Page) => tab.getByRole('switch', { name: 'Stop calls and answers with secrets in them' });
    await inTab(second).and(second.locator(':checked')).waitFor();
    await inTab(page).uncheck();
    await inTab(second).and(second.locator(':not(:checked)')).waitFor();
    await gantry(daemon.home, ['settings', 'set', 'mcp.blockSecrets', 'true']);
    await inTab(page).and(page.locator(':checked')).waitFor();

    await inTab(page).uncheck();
    await said(page, 'mcp.blockSecrets');
    const port = new URL(daemon.url).port;
    await daemon.stop();
    await page.getByText(/The daemon does not answer/).waitFor();
    daemon = await startTestDaemon({ home: home.path, env: { ...env, GANTRY_PORT: port } });
    await page.getByText(/The daemon does not answer/).waitFor({ state: 'detached' });
    await page.reload();
    await inTab(page).and(page.locator(':not(:checked)')).waitFor();
  });

  it('turn models off and on, as docker desktop does', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings', expected: [/503/] });
    const { page } = dashboard;
    const runner = page.getByRole('switch', { name: 'Enable Model Runner' });
    await runner.uncheck();
    await said(page, 'modelRunner.enabled');
    expect((await fetch(`${daemon.url}/models`)).status).toBe(503);
    const status = await gantry(daemon.home, ['desktop', 'status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ modelRunner: { enabled: false } });
    await runner.check();
    await page.getByRole('switch', { name: 'Enable Model Runner' }).and(page.locator(':checked')).waitFor();
    expect(await onCommandLine('modelRunner.enabled')).toBe(true);

    // The other way round: each command is seen on the open page, without loading it again.
    const desktop = async (...args: readonly string[]): Promise<void> => {
      expect(await gantry(daemon.home, ['desktop', ...args])).toMatchObject({ code: 0 });
    };
    const state = (name: string, isOn: boolean) =>
      page
        .getByRole('switch', { name, exact: true })
        .and(page.locator(isOn ? ':checked' : ':not(:checked)'))
        .waitFor();
    await desktop('disable', 'model-runner');
    await state('Enable Model Runner', false);
    await desktop('enable', 'model-runner', '--cors', 'https://one.example,https://two.example', '--tcp', '12500');
    await state('Enable Model Runner', true);
    const origins = page.getByRole('group', { name: 'server.origins', exact: true });
    await origins.getByText('https://two.example', { exact: true }).waitFor();
    const port = page.getByRole('textbox', { name: 'Port', exact: true });
    await port.and(page.locator('[value="12500"]')).waitFor();
    await desktop('enable', 'mcp-toolkit');
    await state('Enable Docker MCP Toolkit', true);
    await desktop('disable', 'mcp-toolkit');
    await state('Enable Docker MCP Toolkit', false);
    await desktop('enable', 'docker-ai', '--yes');
    await state('Enable Docker AI', true);
    await desktop('disable', 'docker-ai');
    await state('Enable Docker AI', false);
    await gantry(daemon.home, ['settings', 'unset', 'server.port']);
    await port.and(page.locator('[value="12434"]')).waitFor();
    const shown = await gantry(daemon.home, ['desktop', 'status', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      modelRunner: { enabled: true, origins: ['https://one.example', 'https://two.example'] },
      mcpToolkit: { enabled: false },
      dockerAi: { enabled: false },
    });
  });

  it('ask before the port of the page itself is closed', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings' });
    const { page } = dashboard;
    await page.getByRole('switch', { name: 'Enable host-side TCP' }).uncheck();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Without it there is no dashboard/).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await onCommandLine('server.port')).toBe(12_434);
  });

  it('that an administrator locked are shown and cannot be changed, here or on the command line', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings' });
    const { page } = dashboard;
    const level = page.getByRole('combobox', { name: 'How much is logged' });
    await level.and(page.getByText('warn')).waitFor();
    expect(await level.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Set by an administrator').first().waitFor();
    const refused = await gantry(daemon.home, ['settings', 'set', 'log.level', 'debug']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('An administrator of this machine set log.level.');
  });

  it('say in which language the page is where a browser chose none, and where models are kept', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings' });
    const { page } = dashboard;
    await page.getByText(`Kept in ${daemon.home}`, { exact: true }).waitFor();
    const second = await dashboard.secondTab('overview');
    await page.getByLabel('Language of this page where a browser chose none').click();
    await page.getByRole('option', { name: '简体中文' }).click();
    await page.getByRole('heading', { level: 1, name: '设置' }).waitFor({ timeout: 60_000 });
    await second.getByRole('heading', { level: 1, name: '概览' }).waitFor({ timeout: 60_000 });
    expect(await onCommandLine('language')).toBe('zh');
    await second.reload();
    await second.getByRole('heading', { level: 1, name: '概览' }).waitFor();

    // What is chosen in one browser holds there, whatever the settings say.
    await second.getByRole('button', { name: '语言', exact: true }).click();
    await second.getByRole('menuitemradio', { name: 'English' }).click();
    await second.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await gantry(daemon.home, ['settings', 'set', 'language', 'auto']);
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor({ timeout: 60_000 });
    expect(await onCommandLine('language')).toBe('auto');
  });

  it('say what takes space, show what would go, and clear it but for what is in use', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings', expected: [/404/] });
    const { page } = dashboard;
    const digit = (one: string): string => one.repeat(64);
    const blobs = join(daemon.home, 'models/blobs/sha256');
    const [left, held, index] = [`${digit('a')}.partial`, `${digit('b')}.partial`, join(daemon.home, 'cache/indexes')];
    await mkdir(index, { recursive: true });
    await Promise.all([
      writeFile(join(blobs, left), randomBytes(3 * 1024 * 1024)),
      writeFile(join(blobs, held), randomBytes(1024 * 1024)),
      writeFile(join(index, 'one'), randomBytes(2 * 1024 * 1024)),
    ]);
    // A pull that runs has the lock of what it writes.
    const lock = await tryProcessLock(join(daemon.home, 'models/locks', `${digit('b')}.lock`));
    expect(lock.acquired).toBe(true);
    await page.reload();
    const table = page.getByRole('table', { name: 'On the disk' });
    await table.getByRole('row', { name: /^Parts of downloads that did not end 4 MiB 2/ }).waitFor();
    await table.getByRole('row', { name: /^Package indexes for scans 2 MiB 1/ }).waitFor();
    expect(await table.getByRole('row').count()).toBe(10);
    expect(await table.getByRole('button', { name: /^Clear/ }).count()).toBe(5);
    await table.getByRole('button', { name: 'Clear: Parts of downloads that did not end', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('About 4 MiB go. What is in use stays.', { exact: true }).waitFor();
    await dialog.getByText('A new pull begins at its start. Downloads that run go on.', { exact: true }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByText('3 MiB are free again.', { exact: true }).waitFor();
    await table.getByRole('row', { name: /^Parts of downloads that did not end 1 MiB 1/ }).waitFor();
    expect((await readdir(blobs)).filter((name) => name.endsWith('.partial'))).toEqual([held]);

    const shown = await gantry(daemon.home, ['storage', '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      parts: expect.arrayContaining([{ id: 'indexes', bytes: 2 * 1024 * 1024, files: 1, clearable: true }]),
    });
    const preview = await gantry(daemon.home, ['storage', 'clear', '--all', '--dry-run']);
    expect(preview.stderr).toContain('package indexes of distributions');
    expect(await readdir(index)).toEqual(['one']);
    const cleared = await gantry(daemon.home, ['storage', 'clear', 'indexes', 'unfinished', '--force', '--json']);
    expect(JSON.parse(cleared.stdout)).toMatchObject({ freedBytes: 2 * 1024 * 1024 });
    await table.getByRole('row', { name: /^Package indexes for scans 0 B 0/ }).waitFor();
    expect(await readdir(blobs)).toContain(held);
    if (lock.acquired) await lock.lock.release();
    const refused = await gantry(daemon.home, ['storage', 'clear', 'models']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('unfinished, logs, requests, mcpCalls, indexes');
  });

  it('choose language and theme for this browser', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings' });
    const { page } = dashboard;
    const look = page.getByRole('region', { name: 'Look and language' });
    await look.getByLabel('Language', { exact: true }).click();
    await page.getByRole('option', { name: '简体中文' }).click();
    await page.getByRole('heading', { level: 1, name: '设置' }).waitFor();
    await page.getByRole('region', { name: '外观和语言' }).getByLabel('主题').click();
    await page.getByRole('option', { name: '深色' }).click();
    await page.locator('html[data-dark]').waitFor();
    await expectAccessible(page);
  });
});
