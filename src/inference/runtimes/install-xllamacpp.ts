import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, delay, tryProcessLock, type Clock, type Env, type Log, type ProcessLock } from '#core';
import type { PackageFile, PythonIndex, Transfer } from '#registry';
import type { RuntimeInstallEvent } from '../types.ts';
import { checkImport } from './check-import.ts';
import { chooseWheel } from './choose-wheel.ts';
import { programAt } from './find-programs.ts';
import { readInstallation, writeRecord, xllamacppFolder, type Installation } from './installed.ts';
import { findPython, type Python } from './python.ts';
import type { RunProgram } from './run-program.ts';
import { xllamacppVersion, type LockedWheel } from './runtime-lock.ts';

/** Unpacks a whole archive into a folder that does not exist yet; refuses links and names that escape it. */
export type ExtractAll = (options: {
  readonly archive: string;
  readonly directory: string;
  readonly signal: AbortSignal;
}) => Promise<unknown>;

export interface InstallDependencies {
  /** Where runtimes live. */
  readonly directory: string;
  /** Where unfinished transfers live. */
  readonly downloads: string;
  readonly env: Env;
  readonly programEnv: Readonly<Record<string, string>>;
  readonly osRelease: string;
  readonly python: PythonIndex;
  readonly transfer: Transfer;
  readonly extractAll: ExtractAll;
  readonly run: RunProgram;
  readonly clock: Clock;
  readonly log: Log;
}

export interface InstallProgress {
  readonly emit: (event: RuntimeInstallEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Fetches the pinned wheel, checks it, unpacks it beside its place, proves that it can be imported, and moves it there.
 * Other processes wait; a killed installation leaves only a resumable download and a folder that the next one removes.
 */
export async function installXllamacpp(deps: InstallDependencies, progress: InstallProgress): Promise<Installation> {
  const { env, programEnv, osRelease, run } = deps;
  const python = await findPython({ env, programEnv, run, osRelease });
  const wheel = chooseWheel(python);
  const lock = await lockInstallation(deps, progress);
  try {
    const present = await readInstallation(deps.directory);
    if (present?.record.freeThreaded === python.freeThreaded) return present;
    await removeLeftovers(deps.directory);
    const archive = await fetchWheel(deps, wheel, progress);
    const installation = await unpack(deps, { wheel, archive, python, progress });
    await rm(archive, { force: true });
    await removeOtherVersions(deps.directory);
    return installation;
  } finally {
    await lock.release();
  }
}

async function lockInstallation(
  { directory, clock }: InstallDependencies,
  { emit, signal }: InstallProgress,
): Promise<ProcessLock> {
  for (let told = false; ; told = true) {
    const attempt = await tryProcessLock(join(directory, 'xllamacpp.lock'));
    if (attempt.acquired) return attempt.lock;
    if (!told) {
      emit({ type: 'status', message: `Waiting for process ${attempt.owner.pid}, which is installing xllamacpp` });
    }
    await delay(200, { clock, signal });
  }
}

async function fetchWheel(
  { python, transfer, downloads }: InstallDependencies,
  wheel: LockedWheel,
  { emit, signal }: InstallProgress,
): Promise<string> {
  emit({ type: 'status', message: `Looking for xllamacpp ${xllamacppVersion}` });
  const files = await python.files('xllamacpp', { signal });
  const file = lockedFile(files, wheel);
  emit({ type: 'status', message: `Fetching ${wheel.filename}` });
  const archive = join(downloads, wheel.filename);
  await transfer(file.blob, {
    destination: archive,
    partial: `${archive}.partial`,
    expected: { digest: wheel.digest, sizeBytes: wheel.sizeBytes },
    signal,
    onProgress: (receivedBytes) => emit({ type: 'progress', receivedBytes, totalBytes: wheel.sizeBytes }),
  });
  return archive;
}

function lockedFile(files: readonly PackageFile[], wheel: LockedWheel): PackageFile {
  const candidates = files.filter(({ filename }) => filename === wheel.filename);
  // A local find-links folder gives no digests; the transfer checks what it gets.
  const file =
    candidates.find(({ digest }) => digest === wheel.digest) ?? candidates.find(({ digest }) => digest === undefined);
  if (file) return file;
  const [other] = candidates;
  if (!other) {
    throw new AppError('source.not_found', `The Python package index has no ${wheel.filename}.`, {
      hint: 'Check which index pip is configured for (pip config list), or put a llama-server program on PATH.',
      params: { file: wheel.filename, reason: 'wheel_missing' },
    });
  }
  throw new AppError(
    'source.digest_mismatch',
    `The Python package index offers another ${wheel.filename} than the one Gantry pins.`,
    {
      hint: 'The index may have been tampered with; use another one.',
      params: { file: wheel.filename, expected: wheel.digest, actual: other.digest ?? 'unknown' },
    },
  );
}

interface Unpacking {
  readonly wheel: LockedWheel;
  readonly archive: string;
  readonly python: Python;
  readonly progress: InstallProgress;
}

async function unpack(
  deps: InstallDependencies,
  { wheel, archive, python, progress }: Unpacking,
): Promise<Installation> {
  const { directory, extractAll, run, programEnv, osRelease, env } = deps;
  const { emit, signal } = progress;
  const folder = join(xllamacppFolder(directory), xllamacppVersion);
  const temporary = `${folder}.tmp-${randomBytes(6).toString('hex')}`;
  emit({ type: 'status', message: 'Unpacking' });
  try {
    await mkdir(xllamacppFolder(directory), { recursive: true, mode: 0o755 });
    await extractAll({ archive, directory: temporary, signal });
    emit({ type: 'status', message: 'Checking that it runs here' });
    const interpreter = python.executable;
    const { version, devices } = await checkImport({
      folder: temporary,
      interpreter,
      run,
      programEnv,
      osRelease,
      signal,
    });
    const record = {
      version: xllamacppVersion,
      wheel: wheel.filename,
      digest: wheel.digest,
      freeThreaded: wheel.freeThreaded,
      devices,
      python: {
        executable: interpreter,
        fingerprint: (await programAt(interpreter))?.fingerprint ?? '',
        named: env['GANTRY_PYTHON'] ?? '',
      },
      files: await packageFiles(temporary),
    };
    if (version !== xllamacppVersion) deps.log.warn('xllamacpp version differs', { wheel: wheel.filename, version });
    await writeRecord(temporary, record);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return { folder, record };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function packageFiles(folder: string): Promise<Record<string, number>> {
  const names = await readdir(join(folder, 'xllamacpp'), { withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => `xllamacpp/${entry.name}`);
  return Object.fromEntries(
    await Promise.all(files.map(async (name) => [name, (await stat(join(folder, name))).size])),
  );
}

async function removeLeftovers(directory: string): Promise<void> {
  await removeEntries(directory, (name) => name.includes('.tmp'));
}

async function removeOtherVersions(directory: string): Promise<void> {
  await removeEntries(directory, (name) => name !== xllamacppVersion);
}

async function removeEntries(directory: string, unwanted: (name: string) => boolean): Promise<void> {
  const folder = xllamacppFolder(directory);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(unwanted)) await rm(join(folder, name), { recursive: true, force: true });
}
