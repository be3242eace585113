import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findDevices } from './find-devices.ts';
import { gpuOptions } from './gpu-options.ts';

const nothing = { runtimes: ['runc'], cdiDevices: [], devices: [] };

it('gives a container nothing on a host without GPUs', () => {
  expect(gpuOptions(nothing)).toEqual({});
});

it('asks the NVIDIA runtime for all GPUs', () => {
  expect(gpuOptions({ ...nothing, runtimes: ['runc', 'nvidia'] })).toEqual({
    DeviceRequests: [{ Driver: 'nvidia', Count: -1, Capabilities: [['gpu']] }],
  });
});

it('prefers CDI to the NVIDIA runtime, all devices at once where that name is there', () => {
  const runtimes = ['runc', 'nvidia'];
  const each = ['nvidia.com/gpu=0', 'nvidia.com/gpu=1', 'vendor.com/nic=0'];
  expect(gpuOptions({ ...nothing, runtimes, cdiDevices: each }).DeviceRequests).toEqual([
    { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0', 'nvidia.com/gpu=1'] },
  ]);
  expect(gpuOptions({ ...nothing, runtimes, cdiDevices: [...each, 'nvidia.com/gpu=all'] }).DeviceRequests).toEqual([
    { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] },
  ]);
});

it('hands AMD and Intel GPUs over as devices, with the groups that may use them', () => {
  const devices = [
    { path: '/dev/kfd', group: 110 },
    { path: '/dev/dri/renderD128', group: 110 },
    { path: '/dev/dri/renderD129', group: 44 },
  ];
  expect(gpuOptions({ ...nothing, devices })).toEqual({
    Devices: devices.map(({ path }) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rw' })),
    GroupAdd: ['110', '44'],
  });
});

it('finds the compute device and the render nodes, and no screens', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gd-'));
  try {
    expect(await findDevices(folder)).toEqual([]);
    await mkdir(join(folder, 'dri'));
    for (const name of ['kfd', 'dri/card0', 'dri/renderD129', 'dri/renderD128'])
      await writeFile(join(folder, name), '');
    const { gid } = await stat(join(folder, 'kfd'));
    expect(await findDevices(folder)).toEqual(
      ['kfd', 'dri/renderD128', 'dri/renderD129'].map((name) => ({ path: join(folder, name), group: gid })),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
