import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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
  const hostile = `gantry-page-hostile-${run}`;
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

  it('opens a terminal, shows files and mounts; the terminal ends with the page', async () => {
    const name = `gantry-page-shell-${run}`;
    const script = 'echo first > /data/new.txt; rm /etc/group; printf "\\0\\1" > /data/binary; exec sleep 600';
    const options = [
      '--network',
      'none',
      '--label',
      `${label}=${run}`,
      '--name',
      name,
      '-v',
      '/usr/share/zoneinfo:/host:ro',
    ];
    await runCommand(['docker', 'run', '-d', ...options, image.name, 'sh', '-c', script]);
    const shells = async (): Promise<string> =>
      (await runCommand(['docker', 'exec', name, 'sh', '-c', 'ps -o args | grep -c "^sh$"'])).stdout.trim();
    await using dashboard = await browser.open({
      url: daemon.url,
      path: `containers/${name}/terminal`,
      expected: [/403 \(Forbidden\).*\/terminal/],
    });
    const { page } = dashboard;
    const opener = page.getByRole('button', { name: 'Open a terminal' });
    await opener.and(page.locator(':enabled')).waitFor(patient);
    await opener.press('Enter');
    await page.getByText('It runs.', { exact: true }).waitFor(patient);
    const screen = page.locator('.xterm-rows');
    await page.keyboard.type(String.raw`printf '\033[38;2;10;200;30mgreen-%s\033[0m <b>x</b>\n' $((40+2)); stty size`);
    await page.keyboard.press('Enter');
    await screen.getByText('green-42').waitFor(patient);
    await screen.getByText(/^\d\d \d\d+$/).waitFor(patient);
    expect(await screen.locator('b').count()).toBe(0);
    await expectAccessible(page);
    await page.keyboard.press('Shift+Escape');
    expect(
      await page.getByRole('button', { name: 'Close the terminal' }).evaluate((one) => one.matches(':focus')),
    ).toBe(true);
    expect(await shells()).toBe('1');
    await page.getByRole('tab', { name: 'Mounts' }).click();
    await page.getByRole('row', { name: '/host bind /usr/share/zoneinfo read-only' }).waitFor();
    await until('the shell has ended', async () => (await shells()) === '0');

    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('row', { name: /^etc modified/ }).waitFor(patient);
    await page.getByRole('button', { name: 'etc', exact: true }).click();
    await page.getByRole('row', { name: /^group deleted/ }).waitFor(patient);
    await expectAccessible(page);
    await page.getByRole('navigation', { name: 'Folder' }).getByRole('button', { name: '/' }).click();
    await page.getByRole('button', { name: 'data', exact: true }).click();
    await page.getByRole('row', { name: /^new\.txt added 6 B/ }).waitFor(patient);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download new.txt' }).click(),
    ]);
    expect(await readFile(await file.path(), 'utf8')).toBe('first\n');
    await page.getByRole('button', { name: 'new.txt', exact: true }).click();
    await page.getByRole('log', { name: 'Content of /data/new.txt' }).getByText('first').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'binary', exact: true }).click();
    await page.getByText('This is no text (2 B).').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    // One that is open ends with the setting, and no other is opened until it is on again.
    await page.getByRole('tab', { name: 'Terminal' }).click();
    await opener.and(page.locator(':enabled')).waitFor(patient);
    await opener.click();
    await page.getByText('It runs.', { exact: true }).waitFor(patient);
    await until('the shell is there', async () => (await shells()) === '1');
    await gantry(daemon.home, ['settings', 'set', 'dashboard.terminal', 'false']);
    const off = page.getByText('Terminals in containers are switched off.');
    await off.waitFor(patient);
    await until('the shell has ended', async () => (await shells()) === '0');
    const [answer] = await Promise.all([page.waitForResponse(/\/terminal$/), opener.click()]);
    expect(answer.status()).toBe(403);
    await off.waitFor(patient);
    await gantry(daemon.home, ['settings', 'set', 'dashboard.terminal', 'true']);
  });

  it('shows whatever a container writes as text, and stays usable with 100,000 lines', async () => {
    const script = [
      String.raw`console.log('<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>')`,
      String.raw`console.log('\u001b]0;owned\u0007\u001b[31mred\u001b[0m user\u202egnp.exe')`,
      `console.log('x'.repeat(5 * 1024 * 1024))`,
      `for (let i = 0; i < 100000; i += 1) console.log('line ' + i)`,
      `process.exitCode = 3`,
    ].join(';');
    const label1 = '<b onmouseover=alert(1)>label</b>';
    await start(hostile, ['--label', `evil=${label1}`, image.name, 'node', '-e', script]);
    await using dashboard = await browser.open({ url: daemon.url, path: `containers/${hostile}/logs` });
    const { page } = dashboard;
    const log = page.getByRole('log', { name: 'Logs' });
    await log.getByText('line 99999', { exact: true }).waitFor(patient);
    await page.getByRole('combobox', { name: 'Lines' }).click();
    await page.getByRole('option', { name: '100,000' }).click();
    await page.getByText('100000 lines', { exact: true }).waitFor(patient);
    // However many batches it came in, the end is what is in sight.
    await log.getByText('line 99999', { exact: true }).waitFor(patient);

    await browser.browser.startTracing(page, {
      categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame'],
    });
    const frames = await log.evaluate(async (box) => {
      const began = performance.now();
      let count = 0;
      for (; performance.now() - began < 2000; count += 1) {
        box.scrollTop = (box.scrollTop + 900) % box.scrollHeight;
        await new Promise(requestAnimationFrame);
      }
      return count;
    });
    const trace = JSON.parse((await browser.browser.stopTracing()).toString('utf8')) as {
      traceEvents: { name: string }[];
    };
    const drawn = trace.traceEvents.filter(({ name }) => name === 'BeginMainThreadFrame').length;
    console.info(`scrolling 100,000 lines: ${drawn / 2} frames/s by the trace`);
    expect(Math.min(frames, drawn)).toBeGreaterThan(1);

    await page.getByLabel('Search the log').fill('LINE 4242');
    await page.getByText('11 of 100000 lines match').waitFor(patient);
    const current = log.locator('[aria-current=true]');
    await current.getByText('line 4242', { exact: true }).waitFor(patient);
    expect(await log.locator('mark').first().textContent()).toBe('line 4242');
    await log.getByText('line 4243', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Next match' }).press('Enter');
    await page.getByText('2 of 11', { exact: true }).waitFor();
    await current.getByText('line 42420').waitFor(patient);
    await page.getByLabel('Search the log').press('Shift+Enter');
    await current.getByText('line 4242', { exact: true }).waitFor(patient);
    await page.getByRole('switch', { name: 'Only lines that match' }).check();
    await log.getByText('line 42429').waitFor(patient);
    expect(await log.getByText('line 4243', { exact: true }).count()).toBe(0);
    await page.getByLabel('Search the log').fill(String.raw`/line 9{5}$/`);
    await page.getByText('1 of 100000 lines match').waitFor(patient);
    await log.getByText('line 99999', { exact: true }).waitFor(patient);
    await page.getByLabel('Search the log').fill('/(/');
    await page.getByText('No regular expression', { exact: true }).waitFor();
    await page.getByRole('switch', { name: 'Timestamps' }).check();
    await log
      .getByText(/^\d{4}-\d\d-\d\dT/)
      .first()
      .waitFor();
    await page.getByText(`docker logs --tail 100000 --timestamps --follow ${hostile}`).waitFor();
    expect(await page.title()).toContain(hostile);

    // The first lines are not among the last 100,000; with fewer lines after them they are.
    const short = `${hostile}-short`;
    await start(short, [image.name, 'node', '-e', script.replace('100000', '10')]);
    await page.goto(`${daemon.url}/dashboard/containers/${short}/logs`);
    await log.getByText('line 9', { exact: true }).waitFor(patient);
    await log.evaluate((box) => box.scrollTo(0, 0));
    await log.getByText('<script>document.title="owned"</script>').waitFor();
    await log.getByText('red user⟨202E⟩gnp.exe').waitFor();
    await log.getByText('of the line are left out').waitFor();
    expect(await page.title()).toContain(short);
    expect(await page.evaluate(() => document.querySelectorAll('img, [onerror], [onmouseover]').length)).toBe(0);
    await expectAccessible(page);
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

  it('speaks Chinese', async () => {
    await using dashboard = await browser.open({ url: daemon.url, path: 'containers', locale: 'zh-CN' });
    const { page } = dashboard;
    await page.getByRole('heading', { level: 1, name: '容器' }).waitFor();
    await page
      .getByRole('link', { name: new RegExp(`${hostile} 的诊断：退出码 3`) })
      .first()
      .waitFor();
    await expectAccessible(page);
  });
});
