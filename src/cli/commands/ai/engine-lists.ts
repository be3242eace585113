import { text as readAll } from 'node:stream/consumers';
import { formatSize } from '#core';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';

export type ListedKind = 'containers' | 'images' | 'volumes' | 'networks';
type Row = Readonly<Record<string, string>>;

/** What is on the Engine, by name. */
export async function rowsOf(context: CliContext, kind: ListedKind): Promise<readonly Row[]> {
  const docker = await context.docker();
  const { signal } = context;
  switch (kind) {
    case 'containers': {
      const all = await docker.containers.list({ all: true, signal });
      return all.map(({ id, names, image, state }) => ({ name: names[0] ?? id.slice(0, 12), image, state }));
    }
    case 'images': {
      const all = await docker.images.list({ signal });
      return all.map(({ id, tags }) => ({ name: tags[0] ?? '-', id: id.replace('sha256:', '').slice(0, 12) }));
    }
    case 'networks': {
      const all = await docker.networks.list({ signal });
      return all.map(({ name, driver, scope }) => ({ name, driver, scope }));
    }
    case 'volumes': {
      const response = await docker.request({ method: 'GET', path: '/volumes', signal });
      const body = JSON.parse(await readAll(response.stream)) as {
        Volumes?: { Name: string; Driver: string }[] | null;
      };
      return (body.Volumes ?? []).map(({ Name, Driver }) => ({ name: Name, driver: Driver }));
    }
  }
}

export function listText(rows: readonly Row[], { t }: CliContext): string {
  if (rows.length === 0) return `${t('ai.ask.none')}\n`;
  const titles = Object.keys(rows[0] ?? {}).map((key) => key.toUpperCase());
  return tableText(
    titles,
    rows.map((row) => Object.values(row).map(printableLine)),
  );
}

interface DiskUsage {
  readonly Images?: readonly { readonly Size: number; readonly Containers: number }[] | null;
  readonly Containers?: readonly { readonly SizeRw?: number; readonly State: string }[] | null;
  readonly Volumes?:
    | readonly { readonly UsageData?: { readonly Size: number; readonly RefCount: number } | null }[]
    | null;
  readonly BuildCache?: readonly { readonly Size: number; readonly InUse: boolean }[] | null;
  readonly LayersSize?: number;
}

export interface DiskRow {
  readonly kind: string;
  readonly sizeBytes: number;
  readonly unusedBytes: number;
  readonly command: string;
}

/** What Docker keeps on disk, and how much of it nothing uses, with the command that would free it. Nothing is freed here. */
export async function diskRows(context: CliContext): Promise<readonly DiskRow[]> {
  const docker = await context.docker();
  const response = await docker.request({ method: 'GET', path: '/system/df', signal: context.signal });
  const usage = JSON.parse(await readAll(response.stream)) as DiskUsage;
  const volumes = usage.Volumes ?? [];
  const stopped = (usage.Containers ?? []).filter(({ State }) => State !== 'running');
  return [
    {
      kind: 'images',
      sizeBytes: usage.LayersSize ?? 0,
      unusedBytes: sum(usage.Images?.filter(({ Containers }) => Containers <= 0).map(({ Size }) => Size)),
      command: 'docker image prune -a',
    },
    {
      kind: 'containers',
      sizeBytes: sum(usage.Containers?.map(({ SizeRw = 0 }) => SizeRw)),
      unusedBytes: sum(stopped.map(({ SizeRw = 0 }) => SizeRw)),
      command: 'docker container prune',
    },
    {
      kind: 'volumes',
      sizeBytes: sum(volumes.map(({ UsageData }) => UsageData?.Size ?? 0)),
      unusedBytes: sum(volumes.map(({ UsageData }) => (UsageData?.RefCount === 0 ? UsageData.Size : 0))),
      command: 'docker volume prune',
    },
    {
      kind: 'build cache',
      sizeBytes: sum(usage.BuildCache?.map(({ Size }) => Size)),
      unusedBytes: sum(usage.BuildCache?.map(({ Size, InUse }) => (InUse ? 0 : Size))),
      command: 'docker builder prune',
    },
  ];
}

export function diskText(rows: readonly DiskRow[], { t }: CliContext): string {
  return tableText(
    [t('ai.ask.kind'), t('column.size'), t('ai.ask.unused'), t('ai.ask.freedBy')],
    rows.map(({ kind, sizeBytes, unusedBytes, command }) => [
      kind,
      formatSize(sizeBytes),
      formatSize(unusedBytes),
      command,
    ]),
  );
}

function sum(values: readonly number[] | undefined): number {
  return (values ?? []).reduce((total, value) => total + Math.max(0, value), 0);
}
