import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { dockerMissing } from '../docker-engine.ts';
import { gantry, temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, tabTo, type DashboardBrowser } from './browser.ts';
import { mirroringEngine } from './mirroring-engine.ts';

describe('keys, and settings by keys', () => {
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  let engine: AsyncDisposable | undefined;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    home = await temporaryDirectory('keys');
    const socket = join(home.path, 'engine.sock');
    const hasEngine = (await dockerMissing()) === undefined;
    engine = hasEngine ? await mirroringEngine(socket, ['https://engine-mirror.example/']) : undefined;
    const env: Readonly<Record<string, string>> = hasEngine ? { DOCKER_HOST: `unix://${socket}` } : {};
    [daemon, browser] = await Promise.all([startTestDaemon({ home: home.path, env }), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await engine?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
  });

  const onCommandLine = async (key: string): Promise<unknown> => {
    const { stdout } = await gantry(daemon.home, ['settings', 'get', key, '--json']);
    return (JSON.parse(stdout) as { value: unknown }).value;
  };

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
    const second = await dashboard.secondTab();
    await second.getByRole('cell', { name: 'laptop', exact: true }).waitFor();
    expect(await second.getByTestId('secret').count()).toBe(0);
    await page.getByLabel('Name of the new key').fill('phone');
    await page.getByLabel(/Holds for days/).fill('30');
    await page.getByRole('checkbox', { name: 'do everything' }).uncheck();
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByTestId('secret').filter({ hasNotText: secret }).waitFor();
    const narrow = (await page.getByTestId('secret').textContent()) ?? '';
    const row = second.getByRole('row', { name: /^phone infer/ });
    await row.getByText(String(new Date(Date.now() + 30 * 86_400_000).getFullYear())).waitFor();

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
    await guarded.page.getByRole('switch', { name: 'Enable Model Runner' }).waitFor();
    // A key for using models opens the page, and shows nothing of the machine.
    await using phone = await browser.open({ url: daemon.url, path: 'settings', expected: [/401|403/] });
    await phone.page.getByLabel('API key').fill(narrow);
    await phone.page.keyboard.press('Enter');
    await phone.page
      .getByText(/The API key phone does not have the scope admin\./)
      .first()
      .waitFor();
    expect(await phone.page.getByRole('group', { name: 'server.port', exact: true }).count()).toBe(0);
    await phone.page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: 'Models', exact: true })
      .click();
    await phone.page
      .getByText(/There are no models on this machine yet/)
      .first()
      .waitFor();
    await expectAccessible(phone.page);
    await gantry(daemon.home, ['settings', 'set', 'server.access', 'auto']);
    await page.reload();

    await page.getByRole('button', { name: 'Remove laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('The key laptop is removed.', { exact: true }).waitFor();
    await second.getByRole('cell', { name: 'laptop', exact: true }).waitFor({ state: 'detached' });
    expect((await gantry(daemon.home, ['key', 'ls'])).stdout).not.toContain('laptop');
  });

  it("show the Engine's own mirrors beside ours, and say what is no mirror", async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings', expected: [/400|404/] });
    const { page } = dashboard;
    const section = page.getByRole('region', { name: 'Registry mirrors' });
    if (engine) {
      const engines = section.getByRole('group', { name: 'Those of the Engine', exact: true });
      await engines.getByText('https://engine-mirror.example/', { exact: true }).waitFor();
      expect(await engines.getByRole('button').count()).toBe(0);
    }
    const ours = page.getByRole('group', { name: 'models.registryMirrors', exact: true });
    const field = ours.getByRole('textbox');
    await field.fill('ftp://wrong.example');
    await page.keyboard.press('Enter');
    await ours
      .getByRole('alert')
      .getByText(/expected the URL of a mirror such as/)
      .waitFor();
    await expectAccessible(page);
    await field.fill('https://right.example');
    await page.keyboard.press('Enter');
    await ours.getByRole('button', { name: 'Remove https://right.example' }).waitFor();
    expect(await ours.getByRole('alert').count()).toBe(0);
    expect(await onCommandLine('models.registryMirrors')).toContain('https://right.example');
  });

  it('are changed by keys alone, in both languages and themes: a switch, a choice, a list, text, a key', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'settings',
      colorScheme: 'dark',
      locale: 'zh-CN',
      expected: [/404/],
    });
    const { page } = dashboard;
    const { keyboard } = page;
    await page.getByRole('heading', { level: 1, name: '设置' }).waitFor();
    const done = (key: string): Promise<void> => page.getByText(`已更改 ${key}。`, { exact: true }).waitFor();
    // The way through the page is long: from what is looked for it is short.
    const find = async (key: string): Promise<void> => {
      await page.getByLabel('查找设置').focus();
      await keyboard.press('Control+a');
      await keyboard.type(key);
      await page.getByRole('group', { name: key, exact: true }).waitFor();
    };
    await find('mcp.blockNetwork');
    const before = await onCommandLine('mcp.blockNetwork');
    await tabTo(page, page.getByRole('switch', { name: '服务器只能访问其条目允许的主机' }));
    await keyboard.press('Space');
    await done('mcp.blockNetwork');
    expect(await onCommandLine('mcp.blockNetwork')).toBe(before !== true);
    await find('requests.record');
    await tabTo(page, page.getByRole('combobox', { name: /保留哪些模型请求记录/ }));
    await keyboard.press('Enter');
    await page.getByRole('option', { name: '不保留' }).waitFor();
    await expectAccessible(page);
    await keyboard.press('End');
    await keyboard.press('Enter');
    await done('requests.record');
    expect(await onCommandLine('requests.record')).toBe('off');
    await find('models.insecureRegistries');
    await tabTo(page, page.getByRole('textbox', { name: '通过明文 HTTP 访问的镜像仓库' }));
    await keyboard.type('keys.example:5000');
    await keyboard.press('Enter');
    await tabTo(page, page.getByRole('button', { name: '移除 keys.example:5000' }));
    await keyboard.press('Delete');
    await page.getByRole('button', { name: '移除 keys.example:5000' }).waitFor({ state: 'detached' });
    await find('inference.queueLimit');
    await tabTo(page, page.getByRole('textbox', { name: '每个模型可等待的请求数' }));
    await keyboard.press('Control+a');
    await keyboard.type('9');
    await keyboard.press('Enter');
    await done('inference.queueLimit');
    await page.getByLabel('查找设置').fill('');
    await page.getByLabel('新密钥的名称').focus();
    await keyboard.type('by-keys');
    await tabTo(page, page.getByRole('button', { name: '创建密钥' }));
    await keyboard.press('Enter');
    await page.getByTestId('secret').waitFor();
    expect((await gantry(daemon.home, ['key', 'ls'])).stdout).toContain('by-keys');
    await expectAccessible(page);
  });
});
