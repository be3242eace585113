import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { busyboxMissing, makeFailingImage, type FailingImage } from '../diagnosis/failing-image.ts';
import { inspect } from '../diagnosis/provoke.ts';
import { dockerMissing } from '../docker-engine.ts';
import { runCommand } from '../harness.ts';
import { expectAccessible, expectInert, startBrowser, tabTo, type DashboardBrowser } from './browser.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
/** The machine may be busy. */
const patience = { timeout: 60_000 };

describe.skipIf(missing !== undefined)(`images and volumes${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');
  const volume = `gantry-page-volume-${run}`;
  /** A label of its own: the Engine gives images that are made alike one id, whoever makes them. */
  const dockerfile = `FROM BASE\nLABEL run=${run}\nEXPOSE 8080\nCMD ["sleep", "600"]\n`;
  let image: FailingImage;
  let app: string;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  beforeAll(async () => {
    [image, daemon, browser] = await Promise.all([makeFailingImage(), startTestDaemon(), startBrowser()]);
    app = await image.build('app:1', dockerfile, {});
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await runCommand(['docker', 'volume', 'rm', volume]);
    await image?.[Symbol.asyncDispose]();
  });

  it('are found, run, tagged and removed by keys alone', async () => {
    const gone = await image.build('keys:1', `${dockerfile}LABEL name=keys\n`, {});
    const [started, further] = [`gantry-page-run-${run}-keys`, `gantry-page-keys-${run}:2`];
    try {
      await using dashboard = await browser.open({
        url: daemon.url,
        path: 'images',
        colorScheme: 'dark',
        // The second tab shows it while it is removed, and may ask before the list has said so.
        expected: [new RegExp(`404 .*/gantry/images/${encodeURIComponent(gone)}`)],
      });
      const { page } = dashboard;
      const { keyboard } = page;
      const filter = page.getByRole('searchbox', { name: 'Filter' }).first();
      await filter.waitFor();
      await tabTo(page, filter);
      await keyboard.type(app);
      await tabTo(page, page.getByRole('link', { name: `Run ${app}`, exact: true }));
      await keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: app }).waitFor();
      const name = page.getByLabel('Name of the container');
      await name.waitFor(patience);
      await tabTo(page, name);
      await keyboard.type(started);
      await tabTo(page, page.getByLabel('Host port for 8080'));
      await keyboard.type('18097');
      await page.getByRole('region', { name: 'As a command' }).getByText('127.0.0.1:18097:8080').waitFor(patience);
      await tabTo(page, page.getByRole('button', { name: 'Run it' }));
      await keyboard.press('Enter');
      await page.getByText('It runs.', { exact: true }).waitFor(patience);
      expect(await inspect(started, '{{.State.Running}}')).toBe('true');

      await tabTo(page, page.getByRole('button', { name: `More for ${app}`, exact: true }));
      await keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Tag' }).waitFor();
      await keyboard.press('t');
      await keyboard.press('Enter');
      const tagging = page.getByRole('dialog', { name: `Give ${app} a further name` });
      await tabTo(page, tagging.getByLabel('New name'));
      await keyboard.type(further);
      await tabTo(page, tagging.getByRole('button', { name: 'Tag' }));
      await keyboard.press('Enter');
      await page.getByText(`The image is called ${further} too.`, { exact: true }).waitFor(patience);

      await tabTo(page, page.getByRole('link', { name: 'All images' }));
      await keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
      await tabTo(page, filter);
      await keyboard.type(gone);
      const second = await dashboard.secondTab(`images/${encodeURIComponent(gone)}/inspect`);
      const facts = second.getByRole('log', { name: 'Inspect' });
      await facts.getByText('Config').first().waitFor(patience);
      await second.getByRole('button', { name: `More for ${gone}`, exact: true }).waitFor(patience);
      await page.bringToFront();
      const more = page.getByRole('button', { name: `More for ${gone}`, exact: true });
      await more.waitFor(patience);
      await tabTo(page, more);
      await keyboard.press('Enter');
      await page.getByRole('menuitem', { name: /^Remove/ }).waitFor();
      await keyboard.press('r');
      await keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: `Remove the image ${gone}?` });
      await tabTo(page, dialog.getByRole('button', { name: 'Remove' }));
      await keyboard.press('Enter');
      await page.getByText(`${gone} was removed.`, { exact: true }).waitFor(patience);
      expect((await runCommand(['docker', 'image', 'inspect', gone])).code).toBe(1);
      await second
        .getByText('This image was removed. What is shown is what was last known of it.', { exact: true })
        .waitFor(patience);
      await facts.getByText('Config').first().waitFor(patience);
      await expectAccessible(second);
    } finally {
      await runCommand(['docker', 'rm', '--force', started]);
      await runCommand(['docker', 'rmi', further]);
    }
  });

  it('may hold any text in labels and variables: it stays text on every tab and of volumes, in Chinese and dark', async () => {
    const evil = `<img src=x onerror='globalThis.hacked = 1'>\u202Eturned`;
    const named = await image.build(
      'hostile:1',
      `${dockerfile}LABEL evil="${evil}"\nENV EVIL="${evil}"\nRUN : "${evil}"\n`,
      {},
    );
    const bad = `${volume}-hostile`;
    await runCommand(['docker', 'volume', 'create', '--label', `evil=${evil}`, bad]);
    try {
      await using dashboard = await browser.open({
        url: daemon.url,
        path: `images/${encodeURIComponent(named)}`,
        locale: 'zh-CN',
        colorScheme: 'dark',
        // Its dialog is open while it is removed, and may ask before the list has said so.
        expected: [new RegExp(`404 .*/gantry/volumes/${bad}`)],
      });
      const { page } = dashboard;
      const tabs = page.getByRole('tablist', { name: '镜像的视图' }).getByRole('tab');
      await tabs.first().waitFor();
      for (let index = 0; index < (await tabs.count()); index += 1) {
        await tabs.nth(index).click();
        await expect.poll(() => tabs.nth(index).getAttribute('aria-selected')).toBe('true');
        await expect.poll(() => page.getByRole('progressbar').count(), patience).toBe(0);
        await expectInert(page);
        await expectAccessible(page);
      }
      await page.getByRole('tab', { name: 'Inspect' }).or(tabs.last()).first().click();
      await page.getByText('EVIL').first().waitFor(patience);

      await page.getByRole('navigation').getByRole('link', { name: '卷' }).click();
      await page.getByRole('button', { name: bad, exact: true }).click();
      const dialog = page.getByRole('dialog', { name: bad });
      await dialog.getByText('onerror').first().waitFor();
      await expectInert(page);
      await expectAccessible(page);
      // What comes and goes elsewhere is seen in every tab.
      const second = await dashboard.secondTab('volumes');
      await second.getByRole('button', { name: bad, exact: true }).waitFor();
      await runCommand(['docker', 'volume', 'rm', bad]);
      for (const each of [page, second]) {
        await each.getByRole('button', { name: bad, exact: true }).waitFor({ state: 'detached', ...patience });
      }
      await dialog.getByText('此卷已被删除。下面是最后已知的信息。', { exact: true }).waitFor(patience);
      await dialog.getByText('onerror').first().waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: '关闭' }).click();
      await dialog.waitFor({ state: 'detached' });
    } finally {
      await runCommand(['docker', 'volume', 'rm', '--force', bad]);
    }
  });

  it('says which registry is away when a pull fails, on every page, until it is closed', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'images', expected: [/500/] });
    const { page } = dashboard;
    await page.getByLabel('Name of the image').fill('127.0.0.1:1/nobody/nothing:1');
    await page.getByRole('button', { name: 'Pull', exact: true }).press('Enter');
    const panel = page.getByRole('region', { name: 'On its way' });
    await panel.getByText('The registry 127.0.0.1:1 cannot be reached by the Engine').waitFor(patience);
    await panel.getByText('network, proxy and certificates of the Engine').waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Volumes' }).click();
    await page.getByRole('heading', { level: 1, name: 'Volumes' }).waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
    await panel.waitFor({ state: 'detached' });
  });

  it('removes a volume only when its name is typed', async () => {
    await runCommand(['docker', 'volume', 'create', volume]);
    await using dashboard = await browser.open({ url: daemon.url, path: 'volumes', expected: [/400/] });
    const { page } = dashboard;
    await page.getByRole('button', { name: `Remove ${volume}` }).click();
    const dialog = page.getByRole('dialog', { name: `Remove the volume ${volume}?` });
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText(`confirm must be ${volume}.`).waitFor();
    expect((await runCommand(['docker', 'volume', 'inspect', volume])).code).toBe(0);
    await dialog.getByLabel('Name of the volume').fill(volume);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText(`${volume} was removed.`, { exact: true }).waitFor(patience);
    await page.getByRole('button', { name: `Remove ${volume}` }).waitFor({ state: 'detached' });
    expect((await runCommand(['docker', 'volume', 'inspect', volume])).code).toBe(1);
  });
});
