import { z } from 'zod';
import type { Clock } from '#core';
import type { Docker } from '#docker';
import { assess, cut, defineTool, oneLine, table, untrusted, type GroupedTool } from '../define-tool.ts';
import type { Title } from '../titles.ts';
import { askEngine, count, idOf, labels, objectName, text, texts } from './ask-engine.ts';

export interface DockerToolDeps {
  readonly docker: Docker;
  readonly clock: Clock;
  readonly title: Title;
}

const containers = z.array(
  z.looseObject({
    Id: z.string(),
    Names: texts,
    Image: text,
    State: text,
    Status: text,
    Labels: labels,
    Ports: z
      .array(
        z.looseObject({
          IP: text,
          PrivatePort: count,
          PublicPort: z.number().nullish(),
          Type: text,
        }),
      )
      .nullish(),
  }),
);

export function listContainers({ docker, title }: DockerToolDeps): GroupedTool {
  return defineTool({
    name: 'list_containers',
    group: 'containers',
    description: 'Lists containers with image, state and published ports.',
    args: z.object({ running_only: z.boolean().optional() }),
    readsOnly: true,
    plan: ({ running_only: runningOnly = false }) => ({
      assessment: assess('R0'),
      targets: [],
      title: title('containers.list'),
      preview: `docker ps${runningOnly ? '' : ' -a'}`,
      async run({ signal }) {
        const request = { method: 'GET', path: '/containers/json', query: { all: !runningOnly }, signal } as const;
        const all = await askEngine(docker, request, containers);
        const rows = all.map(({ Id, Names, Image, Status, State, Ports, Labels }) => [
          (Names[0] ?? idOf(Id)).replace(/^\//, ''),
          Image,
          Status === '' ? State : Status,
          [...new Set((Ports ?? []).map(portText))].join(' '),
          Labels['com.docker.compose.service'] ?? '',
        ]);
        return untrusted(table(['NAME', 'IMAGE', 'STATUS', 'PORTS', 'SERVICE'], rows));
      },
    }),
  });
}

function portText({ IP, PublicPort, PrivatePort, Type }: Record<string, unknown>): string {
  const inside = `${String(PrivatePort)}/${String(Type)}`;
  return typeof PublicPort === 'number' ? `${String(IP)}:${PublicPort}->${inside}` : inside;
}

const inspected = z.looseObject({
  Id: z.string(),
  Name: text,
  Created: text,
  RestartCount: count,
  State: z.looseObject({
    Status: text,
    ExitCode: count,
    OOMKilled: z.boolean().nullish(),
    Error: text,
    StartedAt: text,
    FinishedAt: text,
    Health: z
      .looseObject({ Status: text, Log: z.array(z.looseObject({ ExitCode: count, Output: text })).nullish() })
      .nullish(),
  }),
  Config: z.looseObject({
    Image: text,
    Env: texts,
    Cmd: texts,
    Entrypoint: texts,
    User: text,
    WorkingDir: text,
    Labels: labels,
  }),
  HostConfig: z.looseObject({
    Memory: count,
    NanoCpus: count,
    Privileged: z.boolean().nullish(),
    NetworkMode: text,
    RestartPolicy: z.looseObject({ Name: text }).nullish(),
  }),
  Mounts: z
    .array(z.looseObject({ Type: text, Name: text, Source: text, Destination: text, RW: z.boolean().nullish() }))
    .nullish(),
  NetworkSettings: z.looseObject({
    Ports: z.record(z.string(), z.array(z.looseObject({ HostIp: text, HostPort: text })).nullish()).nullish(),
    Networks: z.record(z.string(), z.looseObject({ IPAddress: text })).nullish(),
  }),
});

const mostLabels = 40;

export function inspectContainer({ docker, title }: DockerToolDeps): GroupedTool {
  return defineTool({
    name: 'inspect_container',
    group: 'containers',
    description:
      'Shows how a container is configured and what state it is in. Of environment variables only the names are shown.',
    args: z.object({ name: objectName }),
    readsOnly: true,
    plan: ({ name }) => ({
      assessment: assess('R0'),
      targets: [name],
      title: title('containers.inspect', { name }),
      preview: `docker inspect ${name}`,
      async run({ signal }) {
        const request = { method: 'GET', path: `/containers/${name}/json`, signal } as const;
        return untrusted(containerText(await askEngine(docker, request, inspected)));
      },
    }),
  });
}

function containerText(one: z.output<typeof inspected>): string {
  const { State, Config, HostConfig, NetworkSettings } = one;
  const mounts = (one.Mounts ?? []).map(
    ({ Type, Name, Source, Destination, RW }) =>
      `${Type} ${Name === '' ? Source : Name} at ${Destination}${RW === false ? ' (read-only)' : ''}`,
  );
  const ports = Object.entries(NetworkSettings.Ports ?? {}).map(
    ([port, bindings]) =>
      `${port}${(bindings ?? []).map(({ HostIp, HostPort }) => ` <- ${HostIp}:${HostPort}`).join('')}`,
  );
  const networks = Object.entries(NetworkSettings.Networks ?? {}).map(
    ([name, { IPAddress }]) => `${name}${IPAddress === '' ? '' : ` ${IPAddress}`}`,
  );
  const facts: readonly (readonly [string, string])[] = [
    ['name', one.Name.replace(/^\//, '')],
    ['id', idOf(one.Id)],
    ['image', Config.Image],
    ['created', one.Created],
    ['state', State.Status],
    ['exit code', State.Status === 'running' ? '' : String(State.ExitCode)],
    ['killed for memory', State.OOMKilled === true ? 'yes' : ''],
    ['error', State.Error],
    ['started', State.StartedAt],
    ['finished', State.Status === 'running' ? '' : State.FinishedAt],
    ['restarts', String(one.RestartCount)],
    ['health', State.Health?.Status ?? ''],
    ['last probe', State.Health?.Log?.at(-1)?.Output ?? ''],
    ['entrypoint', Config.Entrypoint.join(' ')],
    ['command', Config.Cmd.join(' ')],
    ['user', Config.User],
    ['working directory', Config.WorkingDir],
    ['environment (names)', Config.Env.map((pair) => pair.split('=')[0] ?? '').join(' ')],
    ['mounts', mounts.join('; ')],
    ['ports', ports.join('; ')],
    ['networks', networks.join('; ')],
    ['network mode', HostConfig.NetworkMode],
    ['restart policy', HostConfig.RestartPolicy?.Name ?? ''],
    ['memory limit', HostConfig.Memory === 0 ? '' : `${HostConfig.Memory} bytes`],
    ['cpus', HostConfig.NanoCpus === 0 ? '' : String(HostConfig.NanoCpus / 1e9)],
    ['privileged', HostConfig.Privileged === true ? 'yes' : ''],
    ['labels', labelsText(Config.Labels)],
  ];
  return facts
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}: ${oneLine(value, 4000)}`)
    .join('\n');
}

export function labelsText(all: Readonly<Record<string, string>>): string {
  const entries = Object.entries(all);
  const shown = entries.slice(0, mostLabels).map(([key, value]) => `${cut(key, 120)}=${cut(value, 200)}`);
  return [...shown, ...(entries.length > mostLabels ? [`(${entries.length - mostLabels} more)`] : [])].join('; ');
}
