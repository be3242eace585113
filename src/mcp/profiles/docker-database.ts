import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, errorCodeOf } from '#core';

const maxBytes = 256 << 20;
/** What we know of its tables holds up to this version (contract mcp-toolkit §1.3). */
const knownVersion = 6;

export interface DockerProfileRow {
  readonly id: string;
  readonly name: string;
  readonly servers: unknown;
  readonly secrets: unknown;
}

/**
 * The profiles in the database of Docker's toolkit; undefined when there is none. A copy is read, because SQLite leaves locks beside
 * what it opens.
 * @throws AppError `settings.invalid`
 */
export async function readDockerDatabase(path: string): Promise<readonly DockerProfileRow[] | undefined> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw unusable(path, `it is larger than ${maxBytes >> 20} MiB`);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const folder = await mkdtemp(join(tmpdir(), 'gantry-docker-mcp-'));
  try {
    const copy = join(folder, 'copy.db');
    await copyFile(path, copy);
    return await readCopy(copy, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readCopy(copy: string, path: string): Promise<readonly DockerProfileRow[]> {
  const { default: sqlite } = await import('node-sqlite3-wasm');
  let rows: readonly Record<string, unknown>[];
  let version: unknown;
  try {
    const database = new sqlite.Database(copy, { readOnly: true });
    try {
      version = database.get('SELECT max(version) AS version FROM schema_migrations')?.['version'];
      rows = database.all('SELECT id, name, servers, secrets FROM working_set ORDER BY id LIMIT 1000');
    } finally {
      database.close();
    }
  } catch (cause) {
    throw unusable(path, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
  if (Number(version) > knownVersion) throw unusable(path, `a newer toolkit wrote it (version ${Number(version)})`);
  return rows.map((row) => ({
    id: String(row['id']),
    name: String(row['name']),
    servers: json(row['servers']),
    secrets: json(row['secrets']),
  }));
}

function json(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

function unusable(path: string, reason: string, cause?: unknown): AppError {
  return new AppError('settings.invalid', `The database ${path} is not usable: ${reason}.`, {
    params: { path, reason },
    cause,
  });
}
