import type { Duplex, Readable } from 'node:stream';

/** How bytes get to an Engine. */
export type EngineRoute =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: EngineTls | undefined }
  /** A program whose standard input and output are a connection: `docker system dial-stdio`. */
  | { readonly kind: 'command'; readonly program: string; readonly args: readonly string[] };

/** Contents of PEM files; `verify` false accepts any certificate, as a docker context may say. */
export interface EngineTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly verify: boolean;
}

/** Where a Docker Engine (or Podman's Docker API) listens. */
export interface EngineAddress {
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`, `ssh://user@host`. */
  readonly url: string;
  /** Which strategy found it. */
  readonly origin: 'environment' | 'context' | 'rootless' | 'default' | 'podman';
  readonly route: EngineRoute;
}

export interface Cancel {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The Engine, as far as Gantry uses it. Everything throws AppError: `docker.unavailable` when no Engine answers,
 * `docker.not_found` for what does not exist, `docker.failed` with the Engine's own sentence for the rest.
 */
export interface Docker {
  /** The Engine in use. */
  address(options?: Cancel): Promise<EngineAddress>;
  /** A connection to the Engine with nothing sent on it. */
  connect(options?: Cancel): Promise<Duplex>;
  /** Any request of the Engine API; the path has no version. */
  request(request: EngineRequest): Promise<EngineResponse>;
  version(options?: Cancel): Promise<EngineVersion>;
  info(options?: Cancel): Promise<EngineInfo>;
  /** What happens on the Engine, until the signal or the Engine ends it. `up` comes first: from there on nothing is missed. */
  events(options: EventOptions): AsyncIterable<EngineUp | EngineEvent>;
  readonly containers: Containers;
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: Volumes;
}

export interface EngineRequest extends Cancel {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** `/containers/json` */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it comes. */
  readonly body?: { readonly type: string; readonly stream: Readable } | undefined;
}

export interface EngineResponse {
  readonly status: number;
  /** The body. Destroying it ends the request. */
  readonly stream: Readable;
}

export interface EngineVersion {
  readonly version: string;
  /** The highest API version of the Engine. */
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
}

export interface EngineInfo {
  readonly name: string;
  readonly operatingSystem: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly rootless: boolean;
  /** Names of OCI runtimes: `runc`, `nvidia`. */
  readonly runtimes: readonly string[];
  readonly defaultRuntime: string;
  /** CDI devices known to the Engine: `nvidia.com/gpu=0`. */
  readonly cdiDevices: readonly string[];
}

export interface EventOptions {
  readonly signal: AbortSignal;
  /** As the Engine reads them: `{ type: ['network'], event: ['connect'] }`. */
  readonly filters?: Filters | undefined;
}

export interface EngineUp {
  readonly type: 'up';
}

export interface EngineEvent {
  readonly type: 'event';
  /** `container`, `network`, `image`, … */
  readonly kind: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type Filters = Readonly<Record<string, readonly string[]>>;

/** What `POST /containers/create` takes, in the words of the Engine API. */
export interface ContainerSpec {
  readonly Image: string;
  readonly Cmd?: readonly string[] | undefined;
  readonly Entrypoint?: readonly string[] | undefined;
  readonly Env?: readonly string[] | undefined;
  readonly User?: string | undefined;
  readonly WorkingDir?: string | undefined;
  readonly Labels?: Readonly<Record<string, string>> | undefined;
  readonly ExposedPorts?: Readonly<Record<string, object>> | undefined;
  /** Paths that get a volume without a name. */
  readonly Volumes?: Readonly<Record<string, object>> | undefined;
  readonly Tty?: boolean | undefined;
  readonly OpenStdin?: boolean | undefined;
  readonly StdinOnce?: boolean | undefined;
  readonly AttachStdin?: boolean | undefined;
  readonly AttachStdout?: boolean | undefined;
  readonly AttachStderr?: boolean | undefined;
  readonly StopSignal?: string | undefined;
  readonly HostConfig?: HostConfig | undefined;
  readonly StopTimeout?: number | undefined;
  readonly NetworkingConfig?:
    | { readonly EndpointsConfig: Readonly<Record<string, { readonly Aliases?: readonly string[] | undefined }>> }
    | undefined;
}

/** The fields Gantry sets; the Engine knows more. */
export interface HostConfig {
  readonly Binds?: readonly string[] | undefined;
  readonly Mounts?: readonly Mount[] | undefined;
  readonly NetworkMode?: string | undefined;
  readonly AutoRemove?: boolean | undefined;
  readonly CapAdd?: readonly string[] | undefined;
  readonly CapDrop?: readonly string[] | undefined;
  readonly SecurityOpt?: readonly string[] | undefined;
  readonly ReadonlyRootfs?: boolean | undefined;
  readonly Init?: boolean | undefined;
  readonly IpcMode?: string | undefined;
  readonly ShmSize?: number | undefined;
  readonly Memory?: number | undefined;
  readonly MemorySwap?: number | undefined;
  readonly NanoCpus?: number | undefined;
  readonly CpusetCpus?: string | undefined;
  readonly PidsLimit?: number | undefined;
  readonly OomScoreAdj?: number | undefined;
  readonly Runtime?: string | undefined;
  readonly Tmpfs?: Readonly<Record<string, string>> | undefined;
  readonly Sysctls?: Readonly<Record<string, string>> | undefined;
  readonly ExtraHosts?: readonly string[] | undefined;
  readonly Dns?: readonly string[] | undefined;
  readonly PortBindings?: Readonly<Record<string, readonly { HostIp?: string; HostPort: string }[]>> | undefined;
  readonly RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount?: number } | undefined;
  readonly LogConfig?: { readonly Type: string; readonly Config?: Readonly<Record<string, string>> } | undefined;
  readonly Ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[] | undefined;
  readonly Devices?:
    | readonly {
        readonly PathOnHost: string;
        readonly PathInContainer: string;
        readonly CgroupPermissions: string;
      }[]
    | undefined;
  readonly DeviceRequests?:
    | readonly {
        readonly Driver?: string | undefined;
        readonly Count?: number | undefined;
        readonly DeviceIDs?: readonly string[] | undefined;
        readonly Capabilities?: readonly (readonly string[])[] | undefined;
      }[]
    | undefined;
  readonly GroupAdd?: readonly string[] | undefined;
}

export interface Mount {
  readonly Type: 'bind' | 'volume' | 'tmpfs';
  readonly Source?: string | undefined;
  readonly Target: string;
  readonly ReadOnly?: boolean | undefined;
  readonly VolumeOptions?: { readonly NoCopy?: boolean | undefined } | undefined;
}

export interface ContainerSummary {
  readonly id: string;
  /** Without the leading slash. */
  readonly names: readonly string[];
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `created`, `running`, `exited`, … */
  readonly state: string;
}

export interface ContainerFacts {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly tty: boolean;
  readonly state: {
    readonly status: string;
    readonly running: boolean;
    readonly pid: number;
    readonly exitCode: number;
    readonly oomKilled: boolean;
    readonly error: string;
  };
  /** By the network's name. */
  readonly networks: Readonly<Record<string, { readonly ipAddress: string; readonly gateway: string }>>;
}

/** A piece of what a container wrote. With a terminal everything is `stdout`. */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

export interface LogOptions extends Cancel {
  readonly follow?: boolean | undefined;
  readonly tail?: number | undefined;
  /** Unix time; nothing older. */
  readonly sinceSeconds?: number | undefined;
  readonly timestamps?: boolean | undefined;
}

/** A container's standard streams. */
export interface Attachment {
  readonly output: AsyncIterable<OutputChunk>;
  /** Standard input: ending it is end of file there, while output goes on. */
  readonly input: NodeJS.WritableStream;
  close(): void;
}

export interface AttachOptions extends Cancel {
  readonly stdin?: boolean | undefined;
  /** Also what was written before now. */
  readonly logs?: boolean | undefined;
  readonly tty?: boolean | undefined;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ExecOptions extends Cancel {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** `NAME=value` */
  readonly environment?: readonly string[] | undefined;
  /** That of the container unless it says. */
  readonly user?: string | undefined;
  /** With a terminal of this size, and standard input; without, output alone. */
  readonly terminal?: TerminalSize | undefined;
}

/** A program that was started in a container besides its own. */
export interface Exec extends Attachment {
  resize(size: TerminalSize, options?: Cancel): Promise<void>;
  state(options?: Cancel): Promise<{ readonly running: boolean; readonly exitCode: number | undefined }>;
}

export interface Containers {
  list(options?: Cancel & { readonly all?: boolean; readonly filters?: Filters }): Promise<readonly ContainerSummary[]>;
  inspect(id: string, options?: Cancel): Promise<ContainerFacts>;
  /** Resolves with the id. */
  create(spec: ContainerSpec, options?: Cancel & { readonly name?: string }): Promise<string>;
  /** A container that runs already is fine. */
  start(id: string, options?: Cancel): Promise<void>;
  /** SIGTERM, then SIGKILL after the grace. A container that does not run is fine. */
  stop(id: string, options?: Cancel & { readonly graceSeconds?: number }): Promise<void>;
  /** A container that does not run is fine. */
  kill(id: string, options?: Cancel & { readonly signalName?: string }): Promise<void>;
  /** Ends it if it runs, and takes it away with its anonymous volumes. One that is gone is fine. */
  remove(id: string, options?: Cancel): Promise<void>;
  /** Resolves with the exit code once it ends; for one that was not started yet, a condition says what to wait for. */
  wait(id: string, options?: Cancel & { readonly condition?: 'next-exit' | 'removed' }): Promise<number>;
  logs(id: string, options?: LogOptions): AsyncIterable<OutputChunk>;
  attach(id: string, options?: AttachOptions): Promise<Attachment>;
  /** Starts a program in a container that runs. */
  exec(id: string, options: ExecOptions): Promise<Exec>;
  /** Unpacks a tar into a folder of the container, which need not run. */
  unpack(id: string, archive: ContainerArchive, options?: Cancel): Promise<void>;
  /** Whether there is a file or folder of this path in the container, which need not run. */
  hasPath(id: string, path: string, options?: Cancel): Promise<boolean>;
}

export interface ContainerArchive {
  readonly folder: string;
  readonly tar: Readable;
}

export interface ImageFacts {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly os: string;
  readonly architecture: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** `NAME=value` */
  readonly env: readonly string[];
  /** `repository@sha256:…`, of the registries that it is known to be from. */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
}

export interface BuildOptions extends Cancel {
  /** A tar with a Dockerfile in it. */
  readonly context: Readable;
  readonly tag: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface Images {
  inspect(name: string, options?: Cancel): Promise<ImageFacts>;
  list(options?: Cancel & { readonly filters?: Filters }): Promise<readonly { id: string; tags: readonly string[] }[]>;
  /** Builds with the Engine's own builder and resolves with the image's id. */
  build(options: BuildOptions): Promise<string>;
  /** Progress, as the Engine words it, until the image is here; with the person's login unless another is given. */
  pull(name: string, options?: Cancel & { readonly registryAuth?: string }): AsyncIterable<PullEvent>;
  /** Progress until the registry has it, with the person's login. @throws AppError that says which registry and what to do */
  push(name: string, options?: Cancel): AsyncIterable<PullEvent>;
  /** One that is gone is fine. */
  remove(name: string, options?: Cancel): Promise<void>;
}

/** The person's login at the registry of an image, as the Engine takes it; undefined where there is none. */
export type FindRegistryAuth = (image: string, options?: Cancel) => Promise<string | undefined>;

export interface PullEvent {
  /** Of the layer; undefined for lines about the whole image. */
  readonly id: string | undefined;
  readonly status: string;
  readonly currentBytes: number | undefined;
  readonly totalBytes: number | undefined;
  /** Of the image that was pushed, in the last line. */
  readonly digest?: string | undefined;
}

export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string | undefined }[];
  /** Ids of the containers in it; empty in a list. */
  readonly containers: readonly string[];
}

export interface Networks {
  list(options?: Cancel & { readonly filters?: Filters }): Promise<readonly NetworkFacts[]>;
  inspect(id: string, options?: Cancel): Promise<NetworkFacts>;
  connect(id: string, container: string, options?: Cancel & { readonly aliases?: readonly string[] }): Promise<void>;
  disconnect(id: string, container: string, options?: Cancel): Promise<void>;
  /** Resolves with the id. */
  create(spec: NetworkSpec, options?: Cancel): Promise<string>;
  /** One that is gone is fine. */
  remove(id: string, options?: Cancel): Promise<void>;
}

/** What `POST /networks/create` takes, as far as Gantry sets it. */
export interface NetworkSpec {
  readonly Name: string;
  readonly Driver?: string | undefined;
  /** Without a way out. */
  readonly Internal?: boolean | undefined;
  readonly Labels?: Readonly<Record<string, string>> | undefined;
  readonly Options?: Readonly<Record<string, string>> | undefined;
}

export interface Volumes {
  /** One that is there already is fine. */
  create(name: string, options?: Cancel & { readonly labels?: Readonly<Record<string, string>> }): Promise<void>;
  /** One that is gone is fine. */
  remove(name: string, options?: Cancel): Promise<void>;
}
