import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { gantry, temporaryDirectory } from '../harness.ts';
import { startScriptedModel, type ScriptedAnswer, type ScriptedModel, type WireMessage } from '../scripted-model.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

let home: { path: string } & AsyncDisposable;
let model: ScriptedModel;
let daemon: TestDaemon;
let browser: DashboardBrowser;
let project: string;

function answerTo(messages: readonly WireMessage[]): ScriptedAnswer {
  const last = messages.at(-1);
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (last?.role === 'tool') {
    return { text: [/not yet|reject/i.test(last.content ?? '') ? 'Left as it is.' : 'It is changed.'] };
  }
  if (question.includes('Change the port')) {
    return { call: { name: 'write_file', arguments: { path: 'app.js', content: 'listen(8080);\n' } } };
  }
  return { text: ['**Bo', 'ld** and <script>alert(1)</script>', ' \u001B[2Jdone.'] };
}

beforeAll(async () => {
  home = await temporaryDirectory('home');
  project = join(home.path, 'project');
  await mkdir(project);
  await writeFile(join(project, 'app.js'), 'listen(80);\n');
  model = await startScriptedModel(answerTo);
  const settings = { assistant: { model: { url: model.url, model: 'scripted' } } };
  await writeFile(join(home.path, 'settings.yaml'), JSON.stringify(settings));
  [daemon, browser] = await Promise.all([startTestDaemon({ home: home.path }), startBrowser()]);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await daemon?.stop();
  await model?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

describe('the assistant in the dashboard', () => {
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
    await dialog.getByLabel('Path').fill(home.path);
    await dialog.getByRole('button', { name: 'project/' }).click();
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await page.getByRole('button', { name: project, exact: true }).waitFor();

    await page.getByRole('button', { name: 'Attach a file' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'app.js' }).click();
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
    ).toContain('listen(80);');
    await expectAccessible(page);

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
    await page.getByRole('dialog').getByRole('switch', { checked: false }).first().waitFor();
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
});
