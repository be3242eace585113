import { randomBytes } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { busyboxMissing, makeFailingImage, postgresEntrypoint, type FailingImage } from '../diagnosis/failing-image.ts';
import { inspect, label, removeAll, until } from '../diagnosis/provoke.ts';
import { dockerMissing } from '../docker-engine.ts';
import { gantry, runCommand } from '../harness.ts';
import { expectAccessible, startBrowser, tabTo, type DashboardBrowser } from './browser.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
const dockerfile =
  'FROM BASE\nCOPY start /usr/bin/start\nENV PG_MAJOR=16\nENTRYPOINT ["/usr/bin/start"]\nCMD ["postgres"]\n';

/** For what reads and draws 100,000 lines on a busy machine. */
const patient = { timeout: 120_000 };

describe.skipIf(missing !== undefined)(`the page of containers${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');
  const database = `gantry-page-db-${run}`;
  let image: FailingImage;
  let postgres: string;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;

  beforeAll(async () => {
    [image, daemon, browser] = await Promise.all([makeFailingImage(), startTestDaemon(), startBrowser()]);
    postgres = await image.build('postgres:16', dockerfile, { start: postgresEntrypoint });
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    // A container that a fix made again has no label of ours.
    await runCommand(['docker', 'rm', '--force', database, `${database}-again`, `${database}-keys`]);
    await removeAll(run);
    await image?.[Symbol.asyncDispose]();
  });
  const start = async (name: string, args: readonly string[]): Promise<void> => {
    await runCommand(['docker', 'run', '-d', '--label', `${label}=${run}`, '--name', name, ...args]);
    await runCommand(['docker', 'wait', name]);
  };

  it('leads from the badge of a crashed container to its diagnosis, and the fix makes it run', async () => {
    await start(database, ['-e', 'POSTGRES_DB=shop', postgres]);
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'containers',
      // While the fix makes it again there is none of its name, and a page that hears of it asks.
      expected: [new RegExp(`404 .*${database}`)],
    });
    const { page } = dashboard;
    const badge = page.getByRole('link', {
      name: `Diagnosis of ${database}: exit 1 · PostgreSQL has no superuser password`,
    });
    await badge.waitFor();
    await expectAccessible(page);
    expect(
      await page.getByRole('link', { name: `Ask the assistant about ${database}` }).getAttribute('href'),
    ).toContain(`assistant?attach=${encodeURIComponent(`container:${database}`)}`);
    await badge.click();
    await page.getByRole('heading', { level: 2, name: 'PostgreSQL has no superuser password' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Apply this fix' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Apply the fix?' });
    expect(await dialog.textContent()).toContain(`docker rm ${database}`);
    await dialog.getByRole('button', { name: 'Run the commands' }).click();
    await page.getByRole('alert').filter({ hasText: 'The fix was applied.' }).waitFor();
    await page.getByText('Nothing is wrong.', { exact: true }).waitFor();
    expect(await inspect(database, '{{.State.Running}} {{.Config.Env}}')).toMatch(
      /^true .*POSTGRES_PASSWORD=[\w-]{20}/,
    );

    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByRole('log', { name: 'Logs' }).getByText('ready to accept connections').waitFor();
    await page.getByRole('tab', { name: 'Stats' }).click();
    await page.getByRole('img', { name: 'Memory in the last two minutes' }).waitFor();
    await page.getByRole('tab', { name: 'Inspect' }).click();
    await page.getByText('1 values that look like secrets are hidden.', { exact: true }).waitFor();
    await expectAccessible(page);
  });

  it('hears of what happens elsewhere, and renames, stops and removes by keys alone', async () => {
    const [name, renamed] = [`gantry-page-sleep-${run}`, `gantry-page-renamed-${run}`];
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'containers',
      // The second tab shows it while it is renamed and removed, and may ask before it hears of that.
      expected: [new RegExp(`404 .*/(?:${name}|${renamed})`)],
    });
    const { page } = dashboard;
    await page.getByRole('heading', { level: 1, name: 'Containers' }).waitFor();
    const make = ['docker', 'run', '-d', '--label', `${label}=${run}`, '--name', name, image.name, 'sleep', '600'];
    await runCommand(make);
    await page.getByRole('link', { name, exact: true }).waitFor(patient);

    const second = await dashboard.secondTab(`containers/${name}/inspect`);
    const facts = second.getByRole('log', { name: 'What the Engine says about it' });
    await facts.getByText(`"Name": "/${name}"`).waitFor(patient);
    await page.getByRole('button', { name: `More for ${name}` }).press('Enter');
    await page.getByRole('menuitem', { name: `Rename ${name}` }).press('Enter');
    const naming = page.getByRole('dialog', { name: `Rename ${name}` });
    const field = naming.getByLabel('New name');
    await field.fill('_other');
    await naming.getByText('Letters, digits, _ . and -, at least two, the first a letter or digit').waitFor();
    expect(await naming.getByRole('button', { name: 'Rename', exact: true }).isDisabled()).toBe(true);
    await field.fill(database);
    await naming.getByText(`There is a container called ${database} already.`, { exact: true }).waitFor(patient);
    await field.fill(renamed);
    await naming.getByText(`docker rename ${name} ${renamed}`, { exact: true }).waitFor();
    await expectAccessible(page);
    await field.press('Enter');
    await page.getByText(`${name} is called ${renamed} now.`, { exact: true }).waitFor(patient);
    await page.getByRole('link', { name: renamed, exact: true }).waitFor(patient);
    await second.getByRole('heading', { level: 1, name: renamed, exact: true }).waitFor(patient);
    await facts.getByText(`"Name": "/${renamed}"`).waitFor(patient);
    expect(new URL(second.url()).pathname).toBe(`/dashboard/containers/${renamed}/inspect`);
    await runCommand(['docker', 'rename', renamed, name]);
    await second.getByRole('heading', { level: 1, name, exact: true }).waitFor(patient);
    await page.getByRole('link', { name, exact: true }).waitFor(patient);

    await page.getByRole('button', { name: `More for ${name}` }).press('Enter');
    await page.getByRole('menuitem', { name: `Kill ${name}` }).press('Enter');
    await page.getByRole('button', { name: `Start ${name}` }).waitFor();
    await page.getByRole('button', { name: `More for ${name}` }).press('Enter');
    await page.getByRole('menuitem', { name: `Remove ${name}` }).press('Enter');
    const dialog = page.getByRole('dialog', { name: `Remove ${name}?` });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Remove' }).press('Enter');
    await page.getByText(`${name} was removed.`, { exact: true }).waitFor();
    await page.getByRole('link', { name, exact: true }).waitFor({ state: 'detached' });
    const goneNow = second.getByText('This container was removed. What is shown is what was last known of it.');
    await goneNow.waitFor(patient);
    await facts.getByText(`"Name": "/${name}"`).waitFor(patient);
    expect(await second.getByRole('button', { name: `More for ${name}` }).count()).toBe(0);
    await expectAccessible(second);
    await runCommand(make);
    await goneNow.waitFor({ state: 'detached', ...patient });
    await second.getByRole('button', { name: `Stop ${name}` }).waitFor(patient);
  });

  it('folds a project of Compose, acts on all of it, and another tab is in step', async () => {
    const project = `gantry-page-project-${run}`;
    const [db, web] = [`${project}-db-1`, `${project}-web-1`];
    const member = async (name: string, service: string, dependsOn: string): Promise<void> => {
      const labels = { project, service, depends_on: dependsOn };
      const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `com.docker.compose.${key}=${value}`]);
      const args = ['--stop-timeout', '1', '--label', `${label}=${run}`, '--name', name, image.name, 'sleep', '600'];
      await runCommand(['docker', 'run', '-d', ...flags, ...args]);
    };
    await member(db, 'db', '');
    await using dashboard = await browser.open({ url: daemon.url, path: 'containers' });
    const { page } = dashboard;
    const second = await dashboard.secondTab();
    await second.getByRole('link', { name: db, exact: true }).waitFor(patient);
    await member(web, 'web', 'db:service_started:false');
    await second.getByRole('link', { name: web, exact: true }).waitFor(patient);
    const head = page.getByRole('columnheader', { name: new RegExp(`^${project} 2 of 2 running`) });
    await head.getByText(/CPU [\d.]+% · memory/).waitFor(patient);
    const fold = head.getByRole('button', { name: project, exact: true });
    await fold.press('Enter');
    await page.getByRole('link', { name: db, exact: true }).waitFor({ state: 'detached' });
    expect(await fold.getAttribute('aria-expanded')).toBe('false');
    await expectAccessible(page);
    await page.reload();
    await head.waitFor(patient);
    expect(await fold.getAttribute('aria-expanded')).toBe('false');
    expect(await page.getByRole('link', { name: db, exact: true }).count()).toBe(0);
    await page.getByRole('searchbox', { name: 'Filter' }).fill(db);
    await page.getByRole('link', { name: db, exact: true }).waitFor();
    await page.getByRole('searchbox', { name: 'Filter' }).fill('');

    await page.getByRole('button', { name: `Stop all of ${project}` }).click();
    await page.getByText('Done, with 2 containers.', { exact: true }).waitFor(patient);
    for (const name of [db, web]) await second.getByRole('button', { name: `Start ${name}` }).waitFor(patient);
    expect(Date.parse(await inspect(web, '{{.State.FinishedAt}}'))).toBeLessThanOrEqual(
      Date.parse(await inspect(db, '{{.State.FinishedAt}}')),
    );
    await second.getByRole('button', { name: `Start all of ${project}`, exact: true }).click();
    await page.getByRole('columnheader', { name: new RegExp(`^${project} 2 of 2 running`) }).waitFor(patient);
    expect(Date.parse(await inspect(db, '{{.State.StartedAt}}'))).toBeLessThanOrEqual(
      Date.parse(await inspect(web, '{{.State.StartedAt}}')),
    );
    await page.getByRole('button', { name: `Remove all of ${project}` }).click();
    const dialog = page.getByRole('dialog', { name: `Remove all 2 containers of ${project}?` });
    await dialog.getByText(`docker compose --project-name ${project} rm --stop --force`, { exact: true }).waitFor();
    expect(await dialog.textContent()).toContain(web);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await second.getByRole('columnheader', { name: new RegExp(project) }).waitFor({ state: 'detached', ...patient });
    expect((await runCommand(['docker', 'ps', '--all', '--quiet', '--filter', `name=${project}`])).stdout).toBe('');
  });

  it('does a whole task by keys alone: find what crashed, read why, apply the fix, see the log, stop, remove', async () => {
    const name = `${database}-keys`;
    await start(name, ['-e', 'POSTGRES_DB=shop', postgres]);
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'containers',
      expected: [new RegExp(`404 .*${name}`)],
    });
    const { page } = dashboard;
    const go = async (wanted: Locator): Promise<void> => {
      await wanted.waitFor(patient);
      await tabTo(page, wanted);
      await page.keyboard.press('Enter');
    };
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await filter.waitFor(patient);
    await tabTo(page, filter);
    await page.keyboard.type(name);
    await go(page.getByRole('link', { name: new RegExp(`^Diagnosis of ${name}: exit 1 ·`) }));
    await page.getByRole('heading', { level: 2, name: 'PostgreSQL has no superuser password' }).waitFor(patient);
    await go(page.getByRole('button', { name: 'Apply this fix' }).first());
    const fix = page.getByRole('dialog', { name: 'Apply the fix?' });
    await go(fix.getByRole('button', { name: 'Run the commands' }));
    await page.getByRole('alert').filter({ hasText: 'The fix was applied.' }).waitFor(patient);
    await fix.waitFor({ state: 'detached' });
    await tabTo(page, page.getByRole('tab', { name: 'Diagnosis' }));
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('log', { name: 'Logs' }).getByText('ready to accept connections').waitFor(patient);
    await go(page.getByRole('button', { name: `Stop ${name}`, exact: true }));
    await page.getByRole('button', { name: `Start ${name}`, exact: true }).waitFor(patient);
    await tabTo(page, page.getByRole('tab', { name: 'Logs' }));
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByText('It does not run.', { exact: true }).waitFor(patient);
    await go(page.getByRole('button', { name: `More for ${name}` }));
    // The last of a menu is one step up from its first.
    await page.getByRole('menuitem', { name: `Remove ${name}` }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await go(
      page.getByRole('dialog', { name: `Remove ${name}?` }).getByRole('button', { name: 'Remove', exact: true }),
    );
    await page.getByText(`${name} was removed.`, { exact: true }).waitFor(patient);
    await page.getByRole('heading', { level: 1, name: 'Containers' }).waitFor();
    expect((await runCommand(['docker', 'ps', '--all', '--quiet', '--filter', `name=${name}$`])).stdout).toBe('');
  });

  it('says by ✨ what is wrong with a container, makes it run once that is approved, and is gone when it is off', async () => {
    const again = `${database}-again`;
    await start(again, ['-e', 'POSTGRES_DB=shop', postgres]);
    await gantry(daemon.home, ['settings', 'set', 'assistant.model', 'none']);
    expect(await gantry(daemon.home, ['ai', 'enable', '--yes'])).toMatchObject({ code: 0 });
    await using dashboard = await browser.open({
      url: daemon.url,
      path: 'containers',
      expected: [new RegExp(`404 .*${again}`)],
    });
    const { page } = dashboard;
    const sparkle = page.getByRole('link', { name: `Ask the assistant about ${again}`, exact: true });
    await sparkle.click();
    await page.getByText(`container: ${again}`, { exact: true }).waitFor();
    const message = page.getByRole('textbox', { name: 'Message' });
    await message.fill('Why did it crash?');
    await message.press('Enter');
    // The first session asks where its files are.
    const folder = page.getByRole('dialog', { name: 'Choose the working directory' });
    await folder.getByLabel('Path').fill(daemon.home);
    await folder.getByRole('button', { name: 'Use this folder' }).click();
    const log = page.getByRole('log', { name: 'Conversation' });
    await log
      .getByText(/PostgreSQL has no superuser password/)
      .first()
      .waitFor();
    expect(await inspect(again, '{{.State.Status}}')).toBe('exited');
    await log.getByRole('button', { name: 'Approve once' }).click();
    await log.getByRole('button', { name: 'Approve once' }).waitFor({ state: 'detached' });
    await until('the container runs', async () => (await inspect(again, '{{.State.Status}}')) === 'running');

    expect(await gantry(daemon.home, ['ai', 'disable'])).toMatchObject({ code: 0 });
    const after = await dashboard.secondTab('containers');
    await after.getByRole('link', { name: again, exact: true }).waitFor();
    await after.getByRole('link', { name: 'Assistant', exact: true }).waitFor({ state: 'detached' });
    expect(await after.getByRole('link', { name: /^Ask the assistant/ }).count()).toBe(0);
  });
});
