import { describe, expect, it } from 'vitest';
import { mcpStatusBody } from '#contract';
import type { McpDoor } from '../types.ts';
import { startApi } from '../testing/api-under-test.ts';

function door(): McpDoor & { readonly visits: unknown[] } {
  const visits: unknown[] = [];
  return {
    visits,
    async handle(_request, response, visit) {
      visits.push(visit);
      response.writeHead(200).end('answered');
    },
    status: async () => [
      {
        profile: 'default',
        warnings: ['two tools have one name'],
        servers: [
          {
            name: 'files',
            type: 'server',
            origin: 'starter',
            image: undefined,
            tools: 2,
            prompts: 0,
            resources: 0,
            templates: 0,
            state: 'failed',
            error: { code: 'mcp.server_failed', message: 'It ended.', hint: undefined, params: { reason: 'ended' } },
            calls: 3,
            failures: 1,
            latencyMs: { last: 4, mean: 5 },
            lastCallAt: 1_800_000_000_000,
          },
        ],
      },
    ],
  };
}

const json = { 'content-type': 'application/json' };

describe('MCP at the daemon', () => {
  it('is at /mcp and /sse, for the owner of this machine without a key', async () => {
    const mcp = door();
    await using api = await startApi({ mcp });
    expect(await api.ask('/mcp', { method: 'POST', headers: json, body: '{}' })).toMatchObject({ text: 'answered' });
    expect(await api.ask('/sse?profile=work')).toMatchObject({ text: 'answered' });
    expect(mcp.visits).toEqual([
      { transport: 'streaming', profile: undefined, caller: '' },
      { transport: 'sse', profile: 'work', caller: '' },
    ]);
  });

  it('refuses pages of other sites, and names that are not this machine’s', async () => {
    const mcp = door();
    await using api = await startApi({ mcp });
    for (const headers of [{ origin: 'http://evil.example' }, { host: 'evil.example' }]) {
      expect((await api.ask('/mcp', { method: 'POST', headers: { ...json, ...headers }, body: '{}' })).status).toBe(
        403,
      );
    }
    expect(mcp.visits).toEqual([]);
  });

  it('lets pages of other origins use tools only where the settings name them, those of this machine too', async () => {
    const mcp = door();
    await using api = await startApi({ mcp, settings: { origins: ['*', 'https://app.example'] } });
    const ask = async (headers: Readonly<Record<string, string>>): Promise<number> =>
      (await api.ask('/mcp', { method: 'POST', headers: { ...json, ...headers }, body: '{}' })).status;
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:8080', 'https://other.example']) {
      expect(await ask({ origin }), origin).toBe(403);
    }
    expect((await api.ask('/sse', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect(mcp.visits).toEqual([]);
    expect([await ask({ origin: 'https://app.example' }), await ask({ origin: api.url })]).toEqual([200, 200]);
    expect((await api.ask('/v1/models', { headers: { origin: 'http://localhost:3000' } })).status).toBe(200);
  });

  it('wants a key with the scope mcp where keys are wanted, and keeps apart who has which', async () => {
    const mcp = door();
    await using api = await startApi({ mcp, settings: { access: 'keys' } });
    const { secret } = await api.keys.create({ name: 'editor', scopes: ['mcp'] });
    const { secret: other } = await api.keys.create({ name: 'chat', scopes: ['infer'] });
    const ask = async (authorization?: string) =>
      (
        await api.ask('/mcp', {
          method: 'POST',
          headers: { ...json, ...(authorization ? { authorization } : {}) },
          body: '{}',
        })
      ).status;
    expect(await ask()).toBe(401);
    expect(await ask(`Bearer ${other}`)).toBe(403);
    expect(await ask(`Bearer ${secret}`)).toBe(200);
    expect(mcp.visits).toEqual([{ transport: 'streaming', profile: undefined, caller: 'editor' }]);
  });

  it('says how the servers are, to who may use them', async () => {
    await using api = await startApi({ mcp: door(), settings: { access: 'keys' } });
    const ask = async (scope: 'mcp' | 'infer') => {
      const { secret } = await api.keys.create({ name: scope, scopes: [scope] });
      return await api.ask('/gantry/mcp/status', { headers: { authorization: `Bearer ${secret}` } });
    };
    expect((await ask('infer')).status).toBe(403);
    const { text } = await ask('mcp');
    const [gateway] = mcpStatusBody.parse(JSON.parse(text)).gateways;
    expect(gateway).toMatchObject({ profile: 'default', servers: [{ name: 'files', state: 'failed', calls: 3 }] });
  });

  it('refuses what cannot be the id of a profile', async () => {
    await using api = await startApi({ mcp: door() });
    expect((await api.ask('/mcp?profile=../x')).status).toBe(400);
  });
});
