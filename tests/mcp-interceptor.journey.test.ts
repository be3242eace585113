import { createSecretScanner, systemClock } from '#core';
import {
  compilePolicy,
  createCallSteps,
  createKnownSecrets,
  parseInterceptor,
  runProgram,
  type CallOutcome,
  type CallStep,
  type ServerCall,
} from '#mcp';
import { createHttpClient } from '#registry';
import { describe, expect, it } from 'vitest';
import { dockerMissing } from './docker-engine.ts';
import { runCommand } from './harness.ts';
import { mcpScriptImage } from './mcp-images.ts';

const missing = await dockerMissing();

/** Adds an argument, or hangs when it is told to. */
const script = `
let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => {
  const { params } = JSON.parse(input);
  if (params.arguments.hang) { setInterval(() => {}, 1000); return; }
  console.log(JSON.stringify({ params: { arguments: { ...params.arguments, from: 'container' } } }));
});
`;

async function intercepted(
  image: string,
  args: ServerCall['arguments'],
  timeoutMs: number,
): Promise<{ outcome: CallOutcome; reached: ServerCall | undefined }> {
  await using http = createHttpClient({ env: process.env, clock: systemClock });
  const scanner = createSecretScanner();
  const policy = compilePolicy({ default: 'allow', rules: [], limits: [] });
  const steps: readonly CallStep[] = createCallSteps({
    callLog: undefined,
    policy: () => policy,
    interceptors: [parseInterceptor(`before:docker:--network none ${image}`)],
    ask: { run: runProgram, http, env: process.env, timeoutMs },
    blockSecrets: () => true,
    scanner,
    known: createKnownSecrets(),
    clock: systemClock,
  });
  let reached: ServerCall | undefined;
  const run = async (index: number, call: ServerCall): Promise<CallOutcome> => {
    const step = steps[index];
    if (step) return await step.handle(call, (changed) => run(index + 1, changed), {});
    reached = call;
    return { kind: 'result', result: { content: [] } };
  };
  const session = { id: 's', client: { name: 'test', version: '1' }, elicit: undefined };
  const call: ServerCall = { kind: 'tool', server: 'files', name: 'read', arguments: args, meta: undefined, session };
  return { outcome: await run(0, call), reached };
}

async function leftContainers(): Promise<string> {
  const { stdout } = await runCommand([
    'docker',
    'ps',
    '--all',
    '--quiet',
    '--filter',
    'label=gantry.mcp.interceptor=true',
  ]);
  return stdout.trim();
}

describe.skipIf(missing !== undefined)('an interceptor in a container', () => {
  it('changes the arguments of a call', async () => {
    const image = await mcpScriptImage(script);
    const { reached } = await intercepted(image, { a: 1 }, 60_000);
    expect(reached?.arguments).toEqual({ a: 1, from: 'container' });
  });

  it('that hangs makes the call fail, and nothing is left of it', async () => {
    const image = await mcpScriptImage(script);
    const { outcome, reached } = await intercepted(image, { hang: true }, 5000);
    expect(reached).toBeUndefined();
    expect(JSON.stringify(outcome)).toContain('it took too long');
    expect(await leftContainers()).toBe('');
  });
});
