import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, errorCodeOf } from '#core';
import type { Json, JsonObject } from '../types.ts';

const maxBytes = 256 << 20;
/** What we know of its tables holds up to this version (contract mcp-toolkit §1.3). */
const knownVersion = 6;

export interface DockerProfileRow {
  readonly id: string;
  readonly name: string;
  readonly servers: unknown;
  readonly secrets: unknown;
}

export interface DockerCatalogRow {
  readonly ref: string;
  readonly title: string;
  readonly source: string;
  /** As catalogues in registries file them. */
  readonly servers: readonly JsonObject[];
}

export interface DockerDatabase {
  readonly profiles: readonly DockerProfileRow[];
  readonly catalogs: readonly DockerCatalogRow[];
}

/**
 * What is in the database of Docker's toolkit; undefined when there is none. A copy is read, because SQLite leaves locks beside
 * what it opens.
 * @throws AppError `settings.invalid`
 */
export async function readDockerDatabase(path: string): Promise<DockerDatabase | undefined> {
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

async function readCopy(copy: string, path: string): Promise<DockerDatabase> {
  const { default: sqlite } = await import('node-sqlite3-wasm');
  let rows: readonly Record<string, unknown>[];
  let catalogs: readonly Record<string, unknown>[];
  let servers: readonly Record<string, unknown>[];
  let version: unknown;
  try {
    const database = new sqlite.Database(copy, { readOnly: true });
    try {
      version = database.get('SELECT max(version) AS version FROM schema_migrations')?.['version'];
      rows = database.all('SELECT id, name, servers, secrets FROM working_set ORDER BY id LIMIT 1000');
      const tables = database.all("SELECT name FROM sqlite_master WHERE name IN ('catalog', 'catalog_server')");
      const hasCatalogs = tables.length === 2;
      catalogs = !hasCatalogs ? [] : database.all('SELECT ref, title, source FROM catalog ORDER BY ref LIMIT 1000');
      servers = !hasCatalogs
        ? []
        : database.all(
            'SELECT catalog_ref, server_type, tools, source, image, endpoint, snapshot FROM catalog_server ORDER BY id LIMIT 200000',
          );
    } finally {
      database.close();
    }
  } catch (cause) {
    throw unusable(path, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
  if (Number(version) > knownVersion) throw unusable(path, `a newer toolkit wrote it (version ${Number(version)})`);
  const profiles = rows.map((row) => ({
    id: String(row['id']),
    name: String(row['name']),
    servers: json(row['servers']),
    secrets: json(row['secrets']),
  }));
  return { profiles, catalogs: catalogs.map((row) => catalogOf(row, servers)) };
}

function catalogOf(
  row: Readonly<Record<string, unknown>>,
  servers: readonly Readonly<Record<string, unknown>>[],
): DockerCatalogRow {
  const own = servers.filter((server) => server['catalog_ref'] === row['ref']);
  return {
    ref: String(row['ref']),
    title: String(row['title']),
    source: typeof row['source'] === 'string' ? row['source'] : '',
    servers: own.map((server) => {
      const texts = ['source', 'image', 'endpoint'].flatMap((key) => {
        const value = server[key];
        return typeof value === 'string' && value !== '' ? [[key, value] as const] : [];
      });
      const tools = json(server['tools']) as Json | undefined;
      return {
        type: String(server['server_type']),
        ...(Array.isArray(tools) ? { tools } : {}),
        ...Object.fromEntries(texts),
        snapshot: (json(server['snapshot']) ?? null) as Json,
      };
    }),
  };
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
