import { join } from 'node:path';
import {
  mcpGrantRequest,
  mcpSetPolicyRequest,
  mcpTestPolicyRequest,
  type McpGrantsBody,
  type McpPolicyBody,
} from '#contract';
import { AppError, toAppError, type Clock } from '#core';
import {
  compilePolicy,
  parsePolicy,
  readPolicy,
  readPolicyText,
  writePolicy,
  type JsonObject,
  type Policy,
} from '#mcp';
import { sendJson, type Exchange } from '../http/exchange.ts';
import { withoutUndefined } from './catalog-bodies.ts';
import type { McpManagement } from './management.ts';
import { problemOf } from './problem.ts';
import { bodyOf, type RouteTable } from './route-table.ts';
import { queryOf } from './catalog-routes.ts';

type Deps = Pick<McpManagement, 'folder' | 'grants'>;

/** What servers may do: the policy for their calls, and what they may touch of this machine. */
export function createGuardRoutes({ folder, grants }: Deps, { clock }: { clock: Clock }): RouteTable {
  const path = join(folder, 'policy.yaml');

  const listGrants = async (exchange: Exchange): Promise<void> => {
    using store = await grants();
    const server = new URLSearchParams(exchange.query).get('server');
    const body: McpGrantsBody = {
      grants: store.current().filter((grant) => server === null || grant.server === server),
    };
    sendJson(exchange, 200, body);
  };
  const addGrant = async (exchange: Exchange): Promise<void> => {
    const { evenThoughSensitive = false, ...wish } = await bodyOf(exchange, mcpGrantRequest);
    using store = await grants();
    sendJson(exchange, 201, await store.add({ ...wish, from: '/', evenThoughSensitive }));
  };
  const removeGrants = async (exchange: Exchange): Promise<void> => {
    const server = queryOf(exchange, 'server');
    const given = new URLSearchParams(exchange.query).get('path');
    using store = await grants();
    const removed = await store.remove(server, given === null ? undefined : { path: given, from: '/' });
    sendJson(exchange, 200, { grants: removed });
  };
  const showPolicy = async (exchange: Exchange): Promise<void> => {
    const { text, digest } = await readPolicyText(path);
    const body: McpPolicyBody = { path, text, digest, ...understood(text, path) };
    sendJson(exchange, 200, body);
  };
  const setPolicy = async (exchange: Exchange): Promise<void> => {
    const { text, expects } = await bodyOf(exchange, mcpSetPolicyRequest);
    await refusing(() => writePolicy(path, text, { clock, expects }));
    await showPolicy(exchange);
  };
  const testPolicy = async (exchange: Exchange): Promise<void> => {
    const asked = await bodyOf(exchange, mcpTestPolicyRequest);
    const { text, kind = 'tool', client = 'gantry' } = asked;
    const policy = await refusing<Policy>(async () =>
      text === undefined ? await readPolicy(path) : parsePolicy(text, path),
    );
    const { server, name, arguments: args = {} } = asked;
    const request = { kind, server, name, client, arguments: args as JsonObject };
    const { effect, reason, rule } = compilePolicy(policy).evaluate(request);
    sendJson(exchange, 200, { effect, reason, ...withoutUndefined({ rule }) });
  };
  return {
    'GET /gantry/mcp/grants': listGrants,
    'POST /gantry/mcp/grants': addGrant,
    'DELETE /gantry/mcp/grants': removeGrants,
    'GET /gantry/mcp/policy': showPolicy,
    'PUT /gantry/mcp/policy': setPolicy,
    'POST /gantry/mcp/policy/test': testPolicy,
  };
}

function understood(text: string, path: string): Pick<McpPolicyBody, 'policy' | 'error'> {
  try {
    return { policy: { ...parsePolicy(text, path) } };
  } catch (error) {
    return { error: problemOf(toAppError(error)) };
  }
}

/** What is wrong with a policy that somebody sent is the request's fault, not a file's. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'settings.invalid') throw error;
    const detail = String(error.params['reason'] ?? error.message);
    throw new AppError('request.invalid', `The policy is not valid: ${detail}.`, {
      hint: 'Nothing was changed.',
      params: { reason: 'policy_text', detail },
      cause: error,
    });
  }
}
