import type { Json, JsonObject } from '../types.ts';
import { isObject } from './reading/parse-document.ts';
import type { CatalogEntry } from './reading/content.ts';
import type { Catalog } from './types.ts';

/** A catalogue in the form that other toolkits show it in, and what we have to say of its servers besides. */
export function catalogAsJson(catalog: Catalog, { withTools = true }: { withTools?: boolean } = {}): JsonObject {
  const { ref, source, title, digest, entries, problems } = catalog;
  return {
    ref,
    source,
    title,
    servers: entries.map((entry) => filedAsJson(entry, withTools)),
    digest,
    ...(problems.length === 0 ? {} : { problems: problems.map(({ server, reason }) => ({ server, reason })) }),
  };
}

export function filedAsJson({ wire, filed }: CatalogEntry, withTools: boolean): JsonObject {
  const { tools: _tools, ...rest } = wire;
  const { type, tools, source, image, endpoint } = filed;
  return {
    type,
    ...(tools ? { tools } : {}),
    ...(source === undefined ? {} : { source }),
    ...(image === undefined ? {} : { image }),
    ...(endpoint === undefined ? {} : { endpoint }),
    snapshot: { server: withTools ? wire : rest },
  };
}

/** A catalogue as a file of the older form, which every toolkit reads (contract mcp-toolkit §2.2). */
export function catalogAsLegacy({ ref, title, entries }: Catalog): JsonObject {
  return {
    version: 3,
    name: ref.replace(/:latest$/, ''),
    displayName: title,
    registry: Object.fromEntries(
      entries.map(({ server, wire }) => {
        const { name: _name, ...rest } = withoutZeros(wire);
        return [server.name, rest];
      }),
    ),
  };
}

/** Without what other toolkits write for what is not there. */
function withoutZeros(wire: JsonObject): JsonObject {
  const { tools, remote, image, ...rest } = wire;
  return {
    ...rest,
    ...(image === '' || image === undefined ? {} : { image }),
    ...(isObject(remote) && Object.keys(remote).length > 0 ? { remote } : {}),
    ...(Array.isArray(tools) ? { tools: tools.map(toolWithoutZeros) } : {}),
  };
}

function toolWithoutZeros(tool: Json): Json {
  if (!isObject(tool)) return tool;
  const { container, parameters, description, ...rest } = tool;
  return {
    ...rest,
    ...(description === '' || description === undefined ? {} : { description }),
    ...(isObject(container) && container['image'] !== '' ? { container } : {}),
    ...(isObject(parameters) && parameters['type'] !== '' ? { parameters } : {}),
  };
}
