const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const decimal = ['B', 'kB', 'MB', 'GB', 'TB'];

function scale(bytes: number, { base, names }: { base: number; names: string[] }): [number, string] {
  let value = bytes;
  let step = 0;
  while (value >= base && step < names.length - 1) {
    value /= base;
    step += 1;
  }
  return [value, names[step] ?? 'B'];
}

/** IEC with two decimals and no space, as model configs write sizes: `92.10MiB`. */
export function formatIecSize(bytes: number): string {
  const [value, unit] = scale(bytes, { base: 1024, names: binary });
  return `${unit === 'B' ? value : value.toFixed(2)}${unit}`;
}

/** Decimal with up to four significant digits, as Docker prints sizes: `98.36MB`, `270MB`. */
export function formatSize(bytes: number): string {
  const [value, unit] = scale(bytes, { base: 1000, names: decimal });
  return `${Number(value.toPrecision(4))}${unit}`;
}

const durationUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parses Go-style durations (`1h30m`, `500ms`) and plain seconds (`300`); undefined when it is neither. Result in ms. */
export function parseDurationMs(text: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^-?(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  const total = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, value, unit]) => sum + Number(value) * (durationUnits[unit ?? ''] ?? Number.NaN),
    0,
  );
  return text.startsWith('-') ? -total : total;
}

/** Go's spelling of a duration: `5m0s`, `1h0m0s`, `30s`, `500ms` (contract model-runner §2.8 `keep_alive`). */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const abs = Math.abs(ms);
  if (abs < 1000) return `${sign}${abs}ms`;
  const hours = Math.floor(abs / 3_600_000);
  const minutes = Math.floor((abs % 3_600_000) / 60_000);
  const seconds = (abs % 60_000) / 1000;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}
