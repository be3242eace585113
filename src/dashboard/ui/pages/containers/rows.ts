import type { ContainerListBody } from '#contract';

export type ContainerRow = ContainerListBody['containers'][number];

/** The containers of each project of Compose. */
export function byProject(rows: readonly ContainerRow[]): ReadonlyMap<string, readonly ContainerRow[]> {
  const found = new Map<string, ContainerRow[]>();
  for (const row of rows) {
    if (row.project !== null && found.get(row.project)?.push(row) === undefined) found.set(row.project, [row]);
  }
  return found;
}

/** `127.0.0.1:8080→80`, each port once though it is bound twice, for both kinds of addresses. */
export function portTexts(row: ContainerRow): readonly string[] {
  const texts = row.ports.map(({ address, host, container, protocol }) => {
    const inner = `${container}${protocol === 'tcp' ? '' : `/${protocol}`}`;
    if (host === null) return inner;
    const outer = address === '0.0.0.0' || address === '::' || address === '' ? '' : `${address}:`;
    return `${outer}${host}→${inner}`;
  });
  return [...new Set(texts)];
}

/** Where a browser on the machine of the Engine would look; undefined for what is not published over TCP. */
export function publishedUrls(row: ContainerRow): readonly string[] {
  const ports = row.ports.flatMap(({ host, protocol }) => (host !== null && protocol === 'tcp' ? [host] : []));
  return [...new Set(ports)].map((port) => `http://localhost:${port}`);
}
