import { AppError, formatSize } from '#core';

const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Bytes that a setting such as `6GB`, `70%` or a number means on this machine. @throws AppError `settings.invalid` */
export function parseMemoryBudget(setting: string | number, totalBytes: number): number {
  const bytes = typeof setting === 'number' ? setting : toBytes(setting, totalBytes);
  if (bytes === undefined || !Number.isFinite(bytes) || bytes <= 0) {
    throw new AppError('settings.invalid', `The memory setting "${setting}" is neither a size nor a share.`, {
      hint: 'Give bytes, a size such as 6GB, or a share such as 70%.',
      params: { reason: 'memory', setting },
    });
  }
  if (bytes > totalBytes) {
    throw new AppError(
      'settings.invalid',
      `The memory setting "${setting}" is more than the ${formatSize(totalBytes)} this machine gives us.`,
      {
        hint: 'Set inference.memory to less, for example 70%.',
        params: { reason: 'memory_above_machine', setting, total: formatSize(totalBytes) },
      },
    );
  }
  return Math.floor(bytes);
}

function toBytes(text: string, totalBytes: number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+|%)$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, amount = '', unit = ''] = match;
  if (unit === '%') return (Number(amount) / 100) * totalBytes;
  const factor = units[unit.toLowerCase()];
  return factor === undefined ? undefined : Number(amount) * factor;
}
