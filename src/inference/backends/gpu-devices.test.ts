import { describe, expect, it } from 'vitest';
import type { Runtime } from '../types.ts';
import { chosenDevices } from './gpu-devices.ts';

const runtime = (...devices: string[]): Runtime => ({
  name: 'llama-server',
  version: '1',
  path: '/llama-server',
  origin: 'path',
  selected: true,
  devices,
});

describe('the devices of a runtime', () => {
  const both = runtime('CUDA0: NVIDIA L4 (22491 MiB)', 'Vulkan0: NVIDIA L4', 'CUDA1: NVIDIA L4');

  it('are its own choice where nothing is set', () => {
    expect(chosenDevices(both, undefined)).toEqual({ uses: true, names: undefined });
    expect(chosenDevices(runtime(), undefined)).toEqual({ uses: false, names: undefined });
  });

  it('are none where none is set', () => {
    expect(chosenDevices(both, 'none')).toEqual({ uses: false, names: [] });
    expect(chosenDevices(runtime(), 'none')).toEqual({ uses: false, names: undefined });
  });

  it('are those of the kind that is set', () => {
    expect(chosenDevices(both, 'cuda')).toEqual({ uses: true, names: ['CUDA0', 'CUDA1'] });
    expect(chosenDevices(runtime('ROCm0: AMD'), 'rocm')).toEqual({ uses: true, names: undefined });
  });

  it.each(['rocm', 'musa', 'cann'] as const)('are refused when there is none for %s', (choice) => {
    expect(() => chosenDevices(both, choice)).toThrow(`has no ${choice} device`);
  });
});
