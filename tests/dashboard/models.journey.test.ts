import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  dockerRegistryMissing,
  serve,
  smolLmWeights,
  startDockerRegistry,
  type DockerRegistry,
  type TestServer,
} from '#testing';
import { gantry } from '../harness.ts';
import { startModelDaemon, type ModelDaemon } from '../model-daemon.ts';
import { publishModel } from '../published-model.ts';
import { expectAccessible, startBrowser, tabTo, type DashboardBrowser } from './browser.ts';
import { hubOf } from './hub.ts';

describe('models in the dashboard, real weights through a real registry', () => {
  let daemon: ModelDaemon;
  let browser: DashboardBrowser;
  let registry: DockerRegistry;
  let hub: TestServer;
  let skip = dockerRegistryMissing();
  let weights = '';
  let published = '';
  /** The same weights with another context: another model. */
  const besides = 'mine/short:1';
  let chatPath = '';

  beforeAll(async () => {
    hub = await serve(hubOf('org/Tiny-GGUF'));
    const env = { HF_ENDPOINT: hub.url, GANTRY_HUB_ENDPOINT: hub.url };
    [daemon, browser] = await Promise.all([startModelDaemon(env), startBrowser()]);
    skip ??= daemon.skip;
    const found = await smolLmWeights();
    if (skip !== undefined || !('path' in found)) return;
    weights = found.path;
    registry = await startDockerRegistry();
    published = `${registry.host}/ai/smollm2:test`;
    chatPath = `models/chat?model=${encodeURIComponent(published)}`;
    await publishModel(weights, published);
    await fetch(`${daemon.url}/models/purge`, { method: 'DELETE' });
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await registry?.[Symbol.asyncDispose]();
    await hub?.[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
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

  it('are found elsewhere, with their variants and a description that is inert', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'models/search',
      colorScheme: 'dark',
      expected: [/404.*models\/create/],
    });
    const { page } = dashboard;
    await page.getByLabel('Search Docker Hub and Hugging Face').fill('tiny');
    await page.keyboard.press('Enter');
    // Docker Hub is not there: what else was found is shown, and why there is no more.
    await page.getByText('Docker Hub could not be asked.').waitFor();
    await page.getByText('gantry search tiny', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pull hf.co/org/Tiny-GGUF' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('row', { name: /Q4_K_M.*40 MiB/ }).waitFor();
    await dialog.getByRole('row', { name: /Q8_0.*80 MiB/ }).waitFor();
    const card = dialog.getByRole('region', { name: 'Description' });
    await card.getByText('Tiny model').waitFor();
    await card.getByText('red⟨202E⟩ turned').waitFor();
    expect(await card.locator('script, img, iframe, a[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    await expectAccessible(page);
    // The files themselves are not there: the pull says so.
    await dialog.getByRole('button', { name: 'Pull hf.co/org/Tiny-GGUF:Q8_0' }).click();
    const transfers = page.getByRole('region', { name: 'On its way' });
    await transfers.getByText('Pull hf.co/org/Tiny-GGUF:Q8_0').waitFor();
    await transfers.getByRole('button', { name: 'Close' }).waitFor();
    await transfers.getByText(/Tiny-GGUF.*(404|not|no)/).waitFor();
    await expectAccessible(page);
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
    await page.getByRole('tab', { name: 'Chat' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.goBack();
    await page.getByRole('log', { name: 'Inspect' }).waitFor();
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.getByText('No request was recorded yet.').waitFor();
  });

  it('answer in a chat, say how fast, are stopped, and answer again', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models' });
    const { page } = dashboard;
    await page.getByRole('link', { name: `Chat with ${published}` }).click();
    await page.getByRole('heading', { level: 1, name: 'Chat' }).waitFor();
    await page.getByText('Options', { exact: true }).click();
    await page.getByLabel('Most tokens of an answer').fill('24');
    await page.getByLabel('Temperature').fill('0');
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('What is a container?');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article', { name: published });
    await answer.getByText(/tokens\/s/).waitFor({ timeout: 120_000 });
    await page.getByText(/Context: \d/).waitFor();
    await expectAccessible(page);

    await page.getByLabel('Most tokens of an answer').fill('4000');
    await page.getByRole('button', { name: 'Edit this message' }).click();
    await page
      .getByRole('article', { name: 'You' })
      .getByRole('textbox')
      .fill('Count from 1 to 900, each on its line.');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await answer.getByText('Stopped.', { exact: true }).waitFor();

    await page.getByLabel('Most tokens of an answer').fill('8');
    await page.getByRole('button', { name: 'Edit this message' }).click();
    await page.getByRole('article', { name: 'You' }).getByRole('textbox').fill('Say hello.');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await answer.getByText(/tokens\/s/).waitFor();
    await page.getByRole('article', { name: 'You' }).getByText('Say hello.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Answer again' }).click();
    await answer.getByText(/tokens\/s/).waitFor();
    expect(await page.getByRole('article', { name: 'You' }).count()).toBe(1);
  });

  it('keep what was said in the browser, with every version, to be taken out and deleted', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: chatPath });
    const { page } = dashboard;
    const you = page.getByRole('article', { name: 'You' });
    await page.getByText('Options').click();
    await page.getByLabel('Most tokens of an answer').fill('6');
    await page.getByLabel('Seed').fill('7');
    await page.getByLabel('System prompt').fill('Be brief.');
    await page.getByRole('textbox', { name: 'Message' }).fill('Name a ship.');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article', { name: published });
    await answer.getByText(/tokens\/s/).waitFor({ timeout: 120_000 });
    await page.getByText(`gantry run --system 'Be brief.' --max-tokens 6 --seed 7 ${published}`).waitFor();
    await page.getByRole('button', { name: 'Edit this message' }).click();
    await you.getByRole('textbox').fill('Name a tree.');
    await page.getByRole('button', { name: 'Ask again' }).click();
    await answer.getByText(/tokens\/s/).waitFor({ timeout: 120_000 });
    await you.getByText('2 of 2').waitFor();
    await you.getByRole('button', { name: 'The version before' }).click();
    await you.getByText('Name a ship.').waitFor();
    const chats = page.getByRole('navigation', { name: 'Chats of this browser' });
    await chats.getByRole('button', { name: /^Name a ship\./ }).waitFor();

    await page.reload();
    await you.getByText('Name a ship.').waitFor();
    await you.getByText('1 of 2').waitFor();
    const firstAnswer = await answer.innerText();
    await you.getByRole('button', { name: 'The version after' }).click();
    await you.getByText('Name a tree.').waitFor();
    await you.getByRole('button', { name: 'The version before' }).click();
    expect(await answer.innerText()).toBe(firstAnswer);
    await page.getByText('Options').click();
    expect(await page.getByLabel('Seed').inputValue()).toBe('7');
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As Markdown' }).click(),
    ]);
    expect(await text(await file.createReadStream())).toContain('## You\n\nName a ship.');

    const second = await dashboard.secondTab();
    const secondChats = second.getByRole('navigation', { name: 'Chats of this browser' });
    await secondChats.getByRole('button', { name: /^Name a ship\./ }).click();
    await second.getByRole('article', { name: 'You' }).getByText('Name a ship.').waitFor();
    await chats.getByRole('button', { name: 'Delete the chat Name a ship.' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await secondChats.getByRole('button', { name: /^Name a ship\./ }).waitFor({ state: 'detached' });
    await page.getByText('Ask something. Nothing leaves this machine.').waitFor();
  });

  it('are asked the same, two beside each other, and each is stopped by itself', async () => {
    const made = await gantry(daemon.home, ['repackage', published, besides, '--context-size', '2048']);
    expect(made.stderr).toBe('');
    const path = `${chatPath}&beside=${encodeURIComponent(besides)}`;
    await using dashboard = await browser.open({ url: daemon.url, path });
    const { page } = dashboard;
    await page.getByText('Options').click();
    await page.getByLabel('Temperature').fill('0');
    await page.getByRole('textbox', { name: 'Message' }).fill('Count from 1 to 900, each on its line.');
    await page.keyboard.press('Enter');
    const one = page.getByRole('article', { name: published });
    const other = page.getByRole('article', { name: besides });
    await page.getByRole('button', { name: `Stop ${published}` }).click();
    await one.getByText('Stopped.').waitFor();
    await page.getByRole('button', { name: `Stop ${besides}` }).click({ timeout: 120_000 });
    await other.getByText('Stopped.').waitFor();
    expect(await page.getByRole('article', { name: 'You' }).count()).toBe(2);

    await page.getByLabel('Most tokens of an answer').fill('6');
    await page.getByRole('textbox', { name: 'Message' }).fill('Say hello.');
    await page.keyboard.press('Enter');
    await one.getByText(/tokens\/s/).waitFor({ timeout: 120_000 });
    await other.getByText(/tokens\/s/).waitFor({ timeout: 120_000 });
    await page.getByText(/Context: [\d,]+ of 8,192 tokens/).waitFor();
    await page.getByText(/Context: [\d,]+ of 2,048 tokens/).waitFor();
    await expectAccessible(page);
  });

  it('may answer anything: the page stays as it is, and sends pictures where the model sees', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: chatPath, colorScheme: 'dark' });
    const { page } = dashboard;
    // The answer is a script's, between the daemon and the page: no weights say such things when asked to.
    const said =
      '<script>globalThis.hacked=1</script>\n\n**bold** \u001B[31mred\u202E [x](javascript:globalThis.hacked=2)\n\n';
    const asked: string[] = [];
    await page.route('**/api/show', (route) => route.fulfill({ json: { capabilities: ['completion', 'vision'] } }));
    await page.route('**/v1/chat/completions', async (route) => {
      asked.push(route.request().postData() ?? '');
      const parts = [said, 'x'.repeat(5_000_000)].map(
        (content) =>
          `data: ${JSON.stringify({ choices: [{ delta: { content, reasoning_content: 'hm \u001B[31mso' } }] })}\n\n`,
      );
      await route.fulfill({ contentType: 'text/event-stream', body: `${parts.join('')}data: [DONE]\n\n` });
    });
    await page.reload();
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const picture = { name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(pixel, 'base64') };
    await page.getByRole('button', { name: 'Attach a picture' }).and(page.locator(':enabled')).waitFor();
    await page.locator('input[type=file]').setInputFiles(picture);
    await page.getByRole('img', { name: 'Picture 1' }).waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('What is this?');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article', { name: published });
    await answer.getByText('bold', { exact: true }).waitFor({ timeout: 60_000 });
    await answer.getByText('red⟨202E⟩').first().waitFor();
    await answer.getByText(/more characters/).waitFor({ timeout: 60_000 });
    await answer.getByText('Thought before the answer').click();
    await answer.getByText('hm so').first().waitFor();
    expect(await answer.locator('script, img, a[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(asked.join()).toContain(`data:image/png;base64,${pixel}`);
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Message' }).fill('It is still quick.');
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByText('Ask something. Nothing leaves this machine.').waitFor();
  });

  it('show what was asked of them, live, and what they logged', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models/requests' });
    const { page } = dashboard;
    await page.getByText('Say hello.', { exact: true }).first().waitFor();
    await fetch(`${daemon.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: published,
        max_tokens: 4,
        messages: [{ role: 'user', content: '<img src=x onerror=alert(1)> \u001B[31mred\u202E' }],
      }),
    });
    await page.getByText('<img src=x onerror=alert(1)> red⟨202E⟩').waitFor();
    await expectAccessible(page);
    await page
      .getByRole('button', { name: /^Show the request/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Response' }).click();
    await page.getByRole('log', { name: 'Response' }).getByText('"choices"').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByLabel('Filter').fill('chat/completions');
    await page.getByRole('log').getByText('chat/completions').first().waitFor();
    await expectAccessible(page);
  });

  it('are unloaded, named, pushed and deleted, and a second tab sees it', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models' });
    const { page } = dashboard;
    const second = await dashboard.secondTab();
    const more = page.getByRole('button', { name: `More actions for ${published}` });
    await more.click();
    await page.getByRole('menuitem', { name: 'Unload' }).click();
    await page.getByText(`${published} is no longer in memory.`, { exact: true }).waitFor();

    const other = `${registry.host}/mine/other:1`;
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
    const tags = await (await fetch(`http://${registry.host}/v2/mine/other/tags/list`)).json();
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
    await using dashboard = await browser.open({ url: daemon.url, path: 'models/package', locale: 'zh-CN' });
    const { page } = dashboard;
    const target = `${registry.host}/mine/packaged:1`;
    await page.getByLabel('GGUF 文件的路径').fill('relative.gguf');
    await page.getByText('绝对路径，例如').waitFor();
    await page.getByLabel('GGUF 文件的路径').fill(weights);
    await page.getByLabel('新模型的名称').fill(target);
    await page.getByLabel('上下文大小（可选）').fill('2048');
    await page.getByLabel('之后推送到其镜像仓库').check();
    await expectAccessible(page);
    await page.getByRole('button', { name: '打包' }).click();
    await page
      .getByRole('region', { name: '正在进行' })
      .getByText('Model pushed successfully', { exact: true })
      .waitFor();
    await page.getByRole('link', { name: target, exact: true }).click();
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
