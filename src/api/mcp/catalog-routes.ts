import {
  mcpCreateCatalogRequest,
  mcpImportCatalogRequest,
  mcpPullCatalogRequest,
  mcpPushCatalogRequest,
  type McpCatalogBody,
  type McpCatalogDone,
  type McpCatalogsBody,
} from '#contract';
import { AppError } from '#core';
import {
  catalogNameFor,
  profileContent,
  readContent,
  readServer,
  type Catalog,
  type CatalogListing,
  type CatalogOrigin,
} from '#mcp';
import { sendEmpty, sendJson, type Exchange } from '../http/exchange.ts';
import { catalogServerBody, entryBody, longestReadme } from './catalog-bodies.ts';
import { streamEvents, type StreamDeps } from './event-stream.ts';
import type { McpManagement } from './management.ts';
import { bodyOf, type RouteTable } from './route-table.ts';

/** Catalogues of servers, as `gantry mcp catalog` has them. */
export function createCatalogRoutes(
  { toolkit, profiles }: Pick<McpManagement, 'toolkit' | 'profiles'>,
  deps: StreamDeps,
): RouteTable {
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
    const { as, dryRun = false, ...asked } = await bodyOf(exchange, mcpImportCatalogRequest);
    const { catalogs } = await toolkit();
    const origin = originOf(asked);
    const named = origin.kind === 'content' ? (origin.content.name ?? origin.title) : (asked.place ?? '');
    const wanted = { ref: as ?? catalogNameFor(named), origin, title: undefined, exclude: [] };
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
  const create = async (exchange: Exchange): Promise<void> => {
    const { ref, title, servers = [], profile } = await bodyOf(exchange, mcpCreateCatalogRequest);
    const { catalogs } = await toolkit();
    const origin: CatalogOrigin =
      profile === undefined
        ? { kind: 'servers', uris: servers }
        : {
            kind: 'content',
            source: `profile:${profile}`,
            title: title ?? profile,
            content: profileContent(await profiles.get(profile), readServer),
          };
    const made = await catalogs.create({ ref, origin, title: title ?? ref, exclude: [] }, { signal: exchange.gone });
    sendJson(exchange, 201, doneBody(made));
  };
  const push = async (exchange: Exchange): Promise<void> => {
    const { ref, as } = await bodyOf(exchange, mcpPushCatalogRequest);
    const { catalogs } = await toolkit();
    if (as !== undefined) await catalogs.copy(ref, as);
    sendJson(exchange, 200, { reference: await catalogs.push(as ?? ref, { signal: exchange.gone }) });
  };
  const readme = async (exchange: Exchange): Promise<void> => {
    const name = queryOf(exchange, 'name');
    const tools = await toolkit();
    const catalog = await tools.catalogs.open(queryOf(exchange, 'ref'));
    const text = catalog.entries.find(({ server }) => server.name === name)?.server.readme ?? '';
    const isAddress = /^https?:\/\//.test(text);
    const whole = isAddress ? await tools.readme({ name, readme: text }, { signal: exchange.gone }) : text;
    sendJson(exchange, 200, { text: whole.slice(0, longestReadme), chars: whole.length });
  };
  return {
    'GET /gantry/mcp/catalogs': list,
    'POST /gantry/mcp/catalogs': create,
    'POST /gantry/mcp/catalogs/push': push,
    'GET /gantry/mcp/catalog/readme': readme,
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

function originOf({
  place = '',
  text,
  kind,
}: {
  place?: string | undefined;
  text?: string | undefined;
  kind?: 'catalog' | 'registry' | undefined;
}): CatalogOrigin {
  if (text !== undefined) {
    const content = readContent(text, { where: 'the file' });
    const name = content.name ?? content.title ?? 'imported';
    return { kind: 'content', source: 'user:upload', title: content.title ?? name, content };
  }
  return kind === 'registry' ? { kind: 'community', host: place, packages: true } : { kind: 'legacy', place };
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
