import type { ContainerListBody } from '#contract';

export type ContainerRow = ContainerListBody['containers'][number];

export interface ProjectCount {
  /** Undefined for containers of none. */
  readonly project: string | null;
  readonly running: number;
  readonly all: number;
}

/** Compose projects by name, then what belongs to none. */
export function countProjects(rows: readonly ContainerRow[]): readonly ProjectCount[] {
  const counts = new Map<string | null, { running: number; all: number }>();
  for (const { project, state } of rows) {
    const count = counts.get(project) ?? { running: 0, all: 0 };
    counts.set(project, { running: count.running + Number(state === 'running'), all: count.all + 1 });
  }
  return [...counts]
    .map(([project, count]) => ({ project, ...count }))
    .toSorted(
      (a, b) =>
        Number(a.project === null) - Number(b.project === null) || ((a.project ?? '') < (b.project ?? '') ? -1 : 1),
    );
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
