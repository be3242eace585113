// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

/** Whether a listed path may become part of a URL and of a file name: relative, forward slashes, no climbing, nothing unprintable. */
export function isSafeFilePath(path: string): boolean {
  if (path === '' || path.length > 1024 || path.includes('\\') || control.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
