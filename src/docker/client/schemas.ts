import { z } from 'zod';

/** What we read of the Engine's answers; Podman leaves fields out or sends null where Docker sends an empty value. */
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const words = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const versionAnswer = z
  .looseObject({ Version: z.string(), ApiVersion: z.string(), Os: text, Arch: text })
  .transform(({ Version, ApiVersion, Os, Arch }) => ({ version: Version, apiVersion: ApiVersion, os: Os, arch: Arch }));

export const infoAnswer = z
  .looseObject({
    Name: text,
    OperatingSystem: text,
    NCPU: z.number(),
    MemTotal: z.number(),
    SecurityOptions: words,
    Runtimes: z.record(z.string(), z.unknown()).nullish(),
    DefaultRuntime: text,
    DiscoveredDevices: z.array(z.looseObject({ ID: z.string() })).nullish(),
  })
  .transform((info) => ({
    name: info.Name,
    operatingSystem: info.OperatingSystem,
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
    rootless: info.SecurityOptions.includes('name=rootless'),
    runtimes: Object.keys(info.Runtimes ?? {}),
    defaultRuntime: info.DefaultRuntime,
    cdiDevices: (info.DiscoveredDevices ?? []).map(({ ID }) => ID),
  }));

export const eventLine = z
  .looseObject({
    Type: z.string(),
    Action: z.string(),
    Actor: z.looseObject({ ID: text, Attributes: labels }),
  })
  .transform(({ Type, Action, Actor }) => ({
    type: 'event' as const,
    kind: Type,
    action: Action,
    id: Actor.ID,
    attributes: Actor.Attributes,
  }));

export const containerList = z.array(
  z
    .looseObject({ Id: z.string(), Names: words, Image: text, Labels: labels, State: text })
    .transform(({ Id, Names, Image, Labels, State }) => ({
      id: Id,
      names: Names.map((name) => name.replace(/^\//, '')),
      image: Image,
      labels: Labels,
      state: State,
    })),
);

const containerState = z
  .looseObject({
    Status: z.string(),
    Running: z.boolean(),
    Pid: z.number().catch(0),
    ExitCode: z.number().catch(0),
    OOMKilled: z.boolean().catch(false),
    Error: text,
  })
  .transform((state) => ({
    status: state.Status,
    running: state.Running,
    pid: state.Pid,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    error: state.Error,
  }));

const endpoint = z
  .looseObject({ IPAddress: text, Gateway: text })
  .transform(({ IPAddress, Gateway }) => ({ ipAddress: IPAddress, gateway: Gateway }));

export const containerAnswer = z
  .looseObject({
    Id: z.string(),
    Name: z.string(),
    Config: z.looseObject({ Image: text, Labels: labels, Tty: z.boolean().catch(false) }),
    State: containerState,
    NetworkSettings: z.looseObject({ Networks: z.record(z.string(), endpoint).nullish() }),
  })
  .transform(({ Id, Name, Config, State, NetworkSettings }) => ({
    id: Id,
    name: Name.replace(/^\//, ''),
    image: Config.Image,
    labels: Config.Labels,
    tty: Config.Tty,
    state: State,
    networks: NetworkSettings.Networks ?? {},
  }));

export const createdAnswer = z.looseObject({ Id: z.string() }).transform(({ Id }) => Id);

export const waitAnswer = z.looseObject({ StatusCode: z.number() }).transform(({ StatusCode }) => StatusCode);

export const imageList = z.array(
  z.looseObject({ Id: z.string(), RepoTags: words }).transform(({ Id, RepoTags }) => ({ id: Id, tags: RepoTags })),
);

export const imageAnswer = z
  .looseObject({
    Id: z.string(),
    RepoTags: words,
    RepoDigests: words,
    Os: text,
    Architecture: text,
    Size: z.number().catch(0),
    Config: z.looseObject({ Labels: labels, Entrypoint: words, Cmd: words, Env: words }).nullish(),
  })
  .transform(({ Id, RepoTags, RepoDigests, Os, Architecture, Size, Config }) => ({
    id: Id,
    tags: RepoTags,
    labels: Config?.Labels ?? {},
    os: Os,
    architecture: Architecture,
    entrypoint: Config?.Entrypoint ?? [],
    command: Config?.Cmd ?? [],
    env: Config?.Env ?? [],
    digests: RepoDigests,
    sizeBytes: Size,
  }));

/** A line of a build, a pull or a push. */
export const progressAnswer = z.looseObject({
  id: z.string().optional(),
  status: z.string().optional(),
  stream: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.looseObject({ current: z.number().optional(), total: z.number().optional() }).optional(),
  aux: z.looseObject({ ID: z.string().optional(), Digest: z.string().optional() }).optional(),
});

export const networkAnswer = z
  .looseObject({
    Id: z.string(),
    Name: z.string(),
    Driver: text,
    Scope: text,
    Labels: labels,
    IPAM: z
      .looseObject({
        Config: z.array(z.looseObject({ Subnet: text, Gateway: z.string().optional() })).nullish(),
      })
      .nullish(),
    Containers: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform((network) => ({
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    scope: network.Scope,
    labels: network.Labels,
    subnets: (network.IPAM?.Config ?? []).map(({ Subnet, Gateway }) => ({ subnet: Subnet, gateway: Gateway })),
    containers: Object.keys(network.Containers ?? {}),
  }));

export const networkList = z.array(networkAnswer);
