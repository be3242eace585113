import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gantry } from '../harness.ts';
import type { ModelDaemon } from '../model-daemon.ts';
import { expectAccessible, type DashboardBrowser } from './browser.ts';
import { startModelDesk, type ModelDesk } from './model-desk.ts';

describe('chat in the dashboard, with real weights', () => {
  let desk: ModelDesk;
  let daemon: ModelDaemon;
  let browser: DashboardBrowser;
  let published = '';
  /** The same weights with another context: another model. */
  const besides = 'mine/short:1';
  let chatPath = '';

  beforeAll(async () => {
    desk = await startModelDesk({ isPulled: true });
    ({ daemon, browser, published } = desk);
    chatPath = `models/chat?model=${encodeURIComponent(published)}`;
  });
  afterAll(() => desk?.stop());
  beforeEach((context) => {
    if (desk.skip !== undefined) context.skip(desk.skip);
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

  it('are led by keys: a new line, stop, the last message again', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: chatPath });
    const { page } = dashboard;
    const { keyboard } = page;
    await page.getByText('Enter sends, Shift+Enter makes a new line, Esc stops, ↑ edits the last message.').waitFor();
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.focus();
    await keyboard.type('Count from 1 to 900,');
    await keyboard.press('Shift+Enter');
    await keyboard.type('each on its line.');
    await keyboard.press('Enter');
    const you = page.getByRole('article', { name: 'You' });
    await you.getByText('Count from 1 to 900, each on its line.').waitFor();
    const answer = page.getByRole('article', { name: published });
    await answer.getByText(/\d/).first().waitFor({ timeout: 120_000 });
    await message.press('Escape');
    await answer.getByText('Stopped.', { exact: true }).waitFor();

    await message.press('ArrowUp');
    const edited = you.getByRole('textbox', { name: 'Message' });
    expect(await edited.inputValue()).toBe('Count from 1 to 900,\neach on its line.');
    await keyboard.type(' Do not.');
    await keyboard.press('Escape');
    await you.getByText('Count from 1 to 900, each on its line.', { exact: true }).waitFor();
    await message.press('ArrowUp');
    await edited.fill('Count to 800, each on its line.');
    await keyboard.press('Enter');
    await you.getByText('Count to 800, each on its line.', { exact: true }).waitFor();
    await you.getByText('2 of 2').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await answer.getByText('Stopped.', { exact: true }).waitFor();
  });

  it('keep what was said in the browser, with every version, to be taken out and deleted', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: chatPath });
    const { page } = dashboard;
    const you = page.getByRole('article', { name: 'You' });
    await page.getByText('Options').click();
    await page.getByLabel('Most tokens of an answer').fill('6');
    await page.getByLabel('Seed').fill('7');
    await page.getByLabel('Top p').fill('0.55');
    await page.getByLabel('System prompt').fill('Be brief.');
    await page.getByRole('textbox', { name: 'Message' }).fill('Name a ship.');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article', { name: published });
    await answer.getByText(/tokens\/s/).waitFor({ timeout: 120_000 });
    await page.getByText(`gantry run --system 'Be brief.' --top-p 0.55 --max-tokens 6 --seed 7 ${published}`).waitFor();
    const recorded = await (await fetch(`${daemon.url}/engines/requests`)).text();
    expect(recorded).toMatch(/\\"top_p\\":0\.55/);
    await page.getByRole('button', { name: 'Attach a picture' }).and(page.locator(':disabled')).waitFor();
    await page.getByRole('textbox', { name: 'Message' }).evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['x'], 'dot.png', { type: 'image/png' }));
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await page.getByRole('alert').getByText('This model cannot see pictures.', { exact: true }).waitFor();
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
    const permissions = ['clipboard-read', 'clipboard-write'];
    await using dashboard = await browser.open({ url: daemon.url, path: chatPath, colorScheme: 'dark', permissions });
    const { page } = dashboard;
    // The answer is a script's, between the daemon and the page: no weights say such things when asked to.
    const said =
      '<script>globalThis.hacked=1</script>\n\n**bold** \u001B[31mred\u202E [x](javascript:globalThis.hacked=2)\n\n```sh\necho "<b>one</b>"\n  echo two\n```\n\n';
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
    await answer.getByRole('button', { name: 'Copy', exact: true }).first().click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('echo "<b>one</b>"\n  echo two');
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
});
