import {
  mcpImportCatalogRequest,
  mcpPullCatalogRequest,
  type McpCatalogBody,
  type McpCatalogDone,
  type McpCatalogsBody,
} from '#contract';
import { AppError } from '#core';
import { catalogNameFor, type Catalog, type CatalogListing } from '#mcp';
import { sendEmpty, sendJson, type Exchange } from '../http/exchange.ts';
import { catalogServerBody, entryBody } from './catalog-bodies.ts';
import { streamEvents, type StreamDeps } from './event-stream.ts';
import type { McpManagement } from './management.ts';
import { bodyOf, type RouteTable } from './route-table.ts';

/** Catalogues of servers, as `gantry mcp catalog` has them. */
export function createCatalogRoutes({ toolkit }: Pick<McpManagement, 'toolkit'>, deps: StreamDeps): RouteTable {
  const list = async (exchange: Exchange): Promise<void> => {
    const body: McpCatalogsBody = { catalogs: (await (await toolkit()).catalogs.list()).map(listingBody) };
    sendJson(exchange, 200, body);
  };
  const show = async (exchange: Exchange): Promise<void> => {
    const { catalogs } = await toolkit();
    const wanted = queryOf(exchange, 'ref');
    const refs = wanted === '*' ? (await catalogs.list()).map(({ ref }) => ref) : [wanted];
    const all = await Promise.all(refs.map((ref) => catalogs.open(ref)));
    const body: McpCatalogBody = {
      catalogs: all.map(listingBody),
      servers: all.flatMap(({ ref, entries }) => entries.map(({ server }) => entryBody(ref, server))),
      problems: all.flatMap(({ problems }) => problems.map(({ server, reason }) => ({ server, reason }))),
    };
    sendJson(exchange, 200, body);
  };
  const showServer = async (exchange: Exchange): Promise<void> => {
    const name = queryOf(exchange, 'name');
    const catalog = await (await toolkit()).catalogs.open(queryOf(exchange, 'ref'));
    const entry = catalog.entries.find(({ server }) => server.name === name);
    if (!entry) {
      throw new AppError('mcp.server_not_found', `The catalogue ${catalog.ref} has no server named ${name}.`, {
        params: { reason: 'in_catalog', server: name, catalog: catalog.ref },
      });
    }
    sendJson(exchange, 200, catalogServerBody(catalog.ref, entry));
  };
  const pull = async (exchange: Exchange): Promise<void> => {
    const { ref } = await bodyOf(exchange, mcpPullCatalogRequest);
    const { catalogs } = await toolkit();
    await streamEvents(
      exchange,
      async (send, signal) => {
        const onEvent = (event: { readonly type: string }): void => send(event.type, event);
        send('done', doneBody(await catalogs.pull(ref, { signal, onEvent })));
      },
      deps,
    );
  };
  const importFrom = async (exchange: Exchange): Promise<void> => {
    const { place, as, kind = 'catalog', dryRun = false } = await bodyOf(exchange, mcpImportCatalogRequest);
    const { catalogs } = await toolkit();
    const origin =
      kind === 'registry'
        ? ({ kind: 'community', host: place, packages: true } as const)
        : ({ kind: 'legacy', place } as const);
    const wanted = { ref: as ?? catalogNameFor(place), origin, title: undefined, exclude: [] };
    await streamEvents(
      exchange,
      async (send, signal) => {
        const onEvent = (event: { readonly type: string }): void => send(event.type, event);
        const made = dryRun
          ? catalogs.preview(wanted, { signal, onEvent })
          : catalogs.create(wanted, { signal, onEvent });
        send('done', doneBody(await made));
      },
      deps,
    );
  };
  return {
    'GET /gantry/mcp/catalogs': list,
    'GET /gantry/mcp/catalog': show,
    'GET /gantry/mcp/catalog/server': showServer,
    'POST /gantry/mcp/catalogs/pull': pull,
    'POST /gantry/mcp/catalogs/import': importFrom,
    'DELETE /gantry/mcp/catalog': async (exchange) => {
      await (await toolkit()).catalogs.remove(queryOf(exchange, 'ref'));
      sendEmpty(exchange, 204);
    },
  };
}

function listingBody(listing: CatalogListing): McpCatalogsBody['catalogs'][number] {
  const { ref, title, source, digest, updatedAt, pulledAt, builtIn } = listing;
  return {
    ref,
    title,
    source,
    digest,
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(pulledAt === undefined ? {} : { pulledAt }),
    builtIn,
  };
}

function doneBody({ ref, title, entries, problems }: Catalog): McpCatalogDone {
  return {
    ref,
    title,
    servers: entries.map(({ server }) => server.name),
    problems: problems.map(({ server, reason }) => ({ server, reason })),
  };
}

/** @throws AppError `request.invalid` when it is not in the query */
export function queryOf({ query }: Exchange, param: string): string {
  const value = new URLSearchParams(query).get(param);
  if (value !== null && value !== '' && value.length <= 4000) return value;
  throw new AppError('request.invalid', `The query needs ${param}.`, { params: { param } });
}
