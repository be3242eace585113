import type { HostConfig } from '#docker';

/** What there is to give to a container. */
export interface GpuHost {
  /** Names of the Engine's OCI runtimes. */
  readonly runtimes: readonly string[];
  /** CDI devices that the Engine has found. */
  readonly cdiDevices: readonly string[];
  /** `/dev/kfd` and the render nodes of `/dev/dri`, with the group that may use them. */
  readonly devices: readonly { readonly path: string; readonly group: number }[];
}

export type GpuOptions = Pick<HostConfig, 'DeviceRequests' | 'Devices' | 'GroupAdd'>;

/** GPUs as a container gets them: NVIDIA's by CDI or its runtime, AMD's and Intel's as devices. Empty on a host without any. */
export function gpuOptions({ runtimes, cdiDevices, devices }: GpuHost): GpuOptions {
  const nvidia = nvidiaRequest({ runtimes, cdiDevices });
  const groups = [...new Set(devices.map(({ group }) => String(group)))];
  return {
    ...(nvidia && { DeviceRequests: [nvidia] }),
    ...(devices.length > 0 && {
      Devices: devices.map(({ path }) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rw' })),
      // The user of the container is in no group of this machine.
      GroupAdd: groups,
    }),
  };
}

function nvidiaRequest({
  runtimes,
  cdiDevices,
}: Omit<GpuHost, 'devices'>): NonNullable<GpuOptions['DeviceRequests']>[number] | undefined {
  const all = cdiDevices.find((name) => name === 'nvidia.com/gpu=all');
  const each = cdiDevices.filter((name) => /^nvidia\.com\/gpu=\d+$/.test(name));
  if (all !== undefined) return { Driver: 'cdi', DeviceIDs: [all] };
  if (each.length > 0) return { Driver: 'cdi', DeviceIDs: each };
  if (runtimes.includes('nvidia')) return { Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] };
  return undefined;
}
