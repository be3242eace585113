import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { busyboxMissing, makeFailingImage, type FailingImage } from '../diagnosis/failing-image.ts';
import { label, removeAll, until } from '../diagnosis/provoke.ts';
import { dockerMissing } from '../docker-engine.ts';
import { gantry, runCommand } from '../harness.ts';
import { expectAccessible, startBrowser, type DashboardBrowser } from './browser.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
/** For what reads and draws 100,000 lines on a busy machine. */
const patient = { timeout: 120_000 };

describe.skipIf(missing !== undefined)(`the page of one container${missing ? ` (${missing})` : ''}`, () => {
  const run = randomBytes(4).toString('hex');
  const hostile = `gantry-page-hostile-${run}`;
  let image: FailingImage;
  let daemon: TestDaemon;
  let browser: DashboardBrowser;
  beforeAll(async () => {
    [image, daemon, browser] = await Promise.all([makeFailingImage(), startTestDaemon(), startBrowser()]);
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await daemon?.stop();
    await removeAll(run);
    await image?.[Symbol.asyncDispose]();
  });
  const start = async (name: string, args: readonly string[]): Promise<void> => {
    await runCommand(['docker', 'run', '-d', '--label', `${label}=${run}`, '--name', name, ...args]);
    await runCommand(['docker', 'wait', name]);
  };

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
