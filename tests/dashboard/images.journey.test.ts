import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerRegistryMissing, startDockerRegistry, startTestDaemon, type TestDaemon } from '#testing';
import { busyboxMissing, makeFailingImage, type FailingImage } from '../diagnosis/failing-image.ts';
import { inspect } from '../diagnosis/provoke.ts';
import { dockerMissing } from '../docker-engine.ts';
import { runCommand, temporaryDirectory } from '../harness.ts';
import { expectAccessible, expectInert, startBrowser, type DashboardBrowser } from './browser.ts';
import { EngineRefusal, startEngineProxy, type EngineProxy } from './engine-proxy.ts';

const hostile =
  '<img src=x onerror="globalThis.hacked = 1"><script>globalThis.hacked = 2</script>\u001B[31mred\u202Eturned';

/** Answers as Docker Hub's API does for the tags of one repository. */
function hubTags(): Server {
  const tags = ['latest', '1.29', '1.28'].map((name) => ({
    name,
    full_size: 62 * 1024 ** 2,
    digest: `sha256:${'a'.repeat(64)}`,
  }));
  return createServer((request, response) => {
    const isKnown = request.url?.startsWith('/v2/repositories/library/gantry-stand-in/tags') === true;
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? { next: null, results: tags } : {}));
  });
}

/** The machine may be busy. */
const patience = { timeout: 60_000 };

async function showOnly(page: Page, text: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Filter' }).first().fill(text);
}

