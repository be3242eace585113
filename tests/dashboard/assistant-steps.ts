import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestDaemon } from '#testing';
import { gantry } from '../harness.ts';
import type { ScriptedModel } from '../scripted-model.ts';
import { expectAccessible, type DashboardBrowser } from './browser.ts';

export interface AssistantWorld {
  readonly daemon: TestDaemon;
  readonly browser: DashboardBrowser;
  readonly model: ScriptedModel;
  readonly project: string;
}

/** Goes to a page as somebody whose last working directory was the project. */
export async function inProject(
  page: Page,
  { daemon, project, path }: Pick<AssistantWorld, 'daemon' | 'project'> & { readonly path: string },
): Promise<void> {
  await page.evaluate(`localStorage.setItem('gantry.assistant.directory', ${JSON.stringify(project)})`);
  await page.goto(`${daemon.url}/dashboard/${path}`);
}

/** Approves what the command line had listed, once as it was and once after it has become something else. */
export async function approveListed(world: AssistantWorld): Promise<void> {
  const { daemon, browser, project } = world;
  const file = join(project, 'app.js');
  const list = async (question: string): Promise<string> => {
    const asked = await gantry(daemon.home, ['ai', '--json', '-C', project, question]);
    expect(asked.code).toBe(10);
    return (JSON.parse(asked.stdout) as { plan: string }).plan;
  };
  const first = await list('Change the port, listed');
  await using dashboard = await browser.open({ url: daemon.url, path: 'assistant' });
  const { page } = dashboard;
  const row = page.getByRole('link', { name: 'Change the port, listed' });
  await row.getByRole('img', { name: 'Waits for your approval' }).waitFor();
  await row.click();
  const log = page.getByRole('log', { name: 'Conversation' });
  const card = log.getByRole('article', { name: 'One action waits for your approval' });
  await card.getByRole('region', { name: 'Exactly this will happen' }).getByText('+listen(8080);').waitFor();
  await card.getByText(`gantry ai --yes-to ${first}`, { exact: true }).waitFor();
  await expectAccessible(page);
  const second = await dashboard.secondTab(new URL(page.url()).pathname.replace('/dashboard/', ''));
  const other = second.getByRole('log', { name: 'Conversation' });
  await other.getByRole('button', { name: 'Approve once' }).waitFor();
  await card.getByRole('button', { name: 'Approve once' }).click();
  await log.getByText('It is changed.', { exact: true }).waitFor();
  await other.getByText('It is changed.', { exact: true }).waitFor();
  await card.waitFor({ state: 'detached' });
  await other.getByRole('button', { name: 'Approve once' }).waitFor({ state: 'detached' });
  expect(await readFile(file, 'utf8')).toBe('listen(8080);\n');
  expect((await gantry(daemon.home, ['ai', '--yes-to', first])).code).toBe(2);
  await page.getByRole('button', { name: 'Undo file changes' }).click();
  await page.getByText('1 files are as they were before.', { exact: true }).waitFor();
  await second.close();

  // The file has changed since, so the same would be something else.
  const late = await list('Change the port, late');
  await writeFile(file, 'listen(90);\n');
  await page.goto(`${daemon.url}/dashboard/assistant`);
  await page.getByRole('link', { name: 'Change the port, late' }).click();
  await log.getByRole('button', { name: 'Approve once' }).click();
  await log
    .getByRole('alert')
    .getByText(/would do something else by now/)
    .waitFor();
  expect(await readFile(file, 'utf8')).toBe('listen(90);\n');
  await log.getByRole('button', { name: 'Reject' }).click();
  await card.waitFor({ state: 'detached' });
  expect((await gantry(daemon.home, ['ai', '--yes-to', late])).code).toBe(2);
  await writeFile(file, 'listen(80);\n');
}

