import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assistantSessionBody } from '#contract';
import { startTestDaemon, type TestDaemon } from '#testing';
import { busyboxMissing, makeFailingImage, type FailingImage } from '../diagnosis/failing-image.ts';
import { label, removeAll } from '../diagnosis/provoke.ts';
import { dockerMissing } from '../docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from '../harness.ts';
import { writeProfile } from '../mcp-daemon.ts';
import { startScriptedModel, type ScriptedAnswer, type ScriptedModel, type WireMessage } from '../scripted-model.ts';
import { approveListed, attach, inProject, stopAndDelete } from './assistant-steps.ts';
import { expectAccessible, startBrowser, tabTo, type DashboardBrowser } from './browser.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
const run = randomBytes(4).toString('hex');
const container = `gantry-page-asked-${run}`;
const volume = `gantry-page-kept-${run}`;
const talker = `gantry-page-talks-${run}`;
let built = '';
let builtId = '';

let image: FailingImage;
let home: { path: string } & AsyncDisposable;
let model: ScriptedModel;
let daemon: TestDaemon;
let browser: DashboardBrowser;
let project: string;

function answerTo(messages: readonly WireMessage[]): ScriptedAnswer {
  const last = messages.at(-1);
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (last?.role === 'tool') {
    return { text: [/not yet|reject|nobody/i.test(last.content ?? '') ? 'Left as it is.' : 'It is changed.'] };
  }
  if (question.includes('Change the port')) {
    return { call: { name: 'write_file', arguments: { path: 'app.js', content: 'listen(8080);\n' } } };
  }
  if (question.includes('Wait for it')) {
    const command = `echo "pid $$"; exec docker logs --follow ${talker}`;
    return { call: { name: 'shell', arguments: { command } } };
  }
  // What of the attachments reached it.
  const all = messages.map(({ content }) => content).join('\n');
  const seen = [builtId, 'A server named notes'].filter((one) => one !== '' && all.includes(one)).join(', ');
  return { text: ['**Bo', 'ld** and <script>alert(1)</script>', ' \u001B[2Jdone.', ` Seen: ${seen}.`] };
}

beforeAll(async () => {
  if (missing !== undefined) return;
  home = await temporaryDirectory('home');
  project = join(home.path, 'project');
  await mkdir(project);
  await writeFile(join(project, 'app.js'), 'listen(80);\n');
  const notes = { name: 'notes', remote: { url: 'http://127.0.0.1:1/notes', transport_type: 'streamable-http' } };
  await writeProfile(home.path, { id: 'default', servers: [notes] });
  model = await startScriptedModel(answerTo);
  const settings = { assistant: { model: { url: model.url, model: 'scripted' } } };
  await writeFile(join(home.path, 'settings.yaml'), JSON.stringify(settings));
  [image, daemon, browser] = await Promise.all([
    makeFailingImage(),
    startTestDaemon({ home: home.path }),
    startBrowser(),
  ]);
  built = await image.build('asked:1', 'FROM BASE\nCMD ["sh", "-c", "exit 3"]\n', {});
  await runCommand(['docker', 'create', '--label', `${label}=${run}`, '--name', container, built]);
  builtId = (await runCommand(['docker', 'image', 'inspect', '--format', '{{.Id}}', built])).stdout.trim();
  const talk = 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo "line $i"; done; exec sleep 3600';
  await runCommand(['docker', 'run', '-d', '--label', `${label}=${run}`, '--name', talker, built, 'sh', '-c', talk]);
  await runCommand(['docker', 'volume', 'create', '--label', `${label}=${run}`, volume]);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await daemon?.stop();
  await model?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
  if (missing !== undefined) return;
  await removeAll(run);
  await image?.[Symbol.asyncDispose]();
});

