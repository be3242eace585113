import { invalidArchive } from './invalid-archive.ts';

// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

/**
 * The entry's name as a relative path with forward slashes.
 * @throws AppError `source.invalid_response` for a name that could leave the folder it is unpacked into
 */
export function safeEntryName(name: string, archive: string): string {
  const path = name.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  const parts = path.split('/');
  const climbs = parts.some((part) => part === '' || part === '.' || part === '..');
  if (climbs || path.includes('\\') || control.test(path) || /^[a-z]:/i.test(path)) {
    throw invalidArchive(archive, `an entry has the name ${JSON.stringify(name.slice(0, 100))}, which is not safe`);
  }
  return path;
}
