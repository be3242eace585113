import { join } from 'node:path';
import { gantry, runCommand, temporaryDirectory, type CommandResult } from './harness.ts';

export interface DockerPlugin extends AsyncDisposable {
  /** For programs that shall find the plugins, on the daemon that owns `home`. */
  readonly env: Readonly<Record<string, string>>;
  readonly dockerConfig: string;
  docker(...args: readonly string[]): Promise<CommandResult>;
}

/** What is missing for `docker` to run, or undefined. */
export async function dockerMissing(): Promise<string | undefined> {
  const client = await runCommand(['sh', '-c', 'command -v docker']);
  return client.code === 0 ? undefined : 'no docker client on PATH';
}

/** Installs the plugins into a docker configuration of their own, as `gantry install` does for users. */
export async function installPlugin(home: string): Promise<DockerPlugin> {
  const directory = await temporaryDirectory('docker');
  const dockerConfig = join(directory.path, 'config');
  const env = {
    GANTRY_HOME: home,
    GANTRY_PORT: '0',
    GANTRY_LANG: 'en',
    DOCKER_CONFIG: dockerConfig,
    MODEL_RUNNER_HOST: '',
  };
  const installed = await gantry(home, ['install', '--bin-dir', join(directory.path, 'bin')], { env });
  if (installed.code !== 0) throw new Error(`The plugins could not be installed: ${installed.stderr}`);
  // From a clone the first call builds; what it says then is not what is tested.
  const first = await runCommand([join(directory.path, 'bin', 'gantry'), '--version'], { env });
  if (first.code !== 0) throw new Error(`gantry does not run: ${first.stderr}`);
  return {
    env,
    dockerConfig,
    docker: (...args) => runCommand(['docker', ...args], { env }),
    async [Symbol.asyncDispose]() {
      const removed = await gantry(home, ['uninstall'], { env });
      await directory[Symbol.asyncDispose]();
      if (removed.code !== 0) throw new Error(`The plugins could not be taken out: ${removed.stderr}`);
    },
  };
}
