import { z } from 'zod';
import { formatSize } from '#core';
import { assess, defineTool, table, untrusted, type GroupedTool } from '../define-tool.ts';
import { askEngine, count, labels, objectName, text } from './ask-engine.ts';
import type { DockerToolDeps } from './list-containers.ts';

const size = z
  .number()
  .nullish()
  .transform((value) => Math.max(0, value ?? 0));
const diskUsage = z.looseObject({
  LayersSize: size,
  Images: z.array(z.looseObject({ Size: size, Containers: count })).nullish(),
  Containers: z.array(z.looseObject({ SizeRw: size, State: text })).nullish(),
  Volumes: z
    .array(z.looseObject({ Name: text, UsageData: z.looseObject({ Size: size, RefCount: count }).nullish() }))
    .nullish(),
  BuildCache: z.array(z.looseObject({ Size: size, InUse: z.boolean().nullish() })).nullish(),
});

const stats = z.looseObject({
  cpu_stats: z.looseObject({
    cpu_usage: z.looseObject({ total_usage: count }).nullish(),
    system_cpu_usage: count,
    online_cpus: count,
  }),
  precpu_stats: z.looseObject({
    cpu_usage: z.looseObject({ total_usage: count }).nullish(),
    system_cpu_usage: count,
  }),
  memory_stats: z.looseObject({ usage: count, limit: count, stats: z.record(z.string(), z.number()).nullish() }),
  pids_stats: z.looseObject({ current: count }).nullish(),
  networks: z.record(z.string(), z.looseObject({ rx_bytes: count, tx_bytes: count })).nullish(),
});

const event = z.looseObject({
  Type: text,
  Action: text,
  time: count,
  Actor: z.looseObject({ Attributes: labels }).nullish(),
});
const mostEvents = 200;
const mostEventBytes = 4 * 1024 * 1024;

export function engineFacts({ docker, clock, title }: DockerToolDeps): readonly GroupedTool[] {
  return [
    defineTool({
      name: 'container_stats',
      group: 'containers',
      description: 'Measures what a running container uses now: CPU, memory, processes, network.',
      args: z.object({ name: objectName }),
      readsOnly: true,
      plan: ({ name }) => ({
        assessment: assess('R0'),
        targets: [name],
        title: title('containers.stats', { name }),
        preview: `docker stats --no-stream ${name}`,
        async run({ signal }) {
          const request = {
            method: 'GET',
            path: `/containers/${name}/stats`,
            query: { stream: false },
            signal,
          } as const;
          return untrusted(statsText(await askEngine(docker, request, stats)));
        },
      }),
    }),
    defineTool({
      name: 'recent_events',
      group: 'engine',
      description: 'Lists what happened on the Engine in the last minutes.',
      args: z.object({ minutes: z.number().positive().max(1440).optional(), container: objectName.optional() }),
      readsOnly: true,
      plan: ({ minutes = 30, container }) => ({
        assessment: assess('R0'),
        targets: container === undefined ? [] : [container],
        title: title('engine.events'),
        preview: `docker events --since ${minutes}m --until 0s`,
        async run({ signal }) {
          const until = Math.floor(clock.now() / 1000);
          const { stream } = await docker.request({
            method: 'GET',
            path: '/events',
            query: {
              since: Math.floor(until - minutes * 60),
              until,
              filters: container === undefined ? undefined : JSON.stringify({ container: [container] }),
            },
            signal,
          });
          const kept: string[] = [];
          let rest = '';
          let bytes = 0;
          for await (const chunk of stream as AsyncIterable<Buffer>) {
            bytes += chunk.length;
            if (bytes > mostEventBytes) break;
            const lines = (rest + chunk.toString('utf8')).split('\n');
            rest = lines.pop() ?? '';
            kept.push(...lines.slice(-mostEvents));
            kept.splice(0, kept.length - mostEvents);
          }
          const rows = kept.flatMap((line) => {
            const found = event.safeParse(jsonOf(line)).data;
            if (!found) return [];
            const { name = '', exitCode } = found.Actor?.Attributes ?? {};
            const when = new Date(found.time * 1000).toISOString().slice(0, 19);
            return [[when, found.Type, found.Action, name, exitCode === undefined ? '' : `exit code ${exitCode}`]];
          });
          return untrusted(table(['TIME', 'KIND', 'ACTION', 'NAME', ''], rows));
        },
      }),
    }),
    defineTool({
      name: 'disk_usage',
      group: 'engine',
      description:
        'Measures the disk that images, containers, volumes and build cache take, and how much nothing uses.',
      args: z.object({}),
      readsOnly: true,
      plan: () => ({
        assessment: assess('R0'),
        targets: [],
        title: title('engine.df'),
        preview: 'docker system df',
        async run({ signal }) {
          return untrusted(diskText(await askEngine(docker, { method: 'GET', path: '/system/df', signal }, diskUsage)));
        },
      }),
    }),
  ];
}

function statsText({ cpu_stats: cpu, precpu_stats: before, ...one }: z.output<typeof stats>): string {
  const used = (cpu.cpu_usage?.total_usage ?? 0) - (before.cpu_usage?.total_usage ?? 0);
  const passed = cpu.system_cpu_usage - before.system_cpu_usage;
  const percent = passed > 0 && used > 0 ? (used / passed) * Math.max(1, cpu.online_cpus) * 100 : 0;
  // As `docker stats` counts: without the page cache that is given back when others need it.
  const cache = one.memory_stats.stats?.['inactive_file'] ?? one.memory_stats.stats?.['total_inactive_file'] ?? 0;
  const memory = Math.max(0, one.memory_stats.usage - cache);
  const net = Object.values(one.networks ?? {});
  const sum = (read: (each: (typeof net)[number]) => number): string =>
    formatSize(net.reduce((total, each) => total + read(each), 0));
  return [
    `cpu: ${percent.toFixed(2)}%`,
    `memory: ${formatSize(memory)} of ${formatSize(one.memory_stats.limit)}`,
    `processes: ${one.pids_stats?.current ?? 0}`,
    `network: ${sum(({ rx_bytes: bytes }) => bytes)} in, ${sum(({ tx_bytes: bytes }) => bytes)} out`,
  ].join('\n');
}

function diskText(usage: z.output<typeof diskUsage>): string {
  const total = (sizes: readonly number[] | undefined): number => (sizes ?? []).reduce((sum, each) => sum + each, 0);
  const { Images, Containers, Volumes, BuildCache } = usage;
  const rows = [
    [
      'images',
      String(Images?.length ?? 0),
      formatSize(usage.LayersSize),
      formatSize(total(Images?.filter(({ Containers: users }) => users <= 0).map(({ Size }) => Size))),
    ],
    [
      'containers',
      String(Containers?.length ?? 0),
      formatSize(total(Containers?.map(({ SizeRw }) => SizeRw))),
      formatSize(total(Containers?.filter(({ State }) => State !== 'running').map(({ SizeRw }) => SizeRw))),
    ],
    [
      'volumes',
      String(Volumes?.length ?? 0),
      formatSize(total(Volumes?.map(({ UsageData }) => UsageData?.Size ?? 0))),
      formatSize(total(Volumes?.map(({ UsageData }) => (UsageData?.RefCount === 0 ? UsageData.Size : 0)))),
    ],
    [
      'build cache',
      String(BuildCache?.length ?? 0),
      formatSize(total(BuildCache?.map(({ Size }) => Size))),
      formatSize(total(BuildCache?.map(({ Size, InUse }) => (InUse === true ? 0 : Size)))),
    ],
  ];
  return table(['KIND', 'COUNT', 'SIZE', 'NOT IN USE'], rows);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
