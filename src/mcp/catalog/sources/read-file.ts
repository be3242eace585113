import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, errorCodeOf } from '#core';
import type { CatalogContent, CatalogEntry, CatalogProblem } from '../reading/content.ts';
import { invalidCatalog } from '../reading/invalid-catalog.ts';
import { largestDocumentBytes } from '../reading/parse-document.ts';
import { readContent } from '../reading/read-content.ts';
import { readRegistryServer } from '../reading/registry-server.ts';

const mostFolders = 5000;

/**
 * Reads servers from a file or folder that the user named: any of the texts that `readContent` knows, one `server.yaml` of
 * mcp-registry, or its whole `servers` folder. @throws AppError `mcp.catalog_not_found`, `mcp.catalog_invalid`
 */
export async function readCatalogFile(path: string): Promise<CatalogContent> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
  if (facts.isDirectory()) return await readFolder(path);
  if (basename(path) === 'server.yaml') {
    const entry = await readServerFolder(dirname(path));
    if (entry) return { name: undefined, title: undefined, entries: [entry], problems: [] };
  }
  return readContent(await readBounded(path), { where: path });
}

async function readFolder(path: string): Promise<CatalogContent> {
  const own = await readServerFolder(path);
  if (own) return { name: undefined, title: undefined, entries: [own], problems: [] };
  const names = (await readdir(path, { withFileTypes: true }))
    .filter((one) => one.isDirectory())
    .map(({ name }) => name);
  if (names.includes('servers')) return await readFolder(join(path, 'servers'));
  if (names.length > mostFolders) throw invalidCatalog(path, `it has more than ${mostFolders} folders`);
  const entries: CatalogEntry[] = [];
  const problems: CatalogProblem[] = [];
  for (const name of names.toSorted()) {
    try {
      const entry = await readServerFolder(join(path, name));
      if (entry) entries.push(entry);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'mcp.catalog_invalid') throw error;
      problems.push({ server: name, reason: String(error.params['detail'] ?? error.message) });
    }
  }
  if (entries.length + problems.length === 0) throw invalidCatalog(path, 'no folder in it has a server.yaml');
  return { name: undefined, title: undefined, entries, problems };
}

/** Undefined when the folder has no `server.yaml` in the layout of mcp-registry. */
async function readServerFolder(folder: string): Promise<CatalogEntry | undefined> {
  const serverYaml = await optional(join(folder, 'server.yaml'));
  if (serverYaml === undefined || !/^(?:about|meta|run|config|source|type)\s*:/m.test(serverYaml)) return undefined;
  const toolsJson = await optional(join(folder, 'tools.json'));
  const readme = join(folder, 'readme.md');
  const hasReadme = await stat(readme).then(
    () => true,
    () => false,
  );
  return readRegistryServer(
    { serverYaml, toolsJson, readme: hasReadme ? readme : undefined },
    join(folder, 'server.yaml'),
  );
}

async function optional(path: string): Promise<string | undefined> {
  try {
    return await readBounded(path);
  } catch (error) {
    if (error instanceof AppError && error.code === 'mcp.catalog_not_found') return undefined;
    throw error;
  }
}

async function readBounded(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (facts.size > largestDocumentBytes)
      throw invalidCatalog(path, `it is larger than ${largestDocumentBytes >> 20} MiB`);
    if (!facts.isFile()) throw invalidCatalog(path, 'it is not a file');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw missing(path, error);
  }
}

function missing(path: string, cause: unknown): unknown {
  const code = errorCodeOf(cause) ?? '';
  // Names that no file system takes, and links in circles, lead to nothing either.
  if (!['ENOENT', 'ENOTDIR', 'EACCES', 'ENAMETOOLONG', 'ELOOP'].includes(code)) return cause;
  const reason = code === 'EACCES' ? 'may not be read' : 'does not exist';
  return new AppError('mcp.catalog_not_found', `The file ${path} ${reason}.`, {
    params: { reason: code === 'EACCES' ? 'unreadable' : 'file', catalog: path, path },
    cause,
  });
}