describe.skipIf(missing !== undefined)(`the assistant in the dashboard${missing ? ` (${missing})` : ''}`, () => {
  it('is off until its terms are accepted; then answers, asks before it changes a file, and takes it back', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'assistant?attach=container%3Adb' });
    const { page } = dashboard;
    await page.getByRole('heading', { name: 'The assistant is off' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Accept and enable' }).click();
    await page.getByText('container: db', { exact: true }).waitFor();
    const settings = await gantry(daemon.home, ['settings', 'get', 'assistant.enabled', '--json']);
    expect(settings.stdout).toContain('true');

    await page.getByRole('link', { name: 'New session' }).click();
    await page.getByRole('button', { name: 'Choose the working directory' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Path').fill(`${home.path}/`);
    await dialog.getByRole('option', { name: 'project/', exact: true }).click();
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await page.getByRole('button', { name: project, exact: true }).waitFor();

    await attach(page, [
      { kind: 'Containers', name: container },
      { kind: 'Volumes', name: volume },
      { kind: 'Files', name: 'app.js' },
    ]);
    await page.getByRole('group', { name: 'Attachments' }).getByText('file: app.js', { exact: true }).waitFor();
    await page.getByText(`volume: ${volume}`, { exact: true }).click();
    await page.keyboard.press('Delete');
    await page.getByText(`volume: ${volume}`, { exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Message' }).fill('Look at this');
    await page.getByRole('textbox', { name: 'Message' }).press('Enter');
    const log = page.getByRole('log', { name: 'Conversation' });
    await log.getByText('Attached: app.js', { exact: true }).waitFor();
    await log
      .getByRole('article', { name: 'Assistant' })
      .getByText(/Bold and .*done\./)
      .waitFor();
    expect(
      model.asked
        .at(-1)
        ?.map(({ content }) => content)
        .join('\n'),
    ).toMatch(/listen\(80\);/);
    expect(JSON.stringify(model.asked.at(-1))).toContain(container);
    expect(JSON.stringify(model.asked.at(-1))).not.toContain(volume);
    await expectAccessible(page);

    // In the middle of a session too.
    await attach(page, [
      { kind: 'Volumes', name: volume },
      { kind: 'Images', name: built },
      { kind: 'MCP servers', name: 'notes' },
    ]);
    await page.getByRole('textbox', { name: 'Message' }).fill('And this?');
    await page.getByRole('button', { name: 'Send' }).click();
    await log.getByText(`Attached: ${volume}`, { exact: true }).waitFor();
    await log
      .getByText(/Bold and .*done\./)
      .nth(1)
      .waitFor();
    expect(JSON.stringify(model.asked.at(-1))).toContain(volume);
    await log.getByText(`Seen: ${builtId}, A server named notes.`).waitFor();

    // A question is worded anew, and its answer given again; what came before stays.
    const mine = log.getByRole('article', { name: 'You' }).last();
    await mine.getByRole('button', { name: 'Edit this question' }).click();
    await log.getByText('Its answer and all that follows are taken out of the session', { exact: false }).waitFor();
    await expectAccessible(page);
    await log.getByRole('textbox', { name: 'Edit this question' }).fill('And that?');
    await log.getByRole('button', { name: 'Ask instead' }).click();
    await log.getByText('And that?', { exact: true }).waitFor();
    await log.getByText('And this?', { exact: true }).waitFor({ state: 'detached' });
    await log.getByText(`Attached: ${volume}`, { exact: true }).waitFor();
    const again = log.getByRole('button', { name: 'Answer again' }).and(page.locator(':enabled'));
    await again.waitFor();
    const before = model.asked.length;
    await again.click();
    await expect.poll(() => model.asked.length, { timeout: 60_000 }).toBe(before + 1);
    await again.waitFor();
    expect(await log.getByRole('article', { name: 'You' }).count()).toBe(2);
    expect(await log.getByRole('article', { name: 'Assistant' }).count()).toBe(2);
    expect(JSON.stringify(model.asked.at(-1))).not.toContain('And this?');

    const file = join(project, 'app.js');
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('Change the port');
    await page.getByRole('button', { name: 'Send' }).click();
    const diff = log.getByRole('region', { name: 'Exactly this will happen' });
    await diff.getByText('+listen(8080);').waitFor();
    await expectAccessible(page);
    await log.getByRole('button', { name: 'Reject' }).click();
    await log.getByRole('textbox', { name: /Why not/ }).fill('not yet');
    await log.getByRole('textbox', { name: /Why not/ }).press('Enter');
    await log.getByText('Left as it is.', { exact: true }).waitFor();
    expect(await readFile(file, 'utf8')).toBe('listen(80);\n');

    // Another tab sees the same question, and answers it for both.
    const second = await dashboard.secondTab(new URL(page.url()).pathname.replace('/dashboard/', ''));
    await second.getByText('Left as it is.', { exact: true }).waitFor();
    await message.fill('Change the port now');
    await message.press('Enter');
    await log.getByRole('button', { name: 'Approve once' }).waitFor();
    await second.getByRole('button', { name: 'Approve once' }).click();
    await log.getByText('It is changed.', { exact: true }).waitFor();
    await second.getByText('It is changed.', { exact: true }).waitFor();
    expect(await readFile(file, 'utf8')).toBe('listen(8080);\n');
    await second.close();

    await page.getByRole('button', { name: 'Undo file changes' }).click();
    await page.getByText('1 files are as they were before.', { exact: true }).waitFor();
    expect(await readFile(file, 'utf8')).toBe('listen(80);\n');

    await log.getByRole('button', { name: 'Good answer' }).last().click();
    await log.getByRole('button', { name: 'Good answer', pressed: true }).waitFor();
  });

  it('stops a tool that runs, and says in every tab what became of it and of a session that is deleted', async () => {
    await stopAndDelete({ daemon, browser, model, project });
  });

  it('keeps sessions: found, renamed, deleted; tools and rules hold as they are set', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'assistant', locale: 'zh-CN' });
    const { page } = dashboard;
    const sessions = page.getByRole('complementary', { name: '会话' });
    await sessions.getByRole('link', { name: 'Look at this' }).click();
    await page.getByRole('log').getByText('It is changed.', { exact: true }).waitFor();

    await page.getByRole('button', { name: '工具', exact: true }).click();
    await page.getByRole('switch', { name: 'web_fetch 已启用' }).or(page.getByRole('switch').first()).first().waitFor();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('switch').first().click();
    const off = page.getByRole('dialog').getByRole('switch', { checked: false });
    await off.first().click();
    await off.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '关闭' }).click();

    await page.getByRole('button', { name: '权限' }).click();
    await page.getByRole('textbox', { name: '拒绝' }).fill('shell(docker volume rm *)');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('规则已生效。', { exact: true }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: '关闭' }).last().click();
    const rules = await gantry(daemon.home, ['settings', 'get', 'assistant.permissions.deny', '--json']);
    expect(rules.stdout).toContain('docker volume rm');

    await sessions.getByRole('button', { name: '“Look at this”的更多操作' }).click();
    await page.getByRole('menuitem', { name: '重命名' }).click();
    await page.getByLabel('标题').fill('端口');
    await page.getByRole('button', { name: '保存' }).click();
    await sessions.getByRole('link', { name: '端口' }).waitFor();
    await sessions.getByLabel('搜索会话').fill('nothing like this');
    await sessions.getByText('没有匹配的会话。', { exact: true }).waitFor();
    await sessions.getByLabel('搜索会话').fill('端口');
    await sessions.getByRole('button', { name: '“端口”的更多操作' }).click();
    await page.getByRole('menuitem', { name: '删除' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await sessions.getByText('没有匹配的会话。', { exact: true }).waitFor();
    await page.waitForURL(/\/assistant$/);
  });

  it('is used from question to undo by keys alone, and never takes what is being typed for an approval', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'models' });
    const { page } = dashboard;
    const file = join(project, 'app.js');
    await inProject(page, { daemon, project, path: 'models' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page
      .getByRole('dialog')
      .getByRole('option', { name: /^Assistant/ })
      .or(page.getByRole('dialog').getByText('Assistant', { exact: true }))
      .first()
      .waitFor();
    await page.keyboard.type('assistant');
    await page.keyboard.press('Enter');
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.waitFor();
    await tabTo(page, message);
    await tabTo(page, page.getByRole('button', { name: 'Attach', exact: true }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Attach to the question' });
    const box = dialog.getByRole('checkbox', { name: container });
    await box.waitFor();
    await page.keyboard.type(container);
    await tabTo(page, box);
    await page.keyboard.press('Space');
    await tabTo(page, dialog.getByRole('button', { name: 'Attach 1', exact: true }));
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await tabTo(page, message);
    await page.keyboard.type('Change the port by keys');
    await page.keyboard.press('Enter');

    const log = page.getByRole('log', { name: 'Conversation' });
    const approve = log.getByRole('button', { name: 'Approve once' });
    await approve.waitFor({ timeout: 120_000 });
    await log.getByText(`Attached: ${container}`, { exact: true }).waitFor();
    // It is written on; nothing of that answers.
    await expect
      .poll(() => message.evaluate((element) => element === document.activeElement), { timeout: 60_000 })
      .toBe(true);
    await page.keyboard.type('yes a y ');
    expect(await message.inputValue()).toBe('yes a y ');
    expect(await readFile(file, 'utf8')).toBe('listen(80);\n');
    await tabTo(page, approve);
    expect(await approve.evaluate((element) => element.matches(':focus-visible'))).toBe(true);
    await page.keyboard.press('Enter');
    await log.getByText('It is changed.', { exact: true }).waitFor();
    expect(await readFile(file, 'utf8')).toBe('listen(8080);\n');
    await expect
      .poll(() => message.evaluate((element) => element === document.activeElement), { timeout: 60_000 })
      .toBe(true);

    const undo = page.getByRole('button', { name: 'Undo file changes' });
    await undo.and(page.locator(':enabled')).waitFor();
    await tabTo(page, undo);
    await page.keyboard.press('Enter');
    await page.getByText('1 files are as they were before.', { exact: true }).waitFor();
    expect(await readFile(file, 'utf8')).toBe('listen(80);\n');
  });

  it('does what waits for approval as it was listed, or nothing of it', async () => {
    await approveListed({ daemon, browser, model, project });
  });

  it('asks once, for the session or for the project, as it was told', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'assistant' });
    const { page } = dashboard;
    await inProject(page, { daemon, project, path: 'assistant' });
    const message = page.getByRole('textbox', { name: 'Message' });
    const log = page.getByRole('log', { name: 'Conversation' });
    const ask = async (text: string): Promise<void> => {
      await message.fill(text);
      await message.press('Enter');
      await log.getByText(text, { exact: true }).waitFor();
    };
    const changed = log.getByText('It is changed.', { exact: true });
    await ask('Change the port, one');
    await log.getByRole('button', { name: 'Approve for this session' }).click();
    await changed.waitFor();
    await ask('Change the port, two');
    await changed.nth(1).waitFor();

    // Another session asks again; the project is a setting, and holds in the next.
    await page.getByRole('link', { name: 'New session' }).click();
    await page.getByRole('heading', { name: 'What can I do for you?' }).waitFor();
    await ask('Change the port, three');
    await log.getByRole('button', { name: 'Approve for this project' }).click();
    await changed.waitFor();
    const rules = await gantry(daemon.home, ['settings', 'get', 'assistant.projects', '--json']);
    expect(rules.stdout).toContain('write_file(app.js)');
    await page.getByRole('link', { name: 'New session' }).click();
    await page.getByRole('heading', { name: 'What can I do for you?' }).waitFor();
    await ask('Change the port, four');
    await changed.waitFor();
  });

  it('takes sessions out, keeps them with a star, and deletes them all, in every tab', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'assistant' });
    const { page } = dashboard;
    const sessions = page.getByRole('complementary', { name: 'Sessions' });
    const menu = async (item: string): Promise<void> => {
      await sessions.getByRole('button', { name: 'More about Change the port, one' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    // An older one is found and opened by keys alone.
    const older = sessions.getByRole('link', { name: 'Change the port, one' });
    await older.waitFor();
    await tabTo(page, sessions.getByLabel('Search sessions'));
    await page.keyboard.type('port, two');
    await sessions.getByRole('link', { name: 'Change the port, four' }).waitFor({ state: 'detached' });
    await tabTo(page, older);
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('Change the port, two', { exact: true }).waitFor();
    await sessions.getByLabel('Search sessions').fill('');
    await sessions.getByRole('link', { name: 'Change the port, four' }).waitFor();
    const second = await dashboard.secondTab();
    const others = second.getByRole('complementary', { name: 'Sessions' });
    await others.getByRole('link', { name: 'Change the port, one' }).waitFor();
    await menu('Keep with a star');
    await sessions.getByRole('img', { name: 'With a star' }).waitFor();
    await others.getByRole('img', { name: 'With a star' }).waitFor();
    const taken = page.waitForEvent('download');
    await menu('Export as Markdown');
    expect(await readFile((await (await taken).path()) ?? '', 'utf8')).toContain('Change the port, two');

    const asJson = page.waitForEvent('download');
    await menu('Export as JSON');
    const exported = assistantSessionBody.parse(JSON.parse(await readFile(await (await asJson).path(), 'utf8')));
    expect(exported).toMatchObject({ title: 'Change the port, one', starred: true, workingDirectory: project });
    expect(exported.events.flatMap((event) => (event.type === 'user_message' ? [event.text] : []))).toEqual([
      'Change the port, one',
      'Change the port, two',
    ]);

    const count = await sessions.getByRole('link', { name: /^(?!New session)/ }).count();
    await sessions.getByRole('button', { name: 'Delete all' }).click();
    const dialog = page.getByRole('dialog', { name: `Delete all ${count} sessions?` });
    await dialog.getByText(/The one with a star goes too\./).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await sessions.getByText('There are no sessions yet.', { exact: true }).waitFor();
    await others.getByText('There are no sessions yet.', { exact: true }).waitFor();
    const left = await gantry(daemon.home, ['ai', 'sessions', 'ls', '--json']);
    expect(JSON.parse(left.stdout)).toEqual([]);
  });
});
