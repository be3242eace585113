import { describe, expect, it } from 'vitest';
import { createFakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest } from '../../testing/run-for-test.ts';
import type { GatewayRunOptions } from './gateway-options.ts';

async function run(
  ...argv: string[]
): Promise<{ options: GatewayRunOptions | undefined; code: number; stderr: string }> {
  let options: GatewayRunOptions | undefined;
  await using daemon = await createFakeDaemon({ start: false });
  const { code, stderr } = await runForTest(daemon, ['mcp', 'gateway', 'run', ...argv], {
    mcpGateway: async (given) => {
      options = given;
      return 0;
    },
  });
  return { options, code, stderr };
}

describe('mcp gateway run', () => {
  it('has the defaults of Docker’s gateway', async () => {
    const { options, code } = await run();
    expect(code).toBe(0);
    expect(options).toMatchObject({
      profile: undefined,
      servers: undefined,
      transport: 'stdio',
      logCalls: true,
      blockSecrets: true,
      blockNetwork: false,
      verifySignatures: true,
      watch: true,
      longLived: false,
      cpus: 1,
      memoryBytes: 2 * 2 ** 30,
    });
  });

  it('takes lists with commas, and more than once', async () => {
    const { options } = await run('--servers', 'a,b', '--servers=c', '--tools=a:*, d', '--catalog', './x.yaml');
    expect(options).toMatchObject({ servers: ['a', 'b', 'c'], tools: ['a:*', 'd'], catalogs: ['./x.yaml'] });
  });

  it('takes switches with and without a value', async () => {
    const { options } = await run(
      '--long-lived',
      '--watch=false',
      '--block-secrets=0',
      '--block-network',
      '--dry-run=true',
    );
    expect(options).toMatchObject({
      longLived: true,
      watch: false,
      blockSecrets: false,
      blockNetwork: true,
      dryRun: true,
    });
  });

  it.each([
    ['http', 'streaming'],
    ['STREAMING', 'streaming'],
    ['streamable-http', 'streaming'],
    ['sse', 'sse'],
    ['stdio', 'stdio'],
  ])('--transport %s is %s', async (given, transport) => {
    expect((await run('--transport', given)).options).toMatchObject({ transport });
  });

  it.each([
    ['2Gb', 2 * 2 ** 30],
    ['512m', 512 * 2 ** 20],
    ['1.5g', 1.5 * 2 ** 30],
    ['1048576', 1_048_576],
    ['0', 0],
    ['', 0],
  ])('--memory %j is %i bytes', async (given, memoryBytes) => {
    expect((await run('--memory', given)).options).toMatchObject({ memoryBytes });
  });

  it.each([
    [['--transport', 'pigeon'], '--transport'],
    [['--memory', 'much'], '--memory'],
    [['--cpus', 'x'], '--cpus'],
    [['--watch=perhaps'], '--watch'],
    [['--port', '8811'], '--port'],
    [['--host', '0.0.0.0'], '--host'],
    [['--no-such-flag'], '--no-such-flag'],
  ])('refuses %j, and names it', async (argv, name) => {
    const { code, stderr, options } = await run(...argv);
    expect({ code, options }).toEqual({ code: 2, options: undefined });
    expect(stderr).toContain(name);
  });
});
