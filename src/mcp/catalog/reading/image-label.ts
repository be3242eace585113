import type { CatalogServer, Json, JsonObject } from '../../types.ts';
import { isObject, parseObject } from './parse-document.ts';
import { readServer } from './read-server.ts';

/** Where an image describes the server in it. */
export const metadataLabel = 'io.docker.server.metadata';

const kept = ['name', 'image', 'description', 'title', 'icon', 'readme', 'config', 'prefix', 'metadata'];
const toolParts = ['name', 'description', 'arguments', 'annotations', 'inputSchema'];
const largestLabelBytes = 256 << 10;

export interface LabelledImage {
  /** As it is to be run: with the digest where there is one. */
  readonly image: string;
  readonly label: string;
}

/**
 * The entry for an image that describes itself. A label is a description and gives no rights: no command, volumes, user, hosts,
 * secrets, addresses or values of variables are taken from it (contract mcp-toolkit §2.3).
 * @throws AppError `mcp.catalog_invalid`
 */
export function readImageLabel({ image, label }: LabelledImage): { server: CatalogServer; wire: JsonObject } {
  const where = `the label ${metadataLabel} of ${image}`;
  const raw = parseObject(label.slice(0, largestLabelBytes + 1), where);
  const { env, tools } = raw;
  const wire: JsonObject = {
    ...pick(raw, kept),
    type: 'server',
    image,
    ...(Array.isArray(env) ? { env: (env as readonly Json[]).flatMap(nameOnly) } : {}),
    ...(Array.isArray(tools)
      ? { tools: (tools as readonly Json[]).flatMap((tool) => (isObject(tool) ? [pick(tool, toolParts)] : [])) }
      : {}),
  };
  return { server: readServer(wire, { where }), wire };
}

function nameOnly(variable: Json): JsonObject[] {
  return isObject(variable) && typeof variable['name'] === 'string' ? [{ name: variable['name'], value: '' }] : [];
}

function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
