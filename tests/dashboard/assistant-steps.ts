import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestDaemon } from '#testing';
import { gantry } from '../harness.ts';
import { expectAccessible, type DashboardBrowser } from './browser.ts';

interface AssistantWorld {
  readonly daemon: TestDaemon;
  readonly browser: DashboardBrowser;
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