async function chooseFor(page: Page, image: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${image}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

const missing = (await dockerMissing()) ?? (await busyboxMissing());
/** A label of its own: the Engine gives images that are made alike one id, whoever makes them. */
const dockerfileOf = (run: string): string =>
  [
    'FROM BASE',
    `LABEL run=${run}`,
    'COPY big /big',
    'RUN rm /big',
    'ENV API_TOKEN=hunter2hunter2',
    'EXPOSE 8080',
    'CMD ["sleep", "600"]',
    '',
  ].join('\n');

describe.skipIf(missing !== undefined)(`the pages of images and volumes${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');
  const container = `gantry-page-run-${run}`;
  const volume = `gantry-page-volume-${run}`;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let engine: EngineProxy;
  let hub: Server;
  let dockerConfig: string;
  let image: FailingImage;
  let app: string;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  beforeAll(async () => {
    home = await temporaryDirectory('images-page');
    dockerConfig = join(home.path, 'docker-config');
    await mkdir(dockerConfig);
    engine = await startEngineProxy(join(home.path, 'engine.sock'));
    hub = hubTags().listen(0, '127.0.0.1');
    await once(hub, 'listening');
    const env = {
      DOCKER_HOST: engine.host,
      DOCKER_CONFIG: dockerConfig,
      GANTRY_HUB_ENDPOINT: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    };
    [image, daemon, browser] = await Promise.all([
      makeFailingImage(),
      startTestDaemon({ home: join(home.path, 'gantry'), env }),
      startBrowser(),
    ]);
    app = await image.build('app:1', dockerfileOf(run), { big: 'x'.repeat(3_000_000) });
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await runCommand(['docker', 'rm', '--force', container]);
    await image?.[Symbol.asyncDispose]();
    hub?.close();
    await engine?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
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

  it('tags an image and pushes it to a registry: who is not logged in is told where and how, who is sees it arrive', async ({
    skip,
  }) => {
    const noRegistry = dockerRegistryMissing();
    if (noRegistry !== undefined) skip(noRegistry);
    await using registry = await startDockerRegistry({ withLogin: true });
    const pushed = `${registry.host}/gantry-page/${run}:1`;
    await using dashboard = await browser.open({ url: daemon.url, path: 'images', expected: [/400/] });
    const { page } = dashboard;
    await showOnly(page, app);
    await chooseFor(page, app, 'Tag');
    const tagging = page.getByRole('dialog', { name: `Give ${app} a further name` });
    await tagging.getByLabel('New name').fill('Not A Name');
    await tagging.getByRole('button', { name: 'Tag' }).click();
    await page.getByText('not the name of an image').waitFor();
    await tagging.getByLabel('New name').fill(pushed);
    await tagging.getByText(`docker tag ${app} ${pushed}`).waitFor();
    await expectAccessible(page);
    await tagging.getByRole('button', { name: 'Tag' }).click();
    await page.getByText(`The image is called ${pushed} too.`, { exact: true }).waitFor();
    await showOnly(page, pushed);
    await page.getByText(pushed, { exact: true }).first().waitFor();

    const push = async (): Promise<void> => {
      await page.getByRole('button', { name: /^More for / }).click();
      await page.getByRole('menuitem', { name: 'Push' }).click();
      const dialog = page.getByRole('dialog', { name: /^Push / });
      if (await dialog.getByLabel('Name it is pushed by').isVisible()) {
        await dialog.getByLabel('Name it is pushed by').click();
        await page.getByRole('option', { name: pushed }).click();
      }
      await dialog.getByText(`It goes to ${registry.host}`).waitFor();
      await dialog.getByText(`docker push ${pushed}`).waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Push' }).click();
    };
    const panel = page.getByRole('region', { name: 'On its way' });
    await push();
    await panel.getByText(`The registry ${registry.host} wants a login for ${pushed}.`).waitFor(patience);
    await panel.getByText(`docker login ${registry.host}`).waitFor();
    await expectAccessible(page);
    await panel.getByRole('button', { name: 'Close' }).click();

    const login = ['docker', '--config', dockerConfig, 'login', '-u', 'test', '--password-stdin', registry.host];
    expect((await runCommand(login, { input: 'test' })).code).toBe(0);
    await push();
    // It goes on, and ends, wherever the person goes.
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Volumes' }).click();
    await page.getByRole('heading', { level: 1, name: 'Volumes' }).waitFor();
    await panel.getByText(`${pushed} is in its registry: sha256:`).waitFor(patience);
    const manifest = await fetch(`http://${registry.host}/v2/gantry-page/${run}/manifests/1`, {
      headers: {
        accept: 'application/vnd.docker.distribution.manifest.v2+json',
        authorization: `Basic ${Buffer.from('test:test').toString('base64')}`,
      },
    });
    expect(manifest.status).toBe(200);
    await panel.getByText(String(manifest.headers.get('docker-content-digest'))).waitFor();

    // And back: what was pushed can be pulled by its name.
    await runCommand(['docker', 'rmi', pushed]);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Images' }).click();
    await page.getByLabel('Name of the image').fill(pushed);
    await page.getByRole('button', { name: 'Pull', exact: true }).click();
    await panel.getByText(`${pushed} is here.`).waitFor(patience);
    expect((await runCommand(['docker', 'image', 'inspect', pushed])).code).toBe(0);
    await runCommand(['docker', 'rmi', pushed]);
  });

  it('finds images at Docker Hub and pulls one by a tag, and says what to do where there is no way there', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'images',
      expected: [/500|502|503/],
    });
    const { page } = dashboard;
    await page.getByRole('tab', { name: 'Docker Hub' }).click();
    // What the Engine says where it has no way to the Hub; one that has a way is kept from it.
    const isAway = (await runCommand(['docker', 'search', '--limit', '1', 'gantry'])).code !== 0;
    using _away = engine.answer((url) =>
      !isAway && url.pathname === '/images/search'
        ? new EngineRefusal(500, 'Get "https://index.docker.io/v1/search": dial tcp: no such host')
        : undefined,
    );
    const box = page.getByRole('searchbox', { name: 'Search Docker Hub' });
    await box.fill('gantry nothing');
    await box.press('Enter');
    await page.getByText('The Docker Engine could not search Docker Hub').waitFor(patience);
    await page.getByText('See to the network or proxy of the Engine: docker info.').waitFor();
    await expectAccessible(page);

    const asked: string[] = [];
    using _hub = engine.answer((url) => {
      if (url.pathname !== '/images/search') return undefined;
      asked.push(url.search);
      return [
        { name: 'gantry-stand-in', description: hostile, star_count: 20_123, is_official: true, is_automated: false },
        { name: 'team/stand-in', description: 'x'.repeat(100_000), star_count: 2, is_official: false },
        { name: '<script>globalThis.hacked = 1</script>', description: 'no name of an image', star_count: 1 },
      ];
    });
    await box.fill('gantry-stand-in');
    await box.press('Enter');
    const table = page.getByRole('table', { name: 'Images at Docker Hub' });
    await table.getByText('official', { exact: true }).waitFor(patience);
    await table.getByText('20,123').waitFor();
    expect(asked).toEqual(['?term=gantry-stand-in&limit=100']);
    expect(await table.getByRole('row').count()).toBe(3);
    await page.getByText('docker search gantry-stand-in').waitFor();
    await expectInert(page);
    await expectAccessible(page);

    await table.getByRole('button', { name: 'Pull gantry-stand-in', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Pull gantry-stand-in' });
    await dialog.getByText('3 tags are offered.').waitFor(patience);
    expect(await dialog.locator('datalist option').allTextContents()).toContain('1.29 (62 MiB)');
    await dialog.getByLabel('Tag').fill('1.29');
    await dialog.getByText('docker pull gantry-stand-in:1.29').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Pull' }).click();
    const panel = page.getByRole('region', { name: 'On its way' });
    await panel.getByText('The registry docker.io').waitFor(patience);
    await panel.getByRole('button', { name: 'Close' }).click();
  });

  it('removes the chosen images as they were shown, and none when one has changed; another tab stays in step', async () => {
    const [one, other] = await Promise.all(
      ['one:1', 'other:1'].map((name) => image.build(name, `${dockerfileOf(run)}LABEL name=${name}\n`, { big: name })),
    );
    if (one === undefined || other === undefined) throw new Error('no images');
    const prefix = one.slice(0, one.indexOf('/'));
    await using dashboard = await browser.open({ url: daemon.url, path: 'images', expected: [/409/] });
    const { page } = dashboard;
    const tab = await dashboard.secondTab();
    for (const each of [page, tab]) {
      await showOnly(each, prefix);
      await each.getByRole('link', { name: one, exact: true }).waitFor(patience);
    }
    const ask = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Remove 2 chosen…' }).click();
      const list = page.getByRole('dialog', { name: 'Remove 2 images?' }).getByRole('list', { name: 'What would go' });
      await list.getByText(one).waitFor();
      await list.getByText(other).waitFor();
      await page.getByText(new RegExp(`docker rmi .*${other}`)).waitFor();
    };
    for (const name of [one, other]) await page.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();
    await ask();
    await expectAccessible(page);
    const further = `${prefix}/further:1`;
    await runCommand(['docker', 'tag', other, further]);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText(/is another by now, is in use, or is gone\. Nothing was removed\./).waitFor(patience);
    expect((await runCommand(['docker', 'image', 'inspect', one, other])).code).toBe(0);
    await tab.getByText(further, { exact: true }).waitFor(patience);
    await page.getByText(further, { exact: true }).waitFor(patience);
    await page.getByRole('button', { name: 'Remove 2 chosen…' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('2 images were removed.', { exact: true }).waitFor(patience);
    expect((await runCommand(['docker', 'image', 'inspect', one])).code).toBe(1);
    expect((await runCommand(['docker', 'image', 'inspect', further])).code).toBe(1);
    for (const each of [page, tab])
      await each.getByRole('link', { name: one, exact: true }).waitFor({ state: 'detached', ...patience });
  });

  it('counts the disk when it is asked to', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'images' });
    const { page } = dashboard;
    const disk = page.getByRole('region', { name: 'Disk' });
    await disk.getByRole('button', { name: 'Count the disk' }).click();
    await disk.getByText(/on the disk, .* can be freed; \d+ of \d+ in use\. Counted/).waitFor(patience);
    await disk.getByText('docker system df').waitFor();
  });

  it('makes volumes, counts them, and removes exactly the unused ones that were shown', async () => {
    const [named, kept] = [`${volume}-named`, `${volume}-kept`];
    const { stdout: made } = await runCommand(['docker', 'volume', 'create', '--label', `run=${run}`]);
    const anonymous = made.trim();
    await using dashboard = await browser.open({ url: daemon.url, path: 'volumes', expected: [/409/] });
    const { page } = dashboard;
    try {
      await page.getByRole('button', { name: 'Create a volume' }).click();
      const dialog = page.getByRole('dialog', { name: 'Create a volume' });
      await dialog.getByLabel('Name', { exact: false }).first().fill('-');
      await dialog.getByLabel('Labels, one NAME=value a line').fill('no pair');
      await dialog.getByText('Not NAME=value: no pair').waitFor();
      expect(await dialog.getByRole('button', { name: 'Create' }).isDisabled()).toBe(true);
      await dialog.getByLabel('Labels, one NAME=value a line').fill('team=harbour');
      await dialog
        .getByLabel('Options of the driver, one NAME=value a line')
        .fill('type=tmpfs\ndevice=tmpfs\no=size=1m');
      await dialog.getByLabel('Name', { exact: false }).first().fill(named);
      await dialog
        .getByText(
          `docker volume create --opt type=tmpfs --opt device=tmpfs --opt o=size=1m --label team=harbour ${named}`,
        )
        .waitFor();
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Create' }).click();
      await page.getByText(`The volume ${named} was created.`, { exact: true }).waitFor(patience);
      const facts = await runCommand(['docker', 'volume', 'inspect', named]);
      expect(JSON.parse(facts.stdout)).toMatchObject([{ Labels: { team: 'harbour' }, Options: { o: 'size=1m' } }]);
      await page.getByRole('button', { name: named, exact: true }).click();
      const inspected = page.getByRole('dialog', { name: named });
      await inspected.getByText('harbour').first().waitFor();
      await inspected.getByRole('button', { name: 'Close' }).click();
      await runCommand(['docker', 'volume', 'create', kept]);

      // The page sees these alone: the volumes of others on this Engine are not for a test to remove.
      const own = await runCommand(['docker', 'volume', 'inspect', named, kept, anonymous]);
      const volumes = JSON.parse(own.stdout) as { Name: string; CreatedAt: string }[];
      using _own = engine.answer((url, { method }) =>
        method === 'GET' && url.pathname === '/volumes' ? { Volumes: volumes } : undefined,
      );
      using _count = engine.answer((url) =>
        url.pathname === '/system/df'
          ? { LayersSize: 0, Volumes: volumes.map(({ Name }) => ({ Name, UsageData: { Size: 1048576, RefCount: 0 } })) }
          : undefined,
      );
      await page.reload();
      const disk = page.getByRole('region', { name: 'Disk' });
      await disk.getByRole('button', { name: /^Count/ }).click();
      await page.getByRole('row').filter({ hasText: kept }).getByText('1 MiB').waitFor(patience);
      await expectAccessible(page);

      await page.getByRole('button', { name: 'Remove unused…' }).click();
      await page.getByRole('dialog', { name: 'Remove 1 unused volumes?' }).waitFor();
      await page.getByRole('radio', { name: 'All that no container uses' }).check();
      const prune = page.getByRole('dialog', { name: 'Remove 3 unused volumes?' });
      await prune.getByText('They hold 3 MiB').waitFor();
      expect(await prune.getByRole('button', { name: 'Remove' }).isDisabled()).toBe(true);
      await prune.getByLabel('Type 3 to confirm').fill('3');
      await expectAccessible(page);
      const [first] = volumes;
      const wasMade = first?.CreatedAt ?? '';
      if (first) first.CreatedAt = '2020-01-01T00:00:00Z';
      await prune.getByRole('button', { name: 'Remove' }).click();
      await page.getByText(/is another by now, is in use, or is gone\. Nothing was removed\./).waitFor(patience);
      expect((await runCommand(['docker', 'volume', 'inspect', named, kept, anonymous])).code).toBe(0);
      if (first) first.CreatedAt = wasMade;
      await page.reload();
      await page.getByRole('button', { name: 'Remove unused…' }).click();
      const again = page.getByRole('dialog', { name: 'Remove 1 unused volumes?' });
      await again.getByText(`docker volume rm ${anonymous}`).waitFor();
      await again.getByLabel('Type 1 to confirm').fill('1');
      await again.getByRole('button', { name: 'Remove' }).click();
      await page.getByText('1 volumes were removed.', { exact: true }).waitFor(patience);
      expect((await runCommand(['docker', 'volume', 'inspect', anonymous])).code).toBe(1);
      expect((await runCommand(['docker', 'volume', 'inspect', named, kept])).code).toBe(0);
    } finally {
      await runCommand(['docker', 'volume', 'rm', '--force', named, kept, anonymous]);
    }
  });
});
