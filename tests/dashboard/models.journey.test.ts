import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gantry } from '../harness.ts';
import type { ModelDaemon } from '../model-daemon.ts';
import { expectAccessible, tabTo, type DashboardBrowser } from './browser.ts';
import { ask, startModelDesk, type ModelDesk } from './model-desk.ts';

describe('models in the dashboard, real weights through a real registry', () => {
  let desk: ModelDesk;
  let daemon: ModelDaemon;
  let browser: DashboardBrowser;
  let published = '';
  /** The same weights with another context: another model. */
  const besides = 'mine/short:1';

  beforeAll(async () => {
    desk = await startModelDesk({ isPulled: false });
    ({ daemon, browser, published } = desk);
  });
  afterAll(() => desk?.stop());
  beforeEach((context) => {
    if (desk.skip !== undefined) context.skip(desk.skip);
  });

  it('are none at first, and one is pulled by its name', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models' });
    const { page } = dashboard;
    await page.getByText('There are no models on this machine yet.', { exact: true }).waitFor();
    const second = await dashboard.secondTab('settings');
    await expectAccessible(page);
    await page.getByLabel(/Pull by name/).fill(published);
    await page.getByRole('button', { name: 'Pull', exact: true }).click();
    const transfers = page.getByRole('region', { name: 'On its way' });
    await transfers.getByText(/Model pulled successfully|Using cached model/).waitFor();
    const seen = second.getByRole('region', { name: 'On its way' });
    await seen.getByText(`Pull ${published}`).waitFor();
    await seen.getByText(/Model pulled successfully|Using cached model/).waitFor();
    await page.getByRole('link', { name: published, exact: true }).waitFor();
    await page.getByRole('cell', { name: '134.52M' }).waitFor();
    await expectAccessible(page);
    const listed = await gantry(daemon.home, ['list', '--json']);
    expect(listed.stdout).toContain(published);
  });

  it('keep what can be done with them in sight at any width, and show the columns that somebody chooses', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models' });
    const { page } = dashboard;
    const more = page.getByRole('button', { name: `More actions for ${published}` });
    const rightEnd = async (): Promise<number> => {
      const box = await more.boundingBox();
      return (box?.x ?? Infinity) + (box?.width ?? 0);
    };
    for (const width of [1920, 1280, 900, 700, 400]) {
      await page.setViewportSize({ width, height: 800 });
      await more.waitFor();
      expect(await rightEnd()).toBeLessThanOrEqual(width);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.getByRole('cell', { name: '134.52M' }).waitFor();
    await expectAccessible(page);

    await page.setViewportSize({ width: 1280, height: 800 });
    const columns = page.getByRole('button', { name: 'Columns' });
    await columns.click();
    await page.getByRole('menuitemcheckbox', { name: 'Created' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Id', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Size' }).click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('columnheader', { name: 'Created' }).waitFor();
    await page.getByRole('columnheader', { name: 'Id', exact: true }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Size' }).count()).toBe(0);
    expect(await rightEnd()).toBeLessThanOrEqual(1280);
    await columns.click();
    await page.getByRole('menuitem', { name: 'As they fit' }).click();
    await page.getByRole('columnheader', { name: 'Size' }).waitFor();
    await page.getByRole('columnheader', { name: 'Created' }).waitFor({ state: 'detached' });
  });

  it('may be called anything: names are text, and are copied as they are', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'models',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page } = dashboard;
    const long = `team/${'long'.repeat(500)}:1`;
    // No registry gives such names; another daemon behind this address might.
    await page.route(`${daemon.url}/models`, async (route) => {
      const response = await route.fetch();
      const [model] = (await response.json()) as readonly object[];
      const tags = [published, '<img src=x onerror="globalThis.hacked=1">', 'ai/\u202Egnp.exe\u001B[31m:1', long];
      const config = { architecture: '<b>llama</b>\u202E', parameters: 'x'.repeat(100_000) };
      await route.fulfill({ response, json: [model, { ...model, id: `sha256:${'e'.repeat(64)}`, tags, config }] });
    });
    await page.reload();
    await page.getByRole('link', { name: '<img src=x onerror="globalThis.hacked=1">', exact: true }).waitFor();
    await page.getByRole('link', { name: '⟨202E⟩gnp.exe:1', exact: true }).waitFor();
    expect(await page.locator('main b, main img').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
    await expectAccessible(page);
    const more = page.getByRole('button', { name: `More actions for ${published}` });
    for (const [item, text] of [
      ['Copy the name', published],
      ['Copy the run command', `gantry run ${published}`],
      ['Copy the pull command', `gantry pull ${published}`],
    ] as const) {
      await more.first().click();
      await page.getByRole('menuitem', { name: item }).click();
      await page.getByText(`Copied: ${text}`, { exact: true }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    }
  });

  it('have a page each: what they are, chat, requests, what else there is of them', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: `models/model/${encodeURIComponent(published)}`,
    });
    const { page } = dashboard;
    await page.getByText('134.52M').waitFor();
    await page.getByText('Its registry has no description of it.').waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'Variants' }).click();
    await page
      .getByRole('row', { name: /test.*MOSTLY_Q4_1.*134\.52M/ })
      .getByText('Here', { exact: true })
      .waitFor();
    await page.getByRole('tab', { name: 'Inspect' }).click();
    await page.getByRole('log', { name: 'Inspect' }).getByText('"parameters": "134.52M"').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(JSON.parse(await text(await file.createReadStream()))).toMatchObject({
      config: { parameters: '134.52M' },
    });
    await page.getByRole('tab', { name: 'Chat' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.goBack();
    await page.getByRole('log', { name: 'Inspect' }).waitFor();
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.getByText('No request was recorded yet.').waitFor();
  });

  it('are set up in a form, and stored flags of the runtime leave the page whole', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: `models/model/${encodeURIComponent(published)}`,
      expected: [/status of 400/],
    });
    const { page } = dashboard;
    const change = page.getByRole('button', { name: 'Change' });
    await change.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Context').fill('none');
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Context').fill('1024');
    await dialog.getByLabel('Stays loaded for').fill('7m');
    await dialog.getByLabel('Options of the runtime').fill('--no-such-flag');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page
      .getByText(/--no-such-flag/)
      .first()
      .waitFor();
    await dialog.getByLabel('Options of the runtime').fill('--temp 0.3');
    // What only vLLM takes is not asked for.
    expect(await dialog.getByLabel('Share of GPU memory').count()).toBe(0);
    const draftTokens = dialog.getByLabel('Tokens drafted at a time');
    expect(await draftTokens.count()).toBe(0);
    await dialog.getByLabel('Draft model').fill('ai/y');
    await draftTokens.fill('4');
    await dialog.getByText(/--speculative-draft-model ai\/y --speculative-num-tokens 4/).waitFor();
    await draftTokens.fill('');
    await dialog.getByLabel('Draft model').fill('');
    await dialog.getByLabel('Thinking').click();
    await page.getByRole('option', { name: 'Does not think' }).click();
    await dialog
      .getByText(`gantry configure --context-size 1024 --keep-alive 7m --no-think ${published} -- --temp 0.3`, {
        exact: true,
      })
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. It holds from the next load on.', { exact: true }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('--temp 0.3').waitFor();
    await page.getByText('from: the settings of this model').first().waitFor();
    const shown = await gantry(daemon.home, ['configure', 'show', published]);
    expect(JSON.parse(shown.stdout)).toMatchObject([
      {
        Config: {
          'context-size': 1024,
          keep_alive: '7m',
          'runtime-flags': ['--temp', '0.3'],
          llamacpp: { 'reasoning-budget': 0 },
        },
      },
    ]);
    // docker/model-runner's page died of stored flags.
    await page.goto(`${daemon.url}/dashboard/models`);
    await page.getByRole('link', { name: published, exact: true }).click();
    await change.click();
    await dialog.getByLabel('Options of the runtime').fill('');
    await dialog.getByLabel('Context').fill('');
    await dialog.getByLabel('Stays loaded for').fill('');
    await dialog.getByText('Does not think', { exact: true }).click();
    await page.getByRole('option', { name: 'As the model does' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('from: the settings of this model').waitFor({ state: 'detached' });
    expect(JSON.parse((await gantry(daemon.home, ['configure', 'show', published])).stdout)).toEqual([]);
  });

  it('show what was asked of them, live, and what they logged', async () => {
    await ask(daemon, published, 'Say hello.');
    await using dashboard = await browser.open({ url: daemon.url, path: 'models/requests' });
    const { page } = dashboard;
    await page.getByText('Say hello.', { exact: true }).first().waitFor();
    await ask(daemon, published, '<img src=x onerror=alert(1)> \u001B[31mred\u202E');
    await page.getByText('<img src=x onerror=alert(1)> red⟨202E⟩').waitFor();
    await expectAccessible(page);
    await page
      .getByRole('button', { name: /^Show the request/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Response' }).click();
    await page.getByRole('log', { name: 'Response' }).getByText('"choices"').waitFor();
    await page.keyboard.press('Escape');
    const [kept] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(await text(await kept.createReadStream())).toContain('Say hello.');
    const second = await dashboard.secondTab();
    await second.getByText('Say hello.', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Forget' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
    await second.getByText('No request was recorded yet.').waitFor();
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByLabel('Filter').fill('chat/completions');
    await page.getByRole('log').getByText('chat/completions').first().waitFor();
    await expectAccessible(page);
  });

  it('are unloaded, named, pushed and deleted, and a second tab sees it', async () => {
    const made = await gantry(daemon.home, ['repackage', published, besides, '--context-size', '2048']);
    expect(made.stderr).toBe('');
    await using dashboard = await browser.open({ url: daemon.url, path: 'models' });
    const { page } = dashboard;
    const second = await dashboard.secondTab();
    const more = page.getByRole('button', { name: `More actions for ${published}` });
    await more.click();
    await page.getByRole('menuitem', { name: 'Unload' }).click();
    await page.getByText(`${published} is no longer in memory.`, { exact: true }).waitFor();

    const other = `${desk.registry?.host}/mine/other:1`;
    await more.click();
    await page.getByRole('menuitem', { name: 'Give another name' }).click();
    await page.getByLabel(/New name/).fill(other);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Give another name' }).click();
    await second.getByRole('link', { name: other, exact: true }).waitFor();

    await page.getByRole('button', { name: `More actions for ${other}` }).click();
    await page.getByRole('menuitem', { name: 'Push to its registry' }).click();
    await page
      .getByRole('region', { name: 'On its way' })
      .getByText('Model pushed successfully', { exact: true })
      .waitFor();
    const tags = await (await fetch(`http://${desk.registry?.host}/v2/mine/other/tags/list`)).json();
    expect(tags).toMatchObject({ tags: ['1'] });

    await page.getByRole('button', { name: `More actions for ${other}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`Only this name goes; the model stays as ${published}.`).waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await second.getByRole('link', { name: other, exact: true }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: `More actions for ${besides}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByText(/^This frees \d+ B\.$/).waitFor();
    await dialog.getByText(`Files that these models need too stay: ${published}.`).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await second.getByRole('link', { name: besides, exact: true }).waitFor({ state: 'detached' });
  });

  it('are made of a file and pushed', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'models/package',
      locale: 'zh-CN',
      // A file that holds no weights.
      expected: [/422 .*\/gantry\/package/],
    });
    const { page } = dashboard;
    const target = `${desk.registry?.host}/mine/packaged:1`;
    const file = page.getByRole('textbox', { name: 'GGUF 文件的路径' });
    await file.fill('relative.gguf');
    await page.getByText('绝对路径，例如').waitFor();
    await page.getByLabel('新模型的名称').fill(target);
    await file.fill('/etc/passwd');
    await page.getByRole('button', { name: '打包' }).click();
    const transfers = page.getByRole('region', { name: '正在进行' });
    await transfers.getByText(/GGUF/).waitFor();
    await transfers.getByRole('link', { name: '修改' }).click();
    expect(await page.getByLabel('新模型的名称').inputValue()).toBe(target);
    // Looked for by keys alone: what is no GGUF file is left out, what is typed narrows the list.
    const { keyboard } = page;
    await tabTo(page, page.getByRole('button', { name: '浏览：GGUF 文件的路径' }));
    await keyboard.press('Enter');
    const picker = page.getByRole('dialog', { name: '浏览：GGUF 文件的路径' });
    const path = picker.getByRole('textbox', { name: '路径' });
    expect(await path.inputValue()).toBe('/etc/passwd');
    const options = picker.getByRole('option');
    await options.filter({ hasText: /^ssl\/$/ }).waitFor();
    expect(await picker.getByRole('option', { name: 'passwd', exact: true }).count()).toBe(0);
    await picker.getByRole('switch', { name: '所有文件' }).check();
    await picker.getByRole('option', { name: 'passwd', exact: true, selected: true }).waitFor();
    await picker.getByRole('button', { name: '上一级' }).click();
    await picker.getByRole('option', { name: 'etc/', exact: true }).waitFor();
    await expectAccessible(page);
    await path.focus();
    await keyboard.press('Control+A');
    await keyboard.type(desk.weights.slice(0, -1));
    await expect.poll(() => options.allInnerTexts()).toEqual([basename(desk.weights)]);
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    expect(await path.inputValue()).toBe(await realpath(desk.weights));
    await keyboard.press('Enter');
    await picker.waitFor({ state: 'detached' });
    expect(await file.inputValue()).toBe(await realpath(desk.weights));
    await page.getByLabel('上下文大小（可选）').fill('2048');
    await page.getByLabel('之后推送到其镜像仓库').check();
    await expectAccessible(page);
    await page.getByRole('button', { name: '打包' }).click();
    await transfers.getByText('模型已推送', { exact: true }).waitFor();
    await transfers.getByRole('link', { name: '打开' }).click();
    await page.getByRole('heading', { level: 1, name: target }).waitFor();
    await page.getByText('2,048').waitFor();
    await expectAccessible(page);
  });

  it('are pulled, talked to and deleted by keys alone', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models', colorScheme: 'dark' });
    const { page } = dashboard;
    const { keyboard } = page;
    await tabTo(page, page.getByLabel(/Pull by name/));
    await keyboard.type(published);
    await keyboard.press('Enter');
    const transfers = page.getByRole('region', { name: 'On its way' });
    await transfers.getByText(/Model pulled successfully|Using cached model/).waitFor({ timeout: 60_000 });
    await tabTo(page, page.getByRole('link', { name: `Chat with ${published}` }));
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Chat' }).waitFor();
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.waitFor();
    await tabTo(page, page.locator('summary'));
    await keyboard.press('Enter');
    await tabTo(page, page.getByLabel('Most tokens of an answer'));
    await keyboard.type('8');
    await tabTo(page, message);
    await keyboard.type('Say hello.');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Answer again' }).waitFor({ timeout: 120_000 });
    await page.goBack();
    const more = page.getByRole('button', { name: `More actions for ${published}` });
    await more.waitFor();
    await tabTo(page, more);
    await keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Details' }).waitFor();
    await keyboard.press('End');
    await keyboard.press('Enter');
    const sure = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    await sure.waitFor();
    await tabTo(page, sure);
    await keyboard.press('Enter');
    await page.getByRole('link', { name: published, exact: true }).waitFor({ state: 'detached' });
  });
});
