import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestDaemon } from '#testing';
import { gantry, temporaryDirectory } from '../harness.ts';
import { startModelDaemon, type ModelDaemon } from '../model-daemon.ts';
import { startScriptedModel, type ScriptedModel } from '../scripted-model.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

/** Which model answers in the dashboard's assistant: real weights, rules, or one elsewhere. */
describe('the model of the assistant in the dashboard', () => {
  let folder: { path: string } & AsyncDisposable;
  let elsewhere: ScriptedModel;
  let daemon: ModelDaemon;
  let browser: DashboardBrowser;
  /** Of no name that is this machine's own, so what it is sent leaves the machine as far as anybody knows. */
  let remoteUrl = '';

  beforeAll(async () => {
    folder = await temporaryDirectory('assistant-models');
    await mkdir(join(folder.path, 'project'));
    elsewhere = await startScriptedModel(() => ({ text: ['From elsewhere.'] }));
    remoteUrl = elsewhere.url.replace('127.0.0.1', '0.0.0.0');
    [daemon, browser] = await Promise.all([startModelDaemon(), startBrowser()]);
    if (daemon.skip !== undefined) return;
    await gantry(daemon.home, ['ai', 'enable', '--yes']);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await elsewhere?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });

  const setting = async (): Promise<unknown> => {
    const { stdout } = await gantry(daemon.home, ['settings', 'get', 'assistant.model', '--json']);
    return (JSON.parse(stdout) as { value: unknown }).value;
  };
  const openChoice = async (page: Page, name: RegExp | string): Promise<void> => {
    await page.getByRole('button', { name }).first().click();
    await page
      .getByRole('dialog')
      .getByRole('radio', { name: /^Automatic/ })
      .waitFor();
  };
  const save = async (page: Page): Promise<void> => {
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };

  it('is one of this machine, or none, for all sessions or for one, as the setting says', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'assistant' });
    const { page } = dashboard;
    const dialog = page.getByRole('dialog');
    await openChoice(page, `Model: ${daemon.model}`);
    await dialog.getByText(`The best model that fits: ${daemon.model} now.`).waitFor();
    await dialog.getByText(/135M parameters.*small: words what rules found/).waitFor();
    await dialog
      .getByRole('note', { name: 'What this means' })
      .getByText(/Nothing leaves this machine/)
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole('radio', { name: /^No model/ }).check();
    await dialog.getByText('gantry settings set assistant.model none', { exact: true }).waitFor();
    await save(page);
    expect(await setting()).toBe('none');
    await page.getByRole('button', { name: 'Rules answer, without a model' }).waitFor();
    await page.getByText(/assistant\.model is none/).waitFor();
    await page.getByRole('alert').getByRole('link', { name: 'Look for models' }).waitFor();

    await page.getByRole('button', { name: 'Choose the working directory' }).click();
    await dialog.getByLabel('Path').fill(join(folder.path, 'project'));
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('What can you do?');
    await message.press('Enter');
    const said = page.getByRole('log').getByRole('article');
    await said.nth(1).waitFor();

    // A model of its own: the setting stays.
    await openChoice(page, 'Rules answer, without a model');
    await dialog.getByRole('radio', { name: 'This session only' }).check();
    await dialog.getByRole('radio', { name: new RegExp(`^${daemon.model}`) }).check();
    await save(page);
    await page.getByRole('button', { name: `Model: ${daemon.model}` }).waitFor();
    expect(await setting()).toBe('none');
    await message.fill('Say hello.');
    await message.press('Enter');
    // Of so small a model it is not known what it says, only that something was answered.
    await said.nth(3).or(page.getByRole('log').getByRole('alert')).first().waitFor({ timeout: 120_000 });
    await openChoice(page, `Model: ${daemon.model}`);
    await dialog.getByRole('button', { name: 'As everywhere else' }).click();
    await page.getByRole('button', { name: 'Rules answer, without a model' }).waitFor();
  });

  it('is one elsewhere only after what leaves the machine was read', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'assistant',
      locale: 'zh-CN',
      colorScheme: 'dark',
    });
    const { page } = dashboard;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: '由规则回答，不使用模型' }).click();
    await dialog.getByRole('radio', { name: /^别处的模型/ }).check();
    await dialog.getByRole('textbox', { name: 'URL' }).fill(remoteUrl);
    await dialog.getByRole('textbox', { name: '模型名称' }).fill('scripted');
    await dialog.getByText(/将离开本机/).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: '保存' }).click();
    const told = page.getByRole('region', { name: '所用模型不在本机' });
    await told.getByText(new RegExp(`会发送到 ${remoteUrl}`)).waitFor();
    expect(await setting()).toMatchObject({ url: remoteUrl, model: 'scripted' });
    const message = page.getByRole('textbox', { name: '消息' });
    await message.fill('在吗');
    await message.press('Enter');
    expect(await page.getByRole('button', { name: '发送' }).isDisabled()).toBe(true);
    expect(elsewhere.asked).toHaveLength(0);
    await expectAccessible(page);
    await told.getByRole('button', { name: '我已阅读，继续' }).click();
    await told.waitFor({ state: 'detached' });
    // What was typed is still there.
    expect(await message.inputValue()).toBe('在吗');
    expect(await page.getByRole('button', { name: '发送' }).isEnabled()).toBe(true);
  });

  it('says when the one that is set is gone, and another is chosen at once', async () => {
    await gantry(daemon.home, ['settings', 'set', 'assistant.model', 'ai/gone:1b']);
    await using dashboard = await browser.open({ url: daemon.url, path: 'assistant' });
    const { page } = dashboard;
    await page.getByRole('alert').getByText('The model that is set cannot answer', { exact: true }).waitFor();
    await openChoice(page, 'Choose a model');
    await page.getByRole('dialog').getByText('This model is not on this machine, or cannot chat.').waitFor();
    await page
      .getByRole('dialog')
      .getByRole('radio', { name: new RegExp(`^${daemon.model}`) })
      .check();
    await save(page);
    await page.getByRole('button', { name: `Model: ${daemon.model}` }).waitFor();
    expect(await setting()).toBe(daemon.model);
    const asked = await gantry(daemon.home, ['settings', 'set', 'assistant.model', 'ai/gone:1b']);
    expect(asked.code).toBe(0);
    const oneShot = await gantry(daemon.home, ['ai', 'Say hello.']);
    expect(oneShot.code).not.toBe(0);
    expect(oneShot.stderr).toContain('gone');
  });

  it('is none on a machine without models, which is told how to get one; what the administrator has set is greyed, with what set it', async () => {
    await using home = await temporaryDirectory('assistant-locked');
    const adminFile = join(home.path, 'admin-settings.json');
    await writeFile(adminFile, JSON.stringify({ 'assistant.model': { value: 'auto', locked: true } }));
    await writeFile(
      join(home.path, 'settings.yaml'),
      JSON.stringify({ assistant: { enabled: true, acceptedTerms: 1 } }),
    );
    const daemon = await startTestDaemon({ home: home.path, env: { GANTRY_ADMIN_SETTINGS: adminFile } });
    try {
      await using dashboard = await browser.open({ url: daemon.url, path: 'assistant' });
      const { page } = dashboard;
      const dialog = page.getByRole('dialog');
      await page.getByText(/No chat model that fits into memory is on this machine/).waitFor();
      await page.getByRole('button', { name: 'Rules answer, without a model' }).click();
      await dialog.getByText(`in ${adminFile}`).waitFor();
      expect(await dialog.getByRole('radio', { name: /^No model/ }).isDisabled()).toBe(true);
      expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
      await dialog.getByText('gantry pull ai/qwen3', { exact: true }).waitFor();
      await expectAccessible(page);
      await dialog.getByRole('link', { name: 'Look for models' }).click();
      await page.waitForURL(/\/models\/search$/);
    } finally {
      await daemon.stop();
    }
  });
});
