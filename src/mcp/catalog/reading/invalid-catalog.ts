import { AppError } from '#core';

/** `where` names the file, reference or address; `detail` continues the sentence. */
export function invalidCatalog(where: string, detail: string, cause?: unknown): AppError {
  return new AppError('mcp.catalog_invalid', `${where} is not a usable catalogue: ${detail}.`, {
    params: { where, detail },
    cause,
  });
}
