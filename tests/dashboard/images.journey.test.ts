import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { busyboxMissing, makeFailingImage, type FailingImage } from '../diagnosis/failing-image.ts';
import { inspect } from '../diagnosis/provoke.ts';
import { dockerMissing } from '../docker-engine.ts';
import { runCommand } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
const dockerfile =
  'FROM BASE\nCOPY big /big\nRUN rm /big\nENV API_TOKEN=hunter2hunter2\nEXPOSE 8080\nCMD ["sleep", "600"]\n';

describe.skipIf(missing !== undefined)(`the pages of images and volumes${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');
  const container = `gantry-page-run-${run}`;
  const volume = `gantry-page-volume-${run}`;
  let image: FailingImage;
  let app: string;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  beforeAll(async () => {
    [image, daemon, browser] = await Promise.all([makeFailingImage(), startTestDaemon(), startBrowser()]);
    app = await image.build('app:1', dockerfile, { big: 'x'.repeat(3_000_000) });
    await runCommand(['docker', 'volume', 'create', volume]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await runCommand(['docker', 'rm', '--force', container]);
    await runCommand(['docker', 'volume', 'rm', volume]);
    await image?.[Symbol.asyncDispose]();
  });

  it('shows an image with its waste and its audit, and runs it as form, command and compose file say', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'images' });
    const { page } = dashboard;
    await page.getByRole('searchbox', { name: 'Filter' }).fill(app);
    await page.getByRole('link', { name: app, exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: app, exact: true }).click();
    await page.getByText('are in layers and no longer in the image').waitFor();
    await page.getByRole('table', { name: 'Files that are there for nothing' }).getByText('big').waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'Audit' }).click();
    await page.getByText('The variable API_TOKEN holds what looks like a secret.', { exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: 'Vulnerabilities' }).click();
    await page.getByRole('tab', { name: 'Inspect' }).click();
    await page.getByText('API_TOKEN=[hidden]').first().waitFor();
    await page.getByRole('tab', { name: 'Run' }).click();
    await page.getByLabel('Name of the container').fill(container);
    await page.getByLabel('Host port for 8080').fill('18099');
    await page.getByLabel('Variables, one NAME=value a line').fill('MODE=fast');
    const command = page.getByRole('region', { name: 'As a command' });
    await command.getByText(`--name ${container}`).waitFor();
    for (const shown of [command, page.getByRole('region', { name: 'As compose.yaml' })]) {
      await shown.getByText('127.0.0.1:18099:8080').waitFor();
    }
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.getByText('It runs.', { exact: true }).waitFor();
    expect(await inspect(container, '{{.State.Running}} {{.Config.Env}}')).toMatch(/^true .*MODE=fast/);
  });

  it('says why a pull failed', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'images', expected: [/500/] });
    const { page } = dashboard;
    await page.getByLabel('Name of the image').fill('127.0.0.1:1/nobody/nothing:1');
    await page.getByRole('button', { name: 'Pull', exact: true }).press('Enter');
    await page.getByRole('alert').filter({ hasText: 'The Docker Engine' }).waitFor();
  });

  it('removes a volume only when its name is typed', async () => {
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
    await page.getByRole('button', { name: `Remove ${volume}` }).waitFor({ state: 'detached' });
    expect((await runCommand(['docker', 'volume', 'inspect', volume])).code).toBe(1);
  });
});
