import type { OsRelease } from '../types.ts';

/** `/etc/os-release`: assignments as a shell reads them. */
export function readOsRelease(text: string): OsRelease {
  const values = new Map(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Z_]+)=("?)(.*?)\2\s*$/.exec(line.slice(0, 500));
      return match?.[1] ? [[match[1], (match[3] ?? '').slice(0, 200)] as const] : [];
    }),
  );
  return {
    id: values.get('ID') ?? '',
    version: values.get('VERSION_ID') ?? '',
    codename: values.get('VERSION_CODENAME') ?? '',
    name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? '',
  };
}
