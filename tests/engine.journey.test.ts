import { describe, expect, it } from 'vitest';
import { runCommand } from './harness.ts';

describe('the Docker Engine of the test world', () => {
  it('answers, so that parts that need one are tested and not skipped', async (context) => {
    const client = await runCommand(['sh', '-c', 'command -v docker']);
    if (client.code !== 0) context.skip('no docker client on PATH');
    const version = await runCommand(['docker', 'version', '--format', '{{.Server.APIVersion}}']);
    if (version.code !== 0) context.skip('no Docker Engine answers');
    expect(Number(version.stdout)).toBeGreaterThanOrEqual(1.4);
  });
});
