import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, errorCodeOf, formatSize, writeFileAtomic } from '#core';
import type { AuditFinding, Inventory, RunProgram, UpdateReport, VulnerabilityReport } from '#images';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { startSpinner } from '../../output/spinner.ts';
import { usageError } from '../../usage-error.ts';
import { scanLevels, type ScanFormat, type ScanLevel } from './scan-choices.ts';
import { scanText } from './scan-text.ts';

export interface ScanOptions {
  readonly json?: boolean;
  readonly format?: ScanFormat;
  readonly sbom?: string;
  readonly input?: string;
  readonly offline?: boolean;
  readonly osv?: string;
  readonly failOn?: ScanLevel;
}

export interface ScanReport {
  readonly image: string;
  readonly digest: string;
  readonly inventory: Inventory;
  readonly audit: readonly AuditFinding[];
  readonly updates: UpdateReport;
  readonly vulnerabilities: VulnerabilityReport;
}

/** Ends with 0, or with 1 when something as bad as `--fail-on` says was found. */
export async function scan(context: CliContext, name: string | undefined, options: ScanOptions): Promise<number> {
  const { t } = context;
  if ((name === undefined) === (options.input === undefined)) throw usageError(t('scan.oneOf'));
  const report = await makeReport(context, name, options);
  const format = options.json ? 'json' : (options.format ?? 'text');
  const { toCycloneDx } = await import('#images');
  const sbom = (): string => {
    const { image, digest, inventory } = report;
    const timestamp = new Date(context.clock.now()).toISOString();
    return `${JSON.stringify(toCycloneDx(inventory, { image, digest, timestamp }), undefined, 2)}\n`;
  };
  if (options.sbom !== undefined) {
    await writeFileAtomic(options.sbom, sbom());
    context.notice(t('scan.sbomWritten', { file: options.sbom, n: report.inventory.packages.length }));
  }
  if (format === 'cyclonedx') context.print(sbom());
  else if (format === 'json') context.printJson(report);
  else context.print(await scanText(report, context));
  return options.failOn !== undefined && isAsBadAs(report, options.failOn) ? exitCodes.unexpected : exitCodes.ok;
}

export async function makeReport(
  context: CliContext,
  name: string | undefined,
  options: ScanOptions,
): Promise<ScanReport> {
  const { audit, checkUpdates } = await import('#images');
  const image = name ?? options.input ?? '';
  const { inventory, digest } =
    options.input === undefined ? await readFromEngine(context, image) : await readFromFile(context, options.input);
  const updates: UpdateReport = options.offline
    ? { state: 'unknown', reason: 'skipped', detail: '' }
    : await checkUpdates(inventory, await indexFetcher(context), { signal: context.signal });
  return {
    image,
    digest,
    inventory,
    audit: audit(inventory, { nowMs: context.clock.now() }),
    updates,
    vulnerabilities: await vulnerabilitiesOf(context, { inventory, name, options }),
  };
}

type Read = Pick<ScanReport, 'inventory' | 'digest'>;

async function readFromEngine(context: CliContext, name: string): Promise<Read> {
  const { scanImage } = await import('#images');
  const docker = await context.docker();
  let [read, total] = [0, 0];
  const text = (): string =>
    context.t('scan.reading', { done: formatSize(read), total: formatSize(Math.max(read, total)) });
  const spinner = startSpinner(text, { output: context.stderr, clock: context.clock });
  try {
    for await (const event of scanImage(docker, name, { signal: context.signal })) {
      if (event.type === 'done') return event;
      [read, total] = [event.readBytes, event.totalBytes];
    }
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'docker.not_found')) throw error;
    throw new AppError('docker.not_found', `The Docker Engine does not have the image ${name}.`, {
      hint: `Pull it first: docker pull ${name}`,
      params: { reason: 'no_image', name },
      cause: error,
    });
  } finally {
    spinner.stop();
  }
  throw new AppError('internal', 'The image was read without an end.');
}

async function readFromFile(context: CliContext, file: string): Promise<Read> {
  const { makeInventory, scanArchive, scanFolder } = await import('#images');
  const spinner = startSpinner(() => context.t('scan.readingFile', { file }), {
    output: context.stderr,
    clock: context.clock,
  });
  try {
    const scanned = (await stat(file)).isDirectory()
      ? await scanFolder(file)
      : await scanArchive(createReadStream(file, { highWaterMark: 1024 * 1024, signal: context.signal }));
    return { inventory: makeInventory(scanned), digest: '' };
  } catch (error) {
    const code = errorCodeOf(error);
    if (code !== 'ENOENT' && code !== 'EACCES') throw error;
    throw usageError(context.t('scan.unreadable', { file, reason: code }));
  } finally {
    spinner.stop();
  }
}

const mostIndexBytes = 64 * 1024 * 1024;

async function indexFetcher(context: CliContext): Promise<import('#images').FetchIndex> {
  const { cachedIndex } = await import('#images');
  return cachedIndex(
    (url, { signal }) => context.fetchBytes(url, { mostBytes: mostIndexBytes, signal: signal ?? context.signal }),
    { folder: join(context.paths.home, 'cache', 'indexes'), now: () => context.clock.now() },
  );
}

async function vulnerabilitiesOf(
  context: CliContext,
  { inventory, name, options }: { inventory: Inventory; name: string | undefined; options: ScanOptions },
): Promise<VulnerabilityReport> {
  const { askScanner, createMatcher, readOsvDatabase } = await import('#images');
  const { signal } = context;
  if (options.osv !== undefined) {
    const matcher = createMatcher(inventory);
    for await (const record of readOsvDatabase(options.osv)) {
      signal.throwIfAborted();
      matcher.take(record);
    }
    return matcher.report();
  }
  if (name === undefined || options.offline) return { state: 'none' };
  const spinner = startSpinner(() => context.t('scan.asking'), { output: context.stderr, clock: context.clock });
  try {
    return await askScanner(name, runProgram(context), { signal });
  } finally {
    spinner.stop();
  }
}

function runProgram({ env }: CliContext): RunProgram {
  return async ([program = '', ...args], { signal }) =>
    await new Promise((resolve, reject) => {
      const options = { env: { ...env }, signal, maxBuffer: 256 * 1024 * 1024, timeout: 15 * 60_000 };
      execFile(program, args, options, (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
}

function isAsBadAs({ audit, inventory, vulnerabilities }: ScanReport, level: ScanLevel): boolean {
  const most = scanLevels.indexOf(level);
  if (inventory.secrets.length > 0) return true;
  if (audit.some(({ severity }) => scanLevels.indexOf(severity) <= most)) return true;
  if (vulnerabilities.state !== 'known') return false;
  return vulnerabilities.vulnerabilities.some(({ severity }) => {
    if (severity === 'critical') return true;
    return severity !== 'unknown' && scanLevels.indexOf(severity) <= most;
  });
}
