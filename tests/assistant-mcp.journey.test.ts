import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCalls, type CallRecord } from '#mcp';
import { dockerMissing } from './docker-engine.ts';
import { gantry } from './harness.ts';
import { partsOf } from './mcp-containers.ts';
import { startMcpDaemon, type McpDaemon } from './mcp-daemon.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';
import { startScriptedModel, type ScriptedModel } from './scripted-model.ts';

const missing = await dockerMissing();

describe.skipIf(missing !== undefined)('the assistant with the MCP Toolkit', () => {
  let model: ScriptedModel;
  let daemon: McpDaemon;
  beforeAll(async () => {
    const image = await mcpScriptImage(scriptServer);
    model = await startScriptedModel((messages) =>
      messages.at(-1)?.role === 'tool' ? { text: ['That is all.'] } : { call: { name: 'claim', arguments: {} } },
    );
    daemon = await startMcpDaemon({
      profiles: { default: [{ name: 'each', image, env: [{ name: 'TOOLS', value: 'claim' }] }] },
      settings: JSON.stringify({ assistant: { model: { url: model.url, model: 'scripted' } } }),
    });
    expect(await gantry(daemon.home, ['ai', 'enable', '--yes'])).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await daemon?.stop();
    if (daemon) expect(await partsOf(daemon.home)).toEqual([]);
    await model?.[Symbol.asyncDispose]();
  });

  const called = async (): Promise<readonly string[]> => {
    const calls: CallRecord[] = [];
    for await (const call of readCalls(join(daemon.home, 'mcp', 'calls'))) calls.push(call);
    return calls.map(({ server, name }) => `${server}:${name}`);
  };

  it('calls a tool of a server in its container once that is approved, and takes its answer for data', async () => {
    const asked = await gantry(daemon.home, ['ai', '-C', daemon.home, '--json', 'Please claim one']);
    expect(asked.code, asked.stderr + asked.stdout).toBe(10);
    const { plan, needsApproval } = JSON.parse(asked.stdout) as { plan: string; needsApproval: object[] };
    expect(needsApproval).toEqual([expect.objectContaining({ tool: 'claim', title: 'Call claim of toolkit' })]);
    expect(await called()).toEqual([]);

    const done = await gantry(daemon.home, ['ai', '--yes-to', plan]);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('That is all.') });
    // It is written down beside the call.
    await expect.poll(called, { timeout: 30_000 }).toEqual(['each:claim']);
    // The container counts the calls it has had.
    expect(model.asked.at(-1)?.at(-1)?.content).toMatch(/<data id=[^]*\b1\b[^]*<\/data/);
  });
});
