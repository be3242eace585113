import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { buildDashboard } from '../scripts/build-dashboard.js';
import { generatedCatalog, ggufBytes, startTestDaemon, tinyModelMetadata, type TestDaemon } from '#testing';
import { startBrowser, type DashboardBrowser } from '../tests/dashboard/browser.ts';
import { filterTimes, interactiveMs, scrolledFrames } from './dashboard/in-page.ts';
import { startStandInEngine } from './dashboard/stand-in-engine.ts';
import { wordOf } from './dashboard/words.ts';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const bundle = fileURLToPath(new URL('../dist/gantry.js', import.meta.url));
const counts = { models: 200, servers: 300, containers: 500, logLines: 100_000 };
const wanted = { scriptBytes: 350_000, interactiveMs: 1500, filterMs: 100, framesPerSecond: 30, idlePercent: 2 };
const loads = 7;
const scrollSeconds = 5;
const idleSeconds = 30;
const typed = Array.from({ length: 16 }, (_nothing, index) => wordOf(index * 9).slice(0, 4));

/** The dashboard in the distribution's Chromium: how soon it is there, how soon filters answer on full tables, scrolling, and an open page at rest. */
export async function benchDashboard(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-dashboard-bench-'));
  try {
    const { firstPageBytes } = await buildDashboard(join(folder, 'built'), { quick: true });
    await using engine = await startStandInEngine({ socketPath: join(folder, 'engine.sock'), ...counts });
    const daemon = await startTestDaemon({
      program: [bundle],
      discardLog: true,
      env: { DOCKER_HOST: engine.host, DOCKER_CONFIG: join(folder, 'docker') },
    });
    try {
      await fill(daemon, folder);
      await using browser = await startBrowser();
      return [
        rowOf('first page, compressed script', { value: firstPageBytes / 1000, of: wanted.scriptBytes / 1000 }, 'kB'),
        await interactive(browser, daemon),
        await filtered(browser, { name: `${counts.models} models`, url: daemon.url, path: 'models' }),
        await filtered(browser, { name: `${counts.servers} servers`, url: daemon.url, path: 'mcp/catalog' }),
        await filtered(browser, { name: `${counts.containers} containers`, url: daemon.url, path: 'containers' }),
        await scrolled(browser, daemon),
        await idle(browser, daemon),
      ];
    } finally {
      await daemon.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Different models, and the servers of a catalogue. */
async function fill({ url, home }: TestDaemon, folder: string): Promise<void> {
  for (let index = 0; index < counts.models; index += 1) {
    const gguf = join(folder, `m${index}.gguf`);
    await writeFile(gguf, ggufBytes({ metadata: { ...tinyModelMetadata, 'general.name': `Tiny ${index}` } }));
    const body = JSON.stringify({ from: `bench/${wordOf(index)}:1b-Q4_K_M`, gguf });
    const answer = await fetch(`${url}/models/create`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`Model ${index} was not stored: ${await answer.text()}`);
    await answer.text();
  }
  const file = join(folder, 'catalog.yaml');
  const { registry, ...catalog } = generatedCatalog(counts.servers);
  const named = Object.entries(registry).map(([name, server], index) => [name, { ...server, title: wordOf(index) }]);
  await writeFile(file, stringify(JSON.parse(JSON.stringify({ ...catalog, registry: Object.fromEntries(named) }))));
  const env = { ...process.env, GANTRY_HOME: home, DOCKER_CONFIG: join(folder, 'docker') };
  const args = [bundle, 'mcp', 'catalog', 'import', file, '--as', 'generated'];
  await promisify(execFile)(process.execPath, args, { env });
}

async function interactive(browser: DashboardBrowser, { url }: TestDaemon): Promise<BenchRow> {
  const times: number[] = [];
  for (let load = 0; load < loads; load += 1) {
    // A profile of its own: nothing is kept from the load before.
    await using dashboard = await browser.open({ url, path: 'assets/none', expected: [/./] });
    times.push(await interactiveMs(dashboard.page, `${url}/dashboard/overview`));
  }
  const found = percentiles(times);
  return {
    ...rowOf('first page, until it answers', { value: found.p50, of: wanted.interactiveMs }, 'ms'),
    ours: formatPercentiles(found, 'ms'),
    note: `${loads} loads with nothing kept: the heading painted, and half a second without a task of 50 ms after it.`,
  };
}

async function filtered(
  browser: DashboardBrowser,
  { name, url, path }: { name: string; url: string; path: string },
): Promise<BenchRow> {
  await using dashboard = await browser.open({ url, path });
  const { page } = dashboard;
  await page
    .getByRole('status')
    .filter({ hasText: /^\d{3,} (?:in all|servers)$/ })
    .waitFor();
  const found = percentiles(await filterTimes(page, typed));
  return {
    ...rowOf(`filter of ${name}`, { value: found.p95, of: wanted.filterMs }, 'ms'),
    ours: formatPercentiles(found, 'ms'),
    target: `p95 ≤ ${wanted.filterMs} ms`,
  };
}

async function scrolled(browser: DashboardBrowser, { url }: TestDaemon): Promise<BenchRow> {
  await using dashboard = await browser.open({ url, path: `containers/shop-${wordOf(0)}/logs` });
  const { page } = dashboard;
  await page.getByRole('combobox', { name: 'Lines' }).click();
  await page.getByRole('option', { name: '100,000' }).click();
  await page.getByText('100000 lines', { exact: true }).waitFor({ timeout: 120_000 });
  const frames = await scrolledFrames(page, scrollSeconds);
  return {
    name: `scrolling ${counts.logLines} lines`,
    ours: `${frames.toFixed(1)} frames/s`,
    reference: `${wanted.framesPerSecond} frames/s`,
    ratio: frames / wanted.framesPerSecond,
    target: '≥ 1.00',
    met: frames >= wanted.framesPerSecond,
  };
}

async function idle(browser: DashboardBrowser, daemon: TestDaemon): Promise<BenchRow> {
  await using dashboard = await browser.open({ url: daemon.url, path: 'overview' });
  await dashboard.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await sleep(5000);
  const before = await processorSeconds(daemon.pid);
  await sleep(idleSeconds * 1000);
  const percent = (((await processorSeconds(daemon.pid)) - before) / idleSeconds) * 100;
  return rowOf('daemon with an open page at rest', { value: percent, of: wanted.idlePercent }, '% of a core');
}

/** Linux only: it reads /proc. */
async function processorSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function rowOf(name: string, { value, of }: { value: number; of: number }, unit: string): BenchRow {
  return {
    name,
    ours: `${value.toFixed(1)} ${unit}`,
    reference: `${of} ${unit}`,
    ratio: value / of,
    target: `≤ ${of} ${unit}`,
    met: value <= of,
  };
}
