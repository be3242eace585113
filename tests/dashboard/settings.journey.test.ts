import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { gantry, temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

describe('settings in the dashboard', () => {
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  let adminFile = '';
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    home = await temporaryDirectory('settings');
    adminFile = join(home.path, 'admin-settings.json');
    await writeFile(adminFile, JSON.stringify({ 'log.level': { value: 'warn', locked: true } }));
    [daemon, browser] = await Promise.all([
      startTestDaemon({ home: home.path, env: { GANTRY_ADMIN_SETTINGS: adminFile } }),
      startBrowser(),
    ]);
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
    daemon = await startTestDaemon({ home: home.path, env: { GANTRY_PORT: port, GANTRY_ADMIN_SETTINGS: adminFile } });
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

  it('make keys that are shown once, and take them away', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings', expected: [/401/] });
    const { page } = dashboard;
    await page.getByLabel('Name of the new key').fill('laptop');
    await page.getByRole('checkbox', { name: 'do everything' }).check();
    await page.getByRole('button', { name: 'Make a key' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    const answer = await fetch(`${daemon.url}/gantry/settings`, { headers: { authorization: `Bearer ${secret}` } });
    expect(answer.status).toBe(200);
    expect((await gantry(daemon.home, ['key', 'ls'])).stdout).toContain('laptop');
    await expectAccessible(page);

    // With keys for everybody the page asks for one, and goes on with it.
    await gantry(daemon.home, ['settings', 'set', 'server.access', 'keys']);
    await using guarded = await browser.open({ url: daemon.url, path: 'settings', expected: [/401/] });
    await guarded.page.getByRole('heading', { name: 'This address needs an API key' }).waitFor();
    await expectAccessible(guarded.page);
    await guarded.page.getByLabel('API key').fill('sk-gantry-wrong');
    await guarded.page.keyboard.press('Enter');
    await guarded.page.getByText('There is no such API key.').waitFor();
    await guarded.page.getByLabel('API key').fill(secret);
    await guarded.page.keyboard.press('Enter');
    await guarded.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await gantry(daemon.home, ['settings', 'set', 'server.access', 'auto']);
    await page.reload();

    await page.getByRole('button', { name: 'Remove laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('The key laptop is removed.', { exact: true }).waitFor();
    expect((await gantry(daemon.home, ['key', 'ls'])).stdout).not.toContain('laptop');
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
