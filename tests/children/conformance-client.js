// What the conformance suite calls a client: our command line before a gateway before the suite's server.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [main, url] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'gantry-conformance-'));
const catalog = join(folder, 'catalog.yaml');
const remote = { suite: { type: 'remote', remote: { url, transport_type: 'streamable-http' } } };
writeFileSync(catalog, JSON.stringify({ registry: remote }));
const source = ['--gateway-arg', `--catalog=${catalog},--servers=suite`];
const calls = {
  initialize: ['ls', ...source],
  tools_call: ['call', ...source, 'add_numbers', 'a=5', 'b=3'],
};
const { status } = spawnSync(
  process.env.GANTRY_TEST_NODE,
  ['--import', 'tsx', main, 'mcp', 'tools', ...calls[process.env.MCP_CONFORMANCE_SCENARIO]],
  {
    env: { ...process.env, GANTRY_HOME: join(folder, 'home'), DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS: '1' },
    stdio: 'inherit',
  },
);
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
