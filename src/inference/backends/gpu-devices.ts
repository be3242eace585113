import { AppError } from '#core';
import type { GpuChoice, Runtime } from '../types.ts';

// As llama.cpp names its devices: `CUDA0`, `ROCm1`.
const deviceNames: Readonly<Record<Exclude<GpuChoice, 'none'>, RegExp>> = {
  cuda: /^CUDA\d+$/,
  rocm: /^(ROCm|HIP)\d+$/i,
  musa: /^MUSA\d+$/,
  cann: /^CANN\d+$/,
};

export interface ChosenDevices {
  readonly uses: boolean;
  /** To be named; undefined lets the runtime choose. */
  readonly names: readonly string[] | undefined;
}

/**
 * Which of a runtime's devices are used under `inference.gpu`.
 * @throws AppError `runtime.not_found` when it has none of the kind that is wanted
 */
export function chosenDevices({ name, path, devices = [] }: Runtime, choice: GpuChoice | undefined): ChosenDevices {
  if (choice === undefined) return { uses: devices.length > 0, names: undefined };
  if (choice === 'none') return { uses: false, names: devices.length > 0 ? [] : undefined };
  const all = devices.map((device) => device.replace(/:.*$/su, ''));
  const names = all.filter((device) => deviceNames[choice].test(device));
  if (names.length > 0) return { uses: true, names: names.length === all.length ? undefined : names };
  throw new AppError(
    'runtime.not_found',
    `The runtime ${name === 'container' ? path : name} has no ${choice} device.`,
    {
      hint: 'Choose a runtime that has one: gantry runtime ls. Or let it choose: gantry settings set inference.gpu auto',
      params: { reason: 'no_gpu', runtime: name === 'container' ? path : name, gpu: choice },
    },
  );
}
