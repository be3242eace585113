import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpath, stat } from 'node:fs/promises';
import { runCommand } from './harness.ts';

/** The host's address on Docker's bridge. Not every Engine tells it; it is the subnet's first one then, as Docker gives it out. */
export async function bridgeAddress(): Promise<string> {
  const format = '{{with index .IPAM.Config 0}}{{.Gateway}} {{.Subnet}}{{end}}';
  const { stdout } = await runCommand(['docker', 'network', 'inspect', 'bridge', '--format', format]);
  const [gateway = '', subnet = ''] = stdout.trimEnd().split(' ');
  return gateway === '' ? subnet.replace(/\.\d+\/\d+$/, '.1') : gateway;
}

/** Why nothing can be tested with a Docker Engine here; undefined when it can. */
export async function dockerMissing(): Promise<string | undefined> {
  const client = await runCommand(['sh', '-c', 'command -v docker']);
  if (client.code !== 0) return 'no docker client on PATH';
  const engine = await runCommand(['docker', 'version', '--format', '{{.Server.APIVersion}}']);
  return engine.code === 0 ? undefined : 'no Docker Engine answers';
}

/** The socket of the Engine that the docker command means, as `DOCKER_HOST` or its context says. */
export async function engineSocket(): Promise<string> {
  const said = process.env['DOCKER_HOST'];
  const context = ['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const address = said === undefined || said === '' ? (await runCommand(context)).stdout.trim() : said;
  if (!address.startsWith('unix://')) throw new Error(`The Engine is not behind a socket: ${address}`);
  return address.slice('unix://'.length);
}

/** The docker clients on `PATH`, with whether they can build with BuildKit; the Engines that are tested with can. */
export async function dockerClients(): Promise<readonly { readonly path: string; readonly hasBuildKit: boolean }[]> {
  const { stdout } = await runCommand(['sh', '-c', 'which -a docker']);
  const paths = new Set(
    await Promise.all(
      stdout
        .split('\n')
        .filter(Boolean)
        .map(async (path) => await realpath(path)),
    ),
  );
  return await Promise.all(
    [...paths].map(async (path) => {
      const probe = await runCommand([path, 'build', '--quiet', '-'], {
        input: 'FROM scratch\nLABEL probe=1\n',
        env: { DOCKER_BUILDKIT: '1' },
      });
      if (probe.code === 0) await runCommand([path, 'image', 'rm', probe.stdout.trim()]);
      return { path, hasBuildKit: probe.code === 0 };
    }),
  );
}

/**
 * Name of an image with this Node.js as `/bin/node`, its libraries and nothing else: no registry is needed to make it. It runs the
 * script it is given. It stays on the Engine, named by its content, so that it is made once for all journeys.
 */
export async function nodeImage(): Promise<string> {
  const { stdout } = await runCommand(['ldd', process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  const files = [process.execPath, ...libraries];
  const facts = await Promise.all(files.map(async (path) => [path, (await stat(path)).size, await realpath(path)]));
  const digest = createHash('sha256')
    .update(JSON.stringify([process.version, facts]))
    .digest('hex');
  const name = `gantry-test-node:${digest.slice(0, 12)}`;
  const known = await runCommand(['docker', 'image', 'inspect', '--format', '{{.Id}}', name]);
  if (known.code === 0) return name;
  // Links as what they lead to; paths as the loader looks for them.
  const transform = `s|^${process.execPath.slice(1)}$|bin/node|`;
  const pack = spawn('tar', ['-ch', '-C', '/', '--transform', transform, ...files.map((path) => path.slice(1))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const load = spawn('docker', ['import', '--change', 'ENTRYPOINT ["/bin/node", "-e"]', '-', name], {
    stdio: [pack.stdout, 'ignore', 'inherit'],
  });
  const [code] = (await once(load, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The image could not be made: docker import ended with ${code}.`);
  return name;
}