/** Attaches by the dialog: of each kind, what is named. */
export async function attach(
  page: Page,
  wanted: readonly { readonly kind: string; readonly name: string }[],
): Promise<void> {
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Attach to the question' });
  for (const { kind, name } of wanted) {
    await dialog.getByRole('tab', { name: kind }).click();
    if (kind === 'Files') await dialog.getByRole('button', { name }).click();
    else {
      await dialog.getByLabel('Search by name').fill(name);
      await dialog.getByRole('checkbox', { name }).check();
    }
  }
  await expectAccessible(page);
  await dialog.getByRole('button', { name: `Attach ${wanted.length}`, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Stops a tool, goes on in its session, and deletes that while another tab runs a tool in it. */
export async function stopAndDelete(world: AssistantWorld): Promise<void> {
  const { daemon, browser, model } = world;
  await using dashboard = await browser.open({ url: daemon.url, path: 'assistant' });
  const { page } = dashboard;
  await inProject(page, { ...world, path: 'assistant' });
  const message = page.getByRole('textbox', { name: 'Message' });
  const log = page.getByRole('log', { name: 'Conversation' });
  const runs = async (tab: Page): Promise<number> => {
    const said = tab.getByRole('log', { name: 'Conversation' });
    await said.getByRole('button', { name: 'Approve once' }).click({ timeout: 120_000 });
    const output = said.getByRole('region', { name: 'Output' }).last();
    await output.getByText(/line 300$/).waitFor({ timeout: 120_000 });
    await said.getByRole('button', { name: 'Show all 301 lines' }).last().click();
    return Number(/pid (\d+)/.exec(await output.innerText())?.[1]);
  };
  const isGone = (pid: number): boolean => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  await message.fill('Wait for it');
  await message.press('Enter');
  const pid = await runs(page);
  expect(isGone(pid)).toBe(false);
  const second = await dashboard.secondTab(new URL(page.url()).pathname.replace('/dashboard/', ''));
  const other = second.getByRole('log', { name: 'Conversation' });
  await other
    .getByRole('region', { name: 'Output' })
    .getByText(/line 300$/)
    .waitFor();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  for (const tab of [log, other]) {
    await tab.getByText('stopped', { exact: true }).waitFor();
    await tab.getByText('Stopped.', { exact: true }).waitFor();
    await tab
      .getByRole('region', { name: 'Output' })
      .getByText(/line 300$/)
      .waitFor();
  }
  await expect.poll(() => isGone(pid), { timeout: 60_000 }).toBe(true);
  await expectAccessible(page);
  await log.getByRole('button', { name: 'Show less' }).click();
  await log.getByRole('button', { name: 'Show all 301 lines' }).waitFor();
  await message.fill('Go on');
  await message.press('Enter');
  await log.getByText(/Bold and .*done\./).waitFor();
  await other.getByText(/Bold and .*done\./).waitFor();
  expect(JSON.stringify(model.asked.at(-1))).toContain('given up before it was done');

  const menu = async (item: string, title: string): Promise<void> => {
    await page.getByRole('button', { name: `More about ${title}`, exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('Rename', 'Wait for it');
  await page.getByLabel('Title').fill('Waited');
  await page.getByRole('button', { name: 'Save' }).click();
  const others = second.getByRole('complementary', { name: 'Sessions' });
  await others.getByRole('link', { name: 'Waited' }).waitFor();

  // In the middle of what the other tab asked, and of what is typed there.
  const typed = second.getByRole('textbox', { name: 'Message' });
  await typed.fill('Wait for it again');
  await typed.press('Enter');
  const again = await runs(second);
  await typed.fill('half a thought');
  await menu('Delete', 'Waited');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  const gone = second.getByRole('alert').filter({ hasText: 'This session is deleted' });
  await gone.getByText(/What you were typing goes with you/).waitFor();
  await others.getByRole('link', { name: 'Waited' }).waitFor({ state: 'detached' });
  await expect.poll(() => isGone(again), { timeout: 60_000 }).toBe(true);
  await expectAccessible(second);
  await gone.getByRole('link', { name: 'Begin a new session' }).click();
  await second.getByRole('heading', { name: 'What can I do for you?' }).waitFor();
  expect(await typed.inputValue()).toBe('half a thought');
}
