import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

/** Where Gantry keeps everything; see ARCHITECTURE.md, "On disk". All absolute. */
export interface Paths {
  readonly home: string;
  readonly userHome: string;
  readonly settings: string;
  /** What an administrator set for everybody on this machine. */
  readonly adminSettings: string;
  /** Model store in the layout of contract model-runner §4.4. */
  readonly models: string;
  readonly runtimes: string;
  /** Unfinished transfers of things that are not blobs of the model store. */
  readonly downloads: string;
  readonly logs: string;
  /** Sockets; short enough for a unix socket address. */
  readonly run: string;
  readonly socket: string;
  /** Our Docker-compatible socket. */
  readonly dockerSocket: string;
  readonly daemonLock: string;
  /** Hashes of API keys. */
  readonly keys: string;
  /** The authority and the certificate that are made for TLS. */
  readonly tls: string;
  /** ~/.docker or DOCKER_CONFIG: credentials and contexts of the Docker CLI. */
  readonly dockerConfig: string;
}

// sun_path holds 108 bytes on Linux and 104 on macOS, and runner sockets add their own name.
const longestRunDirectory = 104 - '/runner-0123456789abcdef.sock'.length - 1;

/** `home` wins over GANTRY_HOME, which wins over ~/.gantry. A home too long for sockets gets a private folder in the temporary directory. */
export function gantryPaths(env: Env): Paths {
  const userHome = env['HOME'] || homedir();
  const home = resolve(env['GANTRY_HOME'] || join(userHome, '.gantry'));
  let run = join(home, 'run');
  if (Buffer.byteLength(run) > longestRunDirectory) {
    const tag = createHash('sha256').update(home).digest('hex').slice(0, 12);
    run = join(tmpdir(), `gantry-${userInfo().uid}-${tag}`);
  }
  return {
    home,
    userHome,
    settings: join(home, 'settings.yaml'),
    adminSettings: resolve(env['GANTRY_ADMIN_SETTINGS'] || '/etc/gantry/admin-settings.json'),
    models: resolve(env['MODELS_PATH'] || join(home, 'models')),
    runtimes: join(home, 'runtimes'),
    downloads: join(home, 'downloads'),
    logs: resolve(env['MODEL_RUNNER_LOG_DIR'] || join(home, 'logs')),
    run,
    socket: join(run, 'gantry.sock'),
    dockerSocket: join(run, 'docker.sock'),
    daemonLock: join(home, 'daemon.lock'),
    keys: join(home, 'keys.json'),
    tls: join(home, 'tls'),
    dockerConfig: resolve(env['DOCKER_CONFIG'] || join(userHome, '.docker')),
  };
}
