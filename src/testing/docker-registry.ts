import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DockerRegistry extends AsyncDisposable {
  /** `127.0.0.1:port`, unless another address was wanted. */
  readonly host: string;
}

/** Why there can be no registry on this machine; undefined when there can. */
export function dockerRegistryMissing(): string | undefined {
  const { error } = spawnSync('docker-registry', ['--version'], { stdio: 'ignore' });
  return error === undefined ? undefined : 'docker-registry is not on PATH';
}

/** Bcrypt of `test`, for the user `test`. */
const htpasswd = 'test:$2y$05$abcdefghijklmnopqrstuuMceFj4VbmHOj8C7PetMxzZkwre/z.Ri\n';

/**
 * Starts a real registry on a free port of an address of this machine, with an empty store; `withLogin` asks for user `test`,
 * password `test`.
 */
export async function startDockerRegistry({ withLogin = false, address = '127.0.0.1' } = {}): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-registry-'));
  const port = await freePort(address);
  const host = `${address}:${port}`;
  const auth = withLogin ? { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } : undefined;
  await writeFile(join(folder, 'htpasswd'), htpasswd);
  // YAML is a superset of JSON.
  await writeFile(
    join(folder, 'config.yml'),
    JSON.stringify({
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
      http: { addr: host },
      ...(auth && { auth }),
    }),
  );
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilServing(`http://${host}/v2/`, () => child.exitCode === null);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, [Symbol.asyncDispose]: stop };
}

async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilServing(url: string, isRunning: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status !== 0) return;
    if (!isRunning()) throw new Error('docker-registry ended right after its start');
    if (performance.now() > deadline) throw new Error('docker-registry does not answer');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
