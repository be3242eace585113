import { z } from 'zod';

/** The Engine's own answers in its own words, as far as rules look at them. Whatever is missing gets its empty value. */
const words = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const table = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const keys = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => Object.keys(value ?? {}));
/** Old images hold the command as one string. */
const command = z
  .union([z.array(z.string()), z.string()])
  .nullish()
  .transform((value) => (typeof value === 'string' ? [value] : (value ?? [])));

const probe = z.object({ Start: text, End: text, ExitCode: count, Output: text });

const state = z.object({
  Status: text,
  Running: flag,
  Restarting: flag,
  OOMKilled: flag,
  Pid: count,
  ExitCode: count,
  Error: text,
  StartedAt: text,
  FinishedAt: text,
  Health: z
    .object({
      Status: text,
      FailingStreak: count,
      Log: z
        .array(probe)
        .nullish()
        .transform((value) => value ?? []),
    })
    .nullish()
    .transform((value) => value ?? undefined),
});

const config = z.object({
  Image: text,
  User: text,
  Env: words,
  Cmd: command,
  Entrypoint: command,
  WorkingDir: text,
  Tty: flag,
  OpenStdin: flag,
  Labels: table,
  ExposedPorts: keys,
  Volumes: keys,
  StopSignal: text,
  StopTimeout: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
  Healthcheck: z
    .object({ Test: words, Interval: count, Timeout: count, StartPeriod: count, Retries: count })
    .nullish()
    .transform((value) => value ?? undefined),
});

const binding = z.object({ HostIp: text, HostPort: text });
const bindings = z
  .record(z.string(), z.array(binding).nullish())
  .nullish()
  .transform((value) => Object.fromEntries(Object.entries(value ?? {}).map(([port, at]) => [port, at ?? []])));

const hostConfig = z.object({
  Binds: words,
  NetworkMode: text,
  PortBindings: bindings,
  RestartPolicy: z.object({ Name: text, MaximumRetryCount: count }).nullish(),
  Memory: count,
  NanoCpus: count,
  CpuQuota: count,
  CpuPeriod: count,
  PidsLimit: count,
  ShmSize: count,
  ReadonlyRootfs: flag,
  Privileged: flag,
  CapAdd: words,
  CapDrop: words,
  Tmpfs: table,
  Init: flag,
  IpcMode: text,
  Runtime: text,
  ExtraHosts: words,
  LogConfig: z.object({ Type: text, Config: table }).nullish(),
  Ulimits: z
    .array(z.object({ Name: text, Soft: count, Hard: count }))
    .nullish()
    .transform((value) => value ?? []),
  Sysctls: table,
});

const mount = z.object({
  Type: text,
  Name: text,
  Source: text,
  Destination: text,
  Mode: text,
  RW: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
});

export const containerAnswer = z.object({
  Id: text,
  Name: text.transform((name) => name.replace(/^\//, '')),
  Created: text,
  Path: text,
  Args: words,
  Image: text,
  Platform: text,
  RestartCount: count,
  State: state,
  Config: config,
  HostConfig: hostConfig,
  Mounts: z
    .array(mount)
    .nullish()
    .transform((value) => value ?? []),
  NetworkSettings: z
    .object({ Networks: z.record(z.string(), z.object({ Aliases: words, IPAddress: text })).nullish() })
    .nullish()
    .transform((value) => value?.Networks ?? {}),
});

export type ContainerAnswer = z.output<typeof containerAnswer>;

export const imageAnswer = z.object({
  Id: text,
  RepoTags: words,
  Created: text,
  Os: text,
  Architecture: text,
  Size: count,
  Config: config
    .partial()
    .nullish()
    .transform((value) => value ?? {}),
});

export type ImageAnswer = z.output<typeof imageAnswer>;

export const infoAnswer = z.object({
  Architecture: text,
  OSType: text,
  OperatingSystem: text,
  KernelVersion: text,
  ServerVersion: text,
  Driver: text,
  CgroupVersion: text,
  CgroupDriver: text,
  DockerRootDir: text,
  MemTotal: count,
  NCPU: count,
  Runtimes: keys,
  SecurityOptions: words,
  Warnings: words,
});

export type InfoAnswer = z.output<typeof infoAnswer>;

const otherContainer = z
  .object({
    Id: text,
    Names: words,
    Image: text,
    State: text,
    Status: text,
    Labels: table,
    Ports: z
      .array(z.object({ IP: text, PrivatePort: count, PublicPort: count, Type: text }))
      .nullish()
      .transform((value) => value ?? []),
    NetworkSettings: z.object({ Networks: z.record(z.string(), z.unknown()).nullish() }).nullish(),
    Mounts: z
      .array(z.object({ Name: text, Source: text }))
      .nullish()
      .transform((value) => value ?? []),
  })
  .transform((one) => ({
    id: one.Id,
    name: (one.Names[0] ?? '').replace(/^\//, ''),
    image: one.Image,
    state: one.State,
    status: one.Status,
    labels: one.Labels,
    ports: one.Ports.map((port) => ({ container: port.PrivatePort, host: port.PublicPort, address: port.IP })),
    networks: Object.keys(one.NetworkSettings?.Networks ?? {}),
    volumes: one.Mounts.map(({ Name }) => Name).filter((name) => name !== ''),
  }));

export type OtherContainer = z.output<typeof otherContainer>;

export const containersAnswer = z.array(otherContainer);

export const eventAnswer = z
  .object({
    Action: text,
    status: text,
    time: count,
    timeNano: count,
    Actor: z.object({ Attributes: table }).nullish(),
  })
  .transform((event) => ({
    action: event.Action || event.status,
    atMs: event.timeNano > 0 ? event.timeNano / 1e6 : event.time * 1000,
    attributes: event.Actor?.Attributes ?? {},
  }));

export const networksAnswer = z.array(z.object({ Name: text })).transform((all) => all.map(({ Name }) => Name));

export const topAnswer = z.object({ Titles: words, Processes: z.array(z.array(z.string())).nullish() });

export const statsAnswer = z
  .object({
    cpu_stats: z
      .object({ throttling_data: z.object({ periods: count, throttled_periods: count }).nullish() })
      .nullish(),
    memory_stats: z.object({ usage: count, max_usage: count, limit: count }).nullish(),
    pids_stats: z.object({ current: count, limit: count }).nullish(),
  })
  .transform(({ cpu_stats: cpu, memory_stats: memory, pids_stats: pids }) => ({
    cpuPeriods: cpu?.throttling_data?.periods ?? 0,
    throttledPeriods: cpu?.throttling_data?.throttled_periods ?? 0,
    memoryBytes: memory?.usage ?? 0,
    memoryPeakBytes: memory?.max_usage ?? 0,
    memoryLimitBytes: memory?.limit ?? 0,
    pids: pids?.current ?? 0,
    pidsLimit: pids?.limit ?? 0,
  }));
