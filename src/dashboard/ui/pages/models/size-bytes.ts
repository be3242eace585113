const units: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** `91.89 MiB` and `1.2GB` as numbers, for ordering. */
export function sizeBytesOf(text: string | undefined): number | undefined {
  const [, number, unit = '', binary] = /^([\d.]+)\s*([kmgt]?)(i?)b$/i.exec(text?.trim() ?? '') ?? [];
  if (number === undefined) return undefined;
  const value = Number(number) * (binary ? 1024 : 1000) ** (units[unit.toLowerCase()] ?? 0);
  return Number.isFinite(value) ? value : undefined;
}
