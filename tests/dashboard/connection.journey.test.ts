import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { dockerMissing } from '../docker-engine.ts';
import { runCommand, temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';
import { openGate, type Gate } from './gate.ts';

const missing = await dockerMissing();
const engineSocket = '/var/run/docker.sock';
/** The machine may be busy, and an Engine that is away is tried every five seconds. */
const patience = { timeout: 60_000 };
const engineAway = 'The Docker Engine does not answer.';
const daemonAway = /The daemon does not answer/;
const waiting = 'Still waiting for an answer of the daemon.';
const network = /ERR_|Failed to load|net::/;

async function visit(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
}

describe.skipIf(missing !== undefined)(`a page whose daemon or Engine leaves${missing ? ` (${missing})` : ''}`, () => {
  const volume = `gantry-gate-${randomBytes(4).toString('hex')}`;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let engine: Gate;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    home = await temporaryDirectory('gate');
    const socket = join(home.path, 'engine.sock');
    engine = await openGate({ path: engineSocket }, socket);
    env = { DOCKER_HOST: `unix://${socket}` };
    [daemon, browser] = await Promise.all([startTestDaemon({ home: home.path, env }), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await engine?.[Symbol.asyncDispose]();
    await runCommand(['docker', 'volume', 'rm', '--force', volume]);
    await home?.[Symbol.asyncDispose]();
  });

  it('says why the Engine is away and what to do, wherever it is needed, and shows what happened meanwhile when it is back', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'volumes', expected: [/503|502|500|404/] });
    const { page } = dashboard;
    await page.getByRole('heading', { level: 1, name: 'Volumes' }).waitFor(patience);
    await page
      .getByText(/in all$/)
      .or(page.getByText(/There are no volumes/))
      .first()
      .waitFor(patience);
    await engine.close();
    await page.getByText(engineAway, { exact: true }).waitFor(patience);
    const banner = page.getByRole('alert').filter({ hasText: engineAway });
    await banner.getByText(/engine\.sock/).waitFor(patience);
    await banner.getByText(/Start Docker Engine/).waitFor(patience);
    await expectAccessible(page);
    for (const name of ['Overview', 'MCP Toolkit', 'Assistant', 'Containers', 'Images']) {
      await visit(page, name);
      await page.getByRole('heading', { level: 1 }).waitFor(patience);
      await banner.waitFor(patience);
    }
    await visit(page, 'Models');
    await banner.waitFor({ state: 'detached', ...patience });
    await visit(page, 'Volumes');
    await banner.waitFor(patience);
    await runCommand(['docker', 'volume', 'create', volume]);
    await engine.open();
    await banner.waitFor({ state: 'detached', ...patience });
    await page.getByRole('searchbox', { name: 'Filter' }).first().fill(volume);
    await page.getByText(volume, { exact: true }).first().waitFor(patience);
  });

  it('tells errors of the daemon in Chinese, on every page that has one', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'containers/gantry-no-such-container',
      locale: 'zh-CN',
      expected: [/404|400|503/],
    });
    const { page } = dashboard;
    await page
      .getByText(/没有名为 gantry-no-such-container 的容器|Docker Engine 中没有/)
      .first()
      .waitFor(patience);
    await page.goto(`${daemon.url}/dashboard/models/model/${encodeURIComponent('ai/nothing:here')}`);
    await page
      .getByText(/本机没有模型“/)
      .first()
      .waitFor(patience);
    await page.goto(`${daemon.url}/dashboard/mcp/servers/nothing-here`);
    await page
      .getByRole('alert')
      .filter({ hasText: /没有|找不到/ })
      .first()
      .waitFor(patience);
    await page.goto(`${daemon.url}/dashboard/settings`);
    await page
      .getByLabel(/所有模型/)
      .first()
      .fill('plenty');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: /设置/ }).first().waitFor(patience);
    await expectAccessible(page);
    for (const text of await page.getByRole('alert').allTextContents()) expect(text).toMatch(/\p{Script=Han}/u);
  });

  it('sends what the browser lost on the way again, and says when that may have been carried out already', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'settings', expected: [network, /409/] });
    const { page } = dashboard;
    const guard = page.getByRole('switch', { name: 'Servers reach only the hosts that their entries allow' });
    await guard.waitFor(patience);
    const changes: string[] = [];
    let lost: 'request' | 'answer' = 'request';
    await page.route('**/gantry/settings', async (route) => {
      const request = route.request();
      if (request.method() !== 'PATCH') return await route.continue();
      changes.push(request.headers()['idempotency-key'] ?? '');
      if (changes.length > 1) return await route.continue();
      if (lost === 'answer') await route.fetch();
      return await route.abort('connectionreset');
    });
    await guard.click();
    await page.getByText('mcp.blockNetwork is changed.', { exact: true }).waitFor(patience);
    expect(changes).toHaveLength(2);
    expect(changes[0]).toBe(changes[1]);
    expect(changes[0]).toMatch(/^[\w-]{8,64}$/);
    changes.length = 0;
    lost = 'answer';
    await guard.and(page.locator(':checked')).click();
    await page.getByText(/This request came before, and its answer was lost on the way\./).waitFor(patience);
    expect(changes).toHaveLength(2);
    const set = (await (await fetch(`${daemon.url}/gantry/settings`)).json()) as { key: string; value: unknown }[];
    expect(set.find(({ key }) => key === 'mcp.blockNetwork')?.value).toBe(false);
  });

  it('says that an answer takes long, and asks anew what hangs', async () => {
    await using api = await openGate({ host: '127.0.0.1', port: Number(new URL(daemon.url).port) });
    await using dashboard = await browser.open({
      url: `http://127.0.0.1:${api.port}`,
      path: 'overview',
      expected: [network],
    });
    const { page } = dashboard;
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor(patience);
    await page.getByText('Nothing went wrong.').waitFor(patience);
    api.hold();
    const notice = page.getByText(waiting, { exact: true });
    await notice.waitFor(patience);
    await expectAccessible(page);
    api.release();
    await notice.waitFor({ state: 'detached', ...patience });

    // One that never ends: what is asked anew is answered.
    let isHung = true;
    await page.route('**/engines/df', async (route) => {
      if (!isHung) await route.continue();
    });
    await page.reload();
    await notice.waitFor(patience);
    isHung = false;
    await page.getByRole('button', { name: 'Ask again' }).click();
    await notice.waitFor({ state: 'detached', ...patience });
    await page.getByRole('region', { name: 'Disk' }).getByText('Runtimes', { exact: true }).waitFor(patience);
  });

  it('says on every page that the daemon is away, and goes on by itself after kill -9 and a start', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models', expected: [network, /503|404/] });
    const { page } = dashboard;
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor(patience);
    const { port } = new URL(daemon.url);
    daemon.kill('SIGKILL');
    await daemon.exited;
    const banner = page.getByText(daemonAway);
    await banner.waitFor(patience);
    await expectAccessible(page);
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    for (const name of await links.allTextContents()) {
      await visit(page, name);
      await banner.waitFor(patience);
    }
    daemon = await startTestDaemon({ home: home.path, env: { ...env, GANTRY_PORT: port } });
    await banner.waitFor({ state: 'detached', ...patience });
    // The page of settings was never loaded before: it comes as soon as it can.
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor(patience);
    await visit(page, 'Models');
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor(patience);
    await page
      .getByText(/There are no models on this machine yet/)
      .first()
      .waitFor(patience);
  });
});
