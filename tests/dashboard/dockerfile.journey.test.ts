import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { busyboxMissing, makeFailingImage } from '../diagnosis/failing-image.ts';
import { until } from '../diagnosis/provoke.ts';
import { dockerMissing } from '../docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from '../harness.ts';
import { expectAccessible, startBrowser, tabTo, type DashboardBrowser } from './browser.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
const hostile = `FROM debian:12
RUN apt-get update
RUN apt-get install -y curl # <img src=x onerror="document.title='owned'"> user\u202Egnp.exe \u001b[31mred
CMD curl example.com
`;
/** For what really builds, on a busy machine. */
const patient = { timeout: 120_000 };

describe('the page of Dockerfiles', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  beforeAll(async () => {
    home = await temporaryDirectory('dockerfile-page');
    await mkdir(join(home.path, 'shop'));
    await writeFile(join(home.path, 'shop/Dockerfile'), hostile);
    [daemon, browser] = await Promise.all([startTestDaemon({ env: { HOME: home.path } }), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await home?.[Symbol.asyncDispose]();
  });
  /** A project of this name, with the address of the page that shows its Dockerfile. */
  const project = async (
    name: string,
    files: Readonly<Record<string, string>>,
  ): Promise<{ path: string; at: string }> => {
    const path = join(home.path, name);
    await mkdir(path, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
    return { path, at: `dockerfile?path=${encodeURIComponent(`${name}/Dockerfile`)}` };
  };
  const editorOf = (page: Page) => page.getByRole('textbox', { name: 'Text of the Dockerfile' });
  const rated = async (page: Page): Promise<void> =>
    await page
      .getByRole('region', { name: 'Rating' })
      .getByRole('heading', { name: /of 100, grade [A-F]/ })
      .waitFor();

  it('opens a file, rates it, shows what is wrong where, and writes what can be fixed', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'dockerfile' });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'shop', exact: true }).click();
    await page.getByRole('button', { name: 'Dockerfile', exact: true }).click();
    const rating = page.getByRole('region', { name: 'Rating' });
    await rating.getByRole('heading', { name: /of 100, grade [A-F]/ }).waitFor();
    await rating.getByRole('img', { name: /Scores by dimension: Build cache \d+/ }).waitFor();
    const editor = editorOf(page);
    const shown = await editor.textContent();
    expect(shown).toContain('<img src=x');
    for (const sign of ['\u202E', '\u001B']) expect(shown).not.toContain(sign);
    await page.locator('.cm-lint-marker').first().waitFor();
    expect(await page.evaluate(() => document.querySelectorAll('img:not(.cm-widgetBuffer), [onerror]').length)).toBe(0);
    expect(await page.title()).toBe('Dockerfile · Gantry');
    await rating.getByRole('button', { name: 'Go to line 4' }).first().click();
    await page.waitForFunction(() => document.activeElement?.classList.contains('cm-content'));
    await expectAccessible(page);

    await page.getByRole('button', { name: 'Show what can be fixed' }).click();
    const preview = page.getByRole('region', { name: 'What would change' });
    await preview.getByText('-CMD curl example.com').waitFor();
    await expectAccessible(page);
    await preview.getByRole('button', { name: 'Write to the file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Write the fixed Dockerfile?' });
    await dialog.getByRole('button', { name: 'Write' }).click();
    await page.getByText(/was written\. The old text is in .*Dockerfile\.orig/).waitFor();
    expect(await readFile(join(home.path, 'shop/Dockerfile.orig'), 'utf8')).toBe(hostile);
    expect(await readFile(join(home.path, 'shop/Dockerfile'), 'utf8')).toContain('CMD ["curl", "example.com"]');
  });

  it('goes from a finding to its line and back, filters, and leads to the documentation and the assistant', async () => {
    const { path, at } = await project('find', { Dockerfile: hostile });
    expect(await gantry(daemon.home, ['ai', 'enable', '--yes'])).toMatchObject({ code: 0 });
    await using dashboard = await browser.open({ url: daemon.url, path: at });
    const { page } = dashboard;
    const rating = page.getByRole('region', { name: 'Rating' });
    await rated(page);
    const all = await rating.getByRole('button', { name: /^Go to line/ }).count();
    const warnings = rating.getByRole('button', { name: /^warning \d+$/ });
    await warnings.click();
    expect(await warnings.getAttribute('aria-pressed')).toBe('true');
    const some = await rating.getByRole('button', { name: /^Go to line/ }).count();
    expect(some).toBeLessThan(all);
    await warnings.click();
    await rating.getByRole('combobox', { name: 'Dimension' }).click();
    await page.getByRole('option', { name: 'Best practice' }).click();
    await rating.getByRole('button', { name: 'Go to line 4' }).first().click();
    const here = page.getByRole('region', { name: 'At the cursor' });
    await here.getByText(/^Line 4: \d+ findings?$/).waitFor();
    await here.getByText('BP01').waitFor();
    await rating.getByRole('combobox', { name: 'Dimension' }).click();
    await page.getByRole('option', { name: 'All' }).click();
    await here.getByRole('button', { name: 'Show in the list' }).click();
    await rating.getByRole('button', { name: 'Only line 4 ×' }).waitFor();
    const lines = await rating.getByRole('button', { name: /^Go to line/ }).allTextContents();
    expect(lines.every((line) => line === '4')).toBe(true);
    expect(await rating.getByRole('link', { name: 'Documentation of JSONArgsRecommended' }).getAttribute('href')).toBe(
      'https://docs.docker.com/reference/build-checks/json-args-recommended/',
    );
    await expectAccessible(page);
    await rating.getByRole('link', { name: 'Ask the assistant about BP01 in line 4' }).click();
    await page.getByText(`file: ${join(path, 'Dockerfile')}`, { exact: true }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toMatch(
      /^What does finding BP01 in line 4/,
    );
    await page.getByRole('button', { name: path, exact: true }).waitFor();
    expect(await gantry(daemon.home, ['ai', 'disable'])).toMatchObject({ code: 0 });
  });

  it('does the whole task by keys alone: open, read a finding, see the fix and the ignore file, write both, undo', async () => {
    const text = 'FROM debian:12\nWORKDIR /app\nCOPY . .\nCMD node server.js\n';
    const { path } = await project('keys', { Dockerfile: text });
    await mkdir(join(path, '.git'));
    await using dashboard = await browser.open({ url: daemon.url, path: 'dockerfile' });
    const { page } = dashboard;
    const press = async (name: string | RegExp): Promise<void> => {
      const button = page.getByRole('button', { name, exact: true }).first();
      await button.waitFor();
      await tabTo(page, button);
      await page.keyboard.press('Enter');
    };
    await press('keys');
    await press('Dockerfile');
    await rated(page);
    await press('Go to line 4');
    await page.getByRole('region', { name: 'At the cursor' }).getByText('BP01').waitFor();
    await press('Show what can be fixed');
    const preview = page.getByRole('region', { name: 'What would change' });
    await preview
      .getByRole('region', { name: 'Changes of .dockerignore' })
      .getByText('+.git', { exact: true })
      .waitFor();
    await press('Write to the file');
    const dialog = page.getByRole('dialog', { name: 'Write the fixed Dockerfile?' });
    await dialog.waitFor();
    await tabTo(page, dialog.getByRole('button', { name: 'Write', exact: true }));
    await page.keyboard.press('Enter');
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    await undo.waitFor();
    expect((await readdir(path)).toSorted()).toEqual(['.dockerignore', '.git', 'Dockerfile', 'Dockerfile.orig']);
    await dialog.waitFor({ state: 'detached' });
    await tabTo(page, undo);
    await page.keyboard.press('Enter');
    await page.getByText('The files are as they were.', { exact: true }).waitFor();
    expect((await readdir(path)).toSorted()).toEqual(['.git', 'Dockerfile']);
    expect(await readFile(join(path, 'Dockerfile'), 'utf8')).toBe(text);
    await page.getByRole('region', { name: 'At the cursor' }).getByText('BP01').waitFor();
  });

  it('keeps what was typed when it is left, saves it, and says in both tabs that the file is another', async () => {
    const { path, at } = await project('edit', { Dockerfile: 'FROM debian:12\r\nUSER 1\r\n' });
    const file = join(path, 'Dockerfile');
    await using dashboard = await browser.open({ url: daemon.url, path: at, expected: [/409 .*apply/] });
    const { page } = dashboard;
    await rated(page);
    const second = await dashboard.secondTab(at);
    await rated(second);
    await editorOf(page).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('WORKDIR /a');
    await page.getByText('The text in the editor is not what is in the file.', { exact: true }).waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Overview', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.goBack();
    await page.getByText('These are your changes from before; they are in no file yet.', { exact: true }).waitFor();
    expect(await editorOf(page).textContent()).toContain('WORKDIR /a');
    await editorOf(page).press('Control+s');
    await page.getByText(/was written\. The old text is in/).waitFor();
    expect(await readFile(file, 'utf8')).toBe('FROM debian:12\r\nUSER 1\r\nWORKDIR /a');
    // The other tab has nothing to lose and reads it.
    await second.getByText('WORKDIR /a').waitFor(patient);

    await editorOf(second).click();
    await second.keyboard.press('Control+End');
    await second.keyboard.type('/mine');
    await writeFile(file, 'FROM debian:12\nUSER 2\n');
    await second.getByText(/^The file was changed elsewhere\. Your changes/).waitFor(patient);
    await page.getByText('USER 2').waitFor(patient);
    await second.getByRole('button', { name: 'Save', exact: true }).click();
    await second.getByRole('alert').filter({ hasText: 'has changed since it was read' }).first().waitFor();
    expect(await readFile(file, 'utf8')).toBe('FROM debian:12\nUSER 2\n');
    await expectAccessible(second);
    await second.getByRole('button', { name: 'Keep mine' }).click();
    await second.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('WORKDIR /a/mine').waitFor(patient);
    await rm(file);
    await page.getByText('The file is gone. Its text is in the editor alone.', { exact: true }).waitFor(patient);
  });

  it('finds all Dockerfiles below a folder, and makes one for a project as it was shown', async () => {
    const server = '{"name":"site","scripts":{"start":"node server.js"}}';
    const { path } = await project('site', { 'package.json': server, 'compose.yaml': 'services: {}\n' });
    await project('site/api', { 'Dockerfile.dev': 'FROM scratch\n', 'Dockerfile.big': 'x'.repeat(5 * 1024 * 1024) });
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'dockerfile',
      expected: [/413/, /409 .*generate/],
    });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'site', exact: true }).click();
    await page.getByText(path, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Dockerfiles below' }).click();
    const found = page.getByRole('list', { name: 'Dockerfiles of the folder' });
    await found.getByRole('button', { name: /^api\/Dockerfile\.dev \d+ of 100, [A-F]/ }).click();
    await rated(page);
    await found.getByRole('button', { name: /^api\/Dockerfile\.big cannot be read/ }).click();
    await page.getByRole('alert').filter({ hasText: 'larger than' }).waitFor();

    await page.getByRole('button', { name: 'Make a Dockerfile' }).click();
    const made = page.getByRole('region', { name: 'Files for a project' });
    await made.getByText(/^For a project in node\./).waitFor();
    await made
      .getByRole('region', { name: 'Changes of Dockerfile', exact: true })
      .getByText('+FROM node')
      .first()
      .waitFor();
    await made.getByRole('region', { name: 'Changes of compose.yaml' }).getByText('-services: {}').waitFor();
    await expectAccessible(page);
    expect(await made.getByRole('checkbox', { name: /^compose\.yaml: replace/ }).isChecked()).toBe(false);
    const write = async (): Promise<void> => {
      await made.getByRole('button', { name: 'Write the files' }).click();
      const dialog = page.getByRole('dialog', { name: 'Write these files?' });
      await dialog.getByRole('button', { name: 'Write', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    // Somebody makes one meanwhile: it stays.
    await writeFile(join(path, 'Dockerfile'), 'FROM scratch\n');
    await write();
    const refusal = page.getByRole('alert').filter({ hasText: 'has changed since it was read' });
    await refusal.getByRole('button').click();
    expect(await readFile(join(path, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n');
    await made.getByRole('checkbox', { name: 'Dockerfile: replace the one that is there' }).check();
    await made.getByText(/^Replaced: Dockerfile\./).waitFor();
    await write();
    await made.getByText(join(path, '.dockerignore'), { exact: false }).first().waitFor();
    expect(await readFile(join(path, 'Dockerfile.orig'), 'utf8')).toBe('FROM scratch\n');
    expect(await readFile(join(path, 'compose.yaml'), 'utf8')).toBe('services: {}\n');
    const printed = await gantry(daemon.home, ['ai', 'generate', '--json', path]);
    expect(await readFile(join(path, 'Dockerfile'), 'utf8')).toBe(JSON.parse(printed.stdout).files.Dockerfile);
    await made.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The files are as they were.', { exact: true }).waitFor();
    expect((await readdir(path)).toSorted()).toEqual(['Dockerfile', 'api', 'compose.yaml', 'package.json']);
    await made.getByRole('button', { name: 'Open the Dockerfile' }).click();
    await rated(page);
  });

  it.skipIf(missing !== undefined)('builds before and after a fix, says why a build fails, and stops one', async () => {
    const { path, at } = await project('built', { 'data.txt': 'x'.repeat(50_000) });
    const text = 'FROM scratch\nMAINTAINER joe\nADD data.txt /data.txt\n';
    await writeFile(join(path, 'Dockerfile'), text);
    await using dashboard = await browser.open({ url: daemon.url, path: at });
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Show what can be fixed' }).click();
    const preview = page.getByRole('region', { name: 'What would change' });
    await preview.getByRole('button', { name: 'Build before and after' }).click();
    const both = preview.getByRole('table', { name: 'Measured' });
    await both.getByRole('columnheader', { name: 'After' }).waitFor(patient);
    await preview.getByText('It builds.', { exact: true }).waitFor(patient);
    await both.getByRole('row', { name: /^Image 48.83 KiB 48.83 KiB$/ }).waitFor();
    await preview
      .getByRole('log', { name: 'What the build prints' })
      .getByText(/data\.txt/)
      .first()
      .waitFor();
    expect(await readFile(join(path, 'Dockerfile'), 'utf8')).toBe(text);

    await editorOf(page).fill('FROM scratch\nCOPY nothing.txt /\n');
    const trying = page.getByRole('region', { name: 'Trying the build' });
    await trying.getByRole('button', { name: 'Try the build' }).click();
    const failure = trying.getByRole('alert').filter({ hasText: 'The build failed.' });
    await failure.getByText(/B03/).waitFor(patient);
    await expectAccessible(page);

    await using image = await makeFailingImage();
    await editorOf(page).fill(`FROM ${image.name}\nRUN sleep 600\n`);
    await trying.getByRole('button', { name: 'Try the build' }).click();
    await trying
      .getByRole('log', { name: 'What the build prints' })
      .getByText(/RUN sleep 600/)
      .first()
      .waitFor(patient);
    await trying.getByRole('button', { name: 'Stop the build' }).click();
    await trying.getByText('The build was stopped.', { exact: true }).waitFor();
    const left = ['image', 'ls', '--quiet', '--filter', 'reference=gantry-fix'];
    await until('nothing is left of it', async () => (await runCommand(['docker', ...left])).stdout === '');
  });

  it('holds a line of 200,000 characters', async () => {
    const { at } = await project('long', { Dockerfile: `FROM scratch\n# ${'x'.repeat(200_000)}\nCMD a b\n` });
    await using dashboard = await browser.open({ url: daemon.url, path: at });
    const { page } = dashboard;
    await rated(page);
    await page.getByRole('region', { name: 'Rating' }).getByRole('button', { name: 'Go to line 3' }).first().click();
    await page.getByRole('region', { name: 'At the cursor' }).getByText('BP01').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('USER 1');
    await page.getByText('The text was changed since it was rated.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show what can be fixed' }).click();
    await page.getByRole('region', { name: 'What would change' }).getByText('-CMD a b').waitFor();
    await expectAccessible(page);
  });

  it('rates a text that is typed, in Chinese and in the dark', async () => {
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'dockerfile',
      locale: 'zh-CN',
      colorScheme: 'dark',
      // What is in the home says no language.
      expected: [/400 .*generate/],
    });
    const { page } = dashboard;
    await page.getByRole('textbox', { name: 'Dockerfile 的文本' }).fill('FROM node:latest\nCMD node server.js\n');
    await page.getByRole('button', { name: '评分', exact: true }).click();
    await page.getByRole('region', { name: '评分结果' }).getByRole('heading', { name: /等级/ }).waitFor();
    await page.getByRole('button', { name: '显示可修复的内容' }).click();
    await page.getByRole('region', { name: '将要更改的内容' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: '生成 Dockerfile' }).click();
    await page.getByRole('region', { name: '为项目生成文件' }).getByRole('combobox', { name: '项目语言' }).click();
    await page.getByRole('option', { name: 'static' }).click();
    await page.getByRole('region', { name: 'Dockerfile 的更改', exact: true }).waitFor();
    await expectAccessible(page);
  });
});
