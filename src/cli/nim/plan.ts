import type { ContainerSpec, EngineInfo } from '#docker';
import type { Env } from '#core';

const prefix = 'nvcr.io/nim/';
/** Where a NIM answers, inside its container and, as with Docker Model Runner, on this machine. */
export const nimPort = 8000;
const nimLabel = 'gantry.nim';
const gibibyte = 1024 ** 3;

/** Whether a name is that of a NIM, which is a container image and not a model (contract model-runner §1.3). */
export function isNim(model: string): boolean {
  return model.trim().toLowerCase().startsWith(prefix);
}

/** As Docker Model Runner calls it, so that one container serves both. */
export function nimContainerName(image: string): string {
  const [name = ''] = image.slice(prefix.length).split(/[:@]/);
  return `docker-model-nim-${name.replace(/[^a-zA-Z0-9_.-]+/g, '-')}`;
}

export interface NimHost {
  readonly info: Pick<EngineInfo, 'runtimes' | 'cdiDevices'>;
  readonly env: Env;
  readonly user: string;
  /** Folder for the weights that a NIM fetches. */
  readonly cache: string;
  readonly port: number;
}

/** The container of a NIM: its port on this machine alone, the GPUs there are, and a cache that stays. */
export function nimContainer(image: string, { info, env, user, cache, port }: NimHost): ContainerSpec {
  const { NGC_API_KEY: key = '' } = env;
  return {
    Image: image,
    User: user,
    Env: key === '' ? [] : [`NGC_API_KEY=${key}`],
    Labels: { [nimLabel]: image },
    ExposedPorts: { [`${nimPort}/tcp`]: {} },
    HostConfig: {
      PortBindings: { [`${nimPort}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      ShmSize: 16 * gibibyte,
      Mounts: [{ Type: 'bind', Source: cache, Target: '/opt/nim/.cache' }],
      ...gpus(info),
    },
  };
}

function gpus({
  runtimes,
  cdiDevices,
}: NimHost['info']): Pick<NonNullable<ContainerSpec['HostConfig']>, 'DeviceRequests'> {
  if (cdiDevices.includes('nvidia.com/gpu=all')) {
    return { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] }] };
  }
  return runtimes.includes('nvidia')
    ? { DeviceRequests: [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }] }
    : {};
}

/** What the Engine is given to pull from NVIDIA's registry; nothing without a key, as for images that are here. */
export function nimRegistryAuth({ NGC_API_KEY: key = '' }: Env): string | undefined {
  if (key === '') return undefined;
  const auth = { username: '$oauthtoken', password: key, serveraddress: 'nvcr.io' };
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
