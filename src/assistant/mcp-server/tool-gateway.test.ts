import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, silentLog, systemClock } from '#core';
import type { Gateway, RpcMessage } from '#mcp';
import { toolWorld, type ToolWorld } from '../testing/tool-world.ts';
import { createToolGateway } from './tool-gateway.ts';

let world: ToolWorld;
let gateway: Gateway;
let asked: string[];

beforeEach(async () => {
  asked = [];
  world = await toolWorld({
    containers: [{ name: 'web', log: 'token zebra-Quartz-77-lantern' }],
    env: { A_TOKEN: 'zebra-Quartz-77-lantern' },
  });
  gateway = createToolGateway({
    tools: world.set.tools,
    hideSecrets: world.set.hideSecrets,
    question: ({ title, preview, risk }) => `${title} (${risk})\n${preview ?? ''}`,
    clock: systemClock,
    log: silentLog,
  });
  await gateway.start();
});

afterEach(async () => {
  await gateway.close();
  await world[Symbol.asyncDispose]();
});

/** The official client, straight to the gateway. */
async function connect(answer?: 'allow' | 'decline' | 'accept-nothing'): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: answer === undefined ? {} : { elicitation: {} } },
  );
  if (answer !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params.message);
      if (answer === 'decline') return { action: 'decline' };
      return { action: 'accept', content: answer === 'allow' ? { allow: true } : { allow: false } };
    });
  }
  const transport: Transport = {
    async start() {
      connection = gateway.connect({ send: (message) => transport.onmessage?.(message as JSONRPCMessage) });
    },
    async send(message) {
      connection?.receive(message as RpcMessage);
    },
    async close() {
      await connection?.end(new AppError('request.aborted', 'over'));
    },
  };
  let connection: ReturnType<Gateway['connect']> | undefined;
  await client.connect(transport);
  return client;
}

const textOf = (result: Awaited<ReturnType<Client['callTool']>>) =>
  (result.content as { text: string }[])[0]?.text ?? '';

describe('the assistant’s tools for clients of MCP', () => {
  it('are listed with what they do', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'diagnose_container',
        'rate_dockerfile',
        'fix_dockerfile',
        'suggest_run',
        'compose_lint',
        'shell',
      ]),
    );
    expect(names).not.toContain('gateway-status');
    const hints = (name: string) => tools.find((tool) => tool.name === name)?.annotations;
    expect(hints('rate_dockerfile')).toMatchObject({ readOnlyHint: true });
    expect(hints('remove_volume')).toMatchObject({ readOnlyHint: false, destructiveHint: true });
    expect(hints('create_volume')).toMatchObject({ readOnlyHint: false, destructiveHint: false });
  });

  it('answer what is harmless, without secrets', async () => {
    const client = await connect();
    await writeFile(join(world.root, 'Dockerfile'), 'FROM debian\n');
    expect(textOf(await client.callTool({ name: 'rate_dockerfile', arguments: {} }))).toMatch(/score \d+/);
    expect(textOf(await client.callTool({ name: 'container_logs', arguments: { name: 'web' } }))).toBe(
      'token [redacted known-value]',
    );
  });

  it('change nothing for a client that cannot ask a person', async () => {
    const client = await connect();
    const result = await client.callTool({ name: 'stop_container', arguments: { name: 'web' } });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('needs the approval of a person');
    expect(world.engine.changes).toEqual([]);
  });

  it.each(['decline', 'accept-nothing'] as const)('change nothing when the person says no: %s', async (answer) => {
    const client = await connect(answer);
    const result = await client.callTool({ name: 'stop_container', arguments: { name: 'web' } });
    expect(result.isError).toBe(true);
    expect(asked).toEqual(['Stop web (R3)\ndocker stop web']);
    expect(world.engine.changes).toEqual([]);
  });

  it('do what the person allows', async () => {
    const client = await connect('allow');
    const result = await client.callTool({ name: 'stop_container', arguments: { name: 'web' } });
    expect(result.isError).toBeUndefined();
    expect(world.engine.changes).toEqual(['stop web']);
  });

  it('say what is wrong with arguments', async () => {
    const client = await connect('allow');
    const result = await client.callTool({ name: 'stop_container', arguments: { name: '-x' } });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('not right');
  });
});
