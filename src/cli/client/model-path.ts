/** Path of a model in the API. Slashes and colons stay readable; `#`, `?`, `%` and the like are escaped. */
export function modelPath(name: string, { action, query }: { action?: string; query?: string } = {}): string {
  const escaped = encodeURIComponent(name).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%40', '@');
  return `/models/${escaped}${action ? `/${action}` : ''}${query ? `?${query}` : ''}`;
}
