import type { ContainerListBody } from '#contract';
import type { Badge } from '#diagnosis';
import { listContainers, type ListedContainer } from '#docker';
import type { DockerViews } from '../types.ts';

const mostListed = 2000;

type Row = ContainerListBody['containers'][number];

/** All containers, those that are not well with what is known about why. */
export async function containerList(views: DockerViews, signal: AbortSignal): Promise<ContainerListBody> {
  const all = await listContainers(views.docker, { signal });
  const shown = all.slice(0, mostListed);
  const [badges, { explain }] = await Promise.all([(await views.badges()).of(shown), import('#diagnosis')]);
  const badgeBody = (badge: Badge | undefined): Row['badge'] => {
    if (!badge) return null;
    if (badge.state !== 'cause_found') return badge;
    const { cause } = badge;
    return {
      state: 'cause_found',
      cause: cause.id,
      confidence: cause.confidence,
      title: { en: explain(cause, 'en').title, zh: explain(cause, 'zh').title },
    };
  };
  return {
    containers: shown.map((one) => rowOf(one, badgeBody(badges.get(one.id)))),
    left: all.length - shown.length,
  };
}

function rowOf(one: ListedContainer, badge: Row['badge']): Row {
  const { createdAtMs, exitCode, ports, networks, volumes, labels, ...plain } = one;
  return {
    ...plain,
    createdAt: createdAtMs,
    exitCode: exitCode ?? null,
    ports: ports.map((port) => ({ ...port, host: port.host ?? null })),
    networks: [...networks],
    volumes: [...volumes],
    project: labels['com.docker.compose.project'] ?? null,
    service: labels['com.docker.compose.service'] ?? null,
    dependsOn: dependenciesIn(labels['com.docker.compose.depends_on'] ?? ''),
    badge,
  };
}

const mostDependencies = 100;

/** As Compose writes them: `db:service_healthy:false,cache:service_started:true`. */
function dependenciesIn(label: string): string[] {
  const names = label.split(',', mostDependencies).map((one) => one.split(':', 1)[0]?.trim() ?? '');
  return names.filter((name) => name !== '');
}
