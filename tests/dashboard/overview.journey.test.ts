import type { Client } from '@modelcontextprotocol/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerMissing } from '../docker-engine.ts';
import { callText, connectTo, leave, writeProfile } from '../mcp-daemon.ts';
import { mcpScriptImage } from '../mcp-images.ts';
import { scriptServer } from '../mcp-script-server.ts';
import { startModelDaemon, type ModelDaemon } from '../model-daemon.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

const missing = await dockerMissing();
/** Figures are asked for every few seconds, and the machine may be busy. */
const patience = { timeout: 120_000 };

describe.skipIf(missing !== undefined)('the overview, of real weights and a real server', () => {
  let daemon: ModelDaemon;
  let browser: DashboardBrowser;
  let client: Client | undefined;
  let skip: string | undefined;
  beforeAll(async () => {
    const image = await mcpScriptImage(scriptServer);
    const profile = (home: string): Promise<void> =>
      writeProfile(home, {
        id: 'default',
        servers: [{ name: 'script', image, env: [{ name: 'TOOLS', value: 'claim,crash' }] }],
      });
    [daemon, browser] = await Promise.all([startModelDaemon({}, { prepare: profile }), startBrowser()]);
    ({ skip } = daemon);
  });
  afterAll(async () => {
    if (client) await leave(client);
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const chat = async (content: string): Promise<number> => {
    const answer = await fetch(`${daemon.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: daemon.model, max_tokens: 16, messages: [{ role: 'user', content }] }),
    });
    await answer.text();
    return answer.status;
  };

  it('moves by itself from nothing to what runs, what it takes and what went wrong, and leads there', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'overview', expected: [/404/] });
    const { page } = dashboard;
    await page.getByText('No model is loaded.', { exact: true }).waitFor();
    await page.getByText('Nothing was asked yet.', { exact: true }).waitFor();
    await page.getByText('No MCP server runs.', { exact: true }).waitFor();
    await page.getByText('Nothing went wrong.', { exact: true }).waitFor();
    await card(page, 'Disk')
      .getByRole('link', { name: /smollm2:135m$/ })
      .waitFor();
    await expectAccessible(page);

    expect(await chat('Say hello.')).toBe(200);
    const memory = card(page, 'Memory of models');
    await memory.getByRole('link', { name: /smollm2:135m$/ }).waitFor(patience);
    await memory.getByText(/[\d.]+ MiB · idle/).waitFor(patience);
    await card(page, 'Speed of answers')
      .getByText(/^[\d.]+ tokens\/s$/)
      .waitFor(patience);

    client = await connectTo(daemon.url);
    for (let count = 1; count <= 3; count += 1) await callText(client, 'claim');
    const calls = card(page, 'Calls of tools');
    await calls.getByText('3 in all, 0 failed', { exact: true }).waitFor(patience);
    const server = calls.getByRole('listitem').filter({ hasText: 'script' });
    await server.getByText(/ready · calls: 3 · .*MiB in memory.*MiB on disk/).waitFor(patience);
    await calls.getByText(/^0\.\d calls\/s$|^[1-9][\d.]* calls\/s$/).waitFor(patience);

    // One of a model, one of a server.
    expect(await chat('word '.repeat(30_000))).toBe(400);
    await expect(callText(client, 'crash')).rejects.toThrow();
    const errors = card(page, 'Last errors');
    await errors.getByRole('link', { name: /smollm2:135m$/ }).waitFor(patience);
    await errors.getByRole('link', { name: 'script', exact: true }).waitFor(patience);
    await calls.getByText('4 in all, 1 failed', { exact: true }).waitFor(patience);
    await expectAccessible(page);

    await errors.getByRole('link', { name: 'script', exact: true }).click();
    await page.waitForURL('**/dashboard/mcp/servers/script**');
    await page.goBack();
    await errors.getByRole('link', { name: /smollm2:135m$/ }).click();
    await page.getByRole('tab', { name: 'Requests', selected: true }).waitFor();
    for (const [name, path] of [
      ['Memory of models', 'models'],
      ['Speed of answers', 'models/requests'],
      ['Docker Engine', 'containers'],
      ['Calls of tools', 'mcp/calls'],
      ['Disk', 'settings'],
    ] as const) {
      await page.goto(`${daemon.url}/dashboard/overview`);
      await page.getByRole('heading', { level: 2, name, exact: true }).getByRole('link').click();
      await page.waitForURL(`**/dashboard/${path}**`);
    }
  });

  it('is in Chinese, dark, and as narrow as a phone', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'overview',
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 400, height: 800 },
    });
    const { page } = dashboard;
    await card(page, '模型占用的内存')
      .getByRole('link', { name: /smollm2:135m$/ })
      .waitFor(patience);
    await card(page, '工具调用')
      .getByText(/共 4 次，失败 1 次/)
      .waitFor(patience);
    await card(page, '最近的错误').getByRole('link', { name: 'script', exact: true }).waitFor(patience);
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  });
});
