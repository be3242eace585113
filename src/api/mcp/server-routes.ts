import {
  mcpAddServersRequest,
  mcpConfigRequest,
  mcpSwitchToolsRequest,
  type McpLogLine,
  type McpServersAdded,
  type McpServersBody,
} from '#contract';
import type { Log } from '#core';
import {
  addServers,
  defaultProfile,
  emptyProfile,
  removeServers,
  serverOf,
  setConfig,
  switchTools,
  type JsonObject,
  type Profile,
} from '#mcp';
import { sendEmpty, sendJson, type Exchange } from '../http/exchange.ts';
import { createLimit, streamEvents, untilOver, type StreamDeps } from './event-stream.ts';
import { findServers } from './find-servers.ts';
import type { McpManagement } from './management.ts';
import { prepareImages } from './prepare-images.ts';
import { bodyOf, type RouteTable } from './route-table.ts';
import { createServerFacts } from './server-facts.ts';

const mostFollowers = 40;

/** The servers of a profile: what they need, what they offer, and how they are. */
export function createServerRoutes(management: McpManagement, deps: StreamDeps & { readonly log: Log }): RouteTable {
  const { profiles, gateways } = management;
  const facts = createServerFacts(management, deps);
  const followers = createLimit(mostFollowers);

  const profileOf = async (id: string): Promise<Profile> =>
    id === defaultProfile ? ((await profiles.find(id)) ?? emptyProfile(id)) : await profiles.get(id);
  const change = (id: string, edit: (profile: Profile) => Profile): Promise<Profile> =>
    profiles.update(id, edit, { create: id === defaultProfile });

  const list = async (exchange: Exchange, id = ''): Promise<void> => {
    const profile = await profileOf(id);
    const body: McpServersBody = {
      profile: { id: profile.id, name: profile.name },
      ...(await facts.rows(profile, { signal: exchange.gone })),
    };
    sendJson(exchange, 200, body);
  };
  const show = async (exchange: Exchange, id = '', name = ''): Promise<void> => {
    const profile = await profileOf(id);
    if (new URLSearchParams(exchange.query).get('ask') === 'true') {
      serverOf(profile, name);
      await gateways.learn(id, name);
    }
    sendJson(exchange, 200, await facts.one(profile, name, { signal: exchange.gone }));
  };
  const add = async (exchange: Exchange, id = ''): Promise<void> => {
    const { servers, catalog } = await bodyOf(exchange, mcpAddServersRequest);
    const toolkit = await management.toolkit();
    await streamEvents(
      exchange,
      async (send, signal) => {
        const found = await findServers(toolkit.catalogs, servers, { catalog, signal });
        let names: { added: readonly string[]; replaced: readonly string[] } = { added: [], replaced: [] };
        await change(id, (before) => {
          const { profile, ...rest } = addServers(before, found);
          names = rest;
          return profile;
        });
        const wanted = found.flatMap(({ filed }) => filed.image ?? []);
        const made = await prepareImages(toolkit.images, wanted, { signal, onEvent: (event) => send('image', event) });
        const body: McpServersAdded = { profile: id, added: [...names.added], replaced: [...names.replaced], ...made };
        send('done', body);
      },
      deps,
    );
  };
  const configure = async (exchange: Exchange, id = '', name = ''): Promise<void> => {
    const { values } = await bodyOf(exchange, mcpConfigRequest);
    const profile = await change(id, (before) => setConfig(before, name, values as JsonObject));
    sendJson(exchange, 200, await facts.one(profile, name, { signal: exchange.gone }));
  };
  const switchSome = async (exchange: Exchange, id = '', name = ''): Promise<void> => {
    const { enable = [], disable = [], all } = await bodyOf(exchange, mcpSwitchToolsRequest);
    const named = (tool: string): string => `${name}.${tool}`;
    const profile = await change(id, (before) => {
      serverOf(before, name);
      return switchTools(before, {
        enable: enable.map(named),
        disable: disable.map(named),
        enableAll: all === 'enable' ? [name] : [],
        disableAll: all === 'disable' ? [name] : [],
      });
    });
    sendJson(exchange, 200, await facts.one(profile, name, { signal: exchange.gone }));
  };
  const follow = async (exchange: Exchange, id = '', name = ''): Promise<void> => {
    serverOf(await profileOf(id), name);
    const goesOn = new URLSearchParams(exchange.query).get('follow') !== 'false';
    await followers.run(() =>
      streamEvents(
        exchange,
        async (send, signal) => {
          const line = (one: McpLogLine): void => send('line', one);
          send('connected', {});
          for (const one of gateways.logs(id, name)) line(one);
          if (!goesOn) return;
          const stop = gateways.onLine((profile, server, one) => {
            if (profile === id && server === name) line(one);
          });
          await untilOver(signal);
          stop();
        },
        deps,
      ),
    );
  };
  return {
    'GET /gantry/mcp/profiles/:id/servers': list,
    'POST /gantry/mcp/profiles/:id/servers': add,
    'GET /gantry/mcp/profiles/:id/servers/:name': show,
    'DELETE /gantry/mcp/profiles/:id/servers/:name': async (exchange, id = '', name = '') => {
      await change(id, (profile) => removeServers(profile, [name]));
      sendEmpty(exchange, 204);
    },
    'PUT /gantry/mcp/profiles/:id/servers/:name/config': configure,
    'PATCH /gantry/mcp/profiles/:id/servers/:name/tools': switchSome,
    'GET /gantry/mcp/profiles/:id/servers/:name/logs': follow,
  };
}
