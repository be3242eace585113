import { mcpReferSecretRequest, mcpSetSecretRequest, type McpSecretsBody } from '#contract';
import { toAppError } from '#core';
import { enabledServers, readServer, secretName, secretsOf } from '#mcp';
import { sendEmpty, sendJson, type Exchange } from '../http/exchange.ts';
import { withoutUndefined } from './catalog-bodies.ts';
import type { McpManagement } from './management.ts';
import { problemOf } from './problem.ts';
import { bodyOf, type RouteTable } from './route-table.ts';

/** Secrets go in and never come back. */
export function createSecretRoutes({ secrets, profiles }: Pick<McpManagement, 'secrets' | 'profiles'>): RouteTable {
  const list = async (exchange: Exchange): Promise<void> => {
    const [kept, users] = await Promise.all([secrets.list(), usersOf(profiles)]);
    const body: McpSecretsBody = {
      secrets: kept.map(({ name, provider }) => ({ name, provider, usedBy: users.get(name) ?? [] })),
    };
    sendJson(exchange, 200, body);
  };
  const set = async (exchange: Exchange, text = ''): Promise<void> => {
    const name = secretName(text);
    const { value, in: wanted } = await bodyOf(exchange, mcpSetSecretRequest);
    const stored = await secrets.set(name, value, { in: wanted, signal: exchange.gone });
    sendJson(exchange, 200, { name, in: stored.in, ...withoutUndefined({ instead: stored.instead }) });
  };
  const refer = async (exchange: Exchange, text = ''): Promise<void> => {
    await secrets.refer(secretName(text), await bodyOf(exchange, mcpReferSecretRequest));
    sendEmpty(exchange, 204);
  };
  const check = async (exchange: Exchange, text = ''): Promise<void> => {
    const name = secretName(text);
    try {
      await secrets.read(name, { signal: exchange.gone });
      sendJson(exchange, 200, { name, resolved: true });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!error.code.startsWith('secret.') && error.code !== 'settings.invalid') throw error;
      sendJson(exchange, 200, { name, resolved: false, error: problemOf(error) });
    }
  };
  return {
    'GET /gantry/mcp/secrets': list,
    'PUT /gantry/mcp/secrets/:name': set,
    'PUT /gantry/mcp/secrets/:name/place': (exchange, name = '') => refer(exchange, name),
    'POST /gantry/mcp/secrets/:name/check': check,
    'DELETE /gantry/mcp/secrets/:name': async (exchange, name = '') => {
      await secrets.remove(name, { signal: exchange.gone });
      sendEmpty(exchange, 204);
    },
  };
}

type Users = McpSecretsBody['secrets'][number]['usedBy'];

/** Servers of profiles that declare each secret. */
async function usersOf(profiles: McpManagement['profiles']): Promise<ReadonlyMap<string, Users>> {
  const users = new Map<string, Users>();
  for (const profile of (await profiles.list()).profiles) {
    for (const { entry } of enabledServers(profile, { readServer, onProblem: () => undefined })) {
      for (const name of secretsOf(entry)) {
        users.set(name, [...(users.get(name) ?? []), { profile: profile.id, server: entry.name }]);
      }
    }
  }
  return users;
}
