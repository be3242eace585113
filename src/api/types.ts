import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Assistant } from '#assistant';
import type { ApiKeys, CertificateFacts } from '#access';
import type { ClearablePart, DaemonStatusBody, StoragePartId } from '#contract';
import type { AppError, Clock, Log } from '#core';
import type { Dashboard } from '#dashboard';
import type { Badges, RunCommand } from '#diagnosis';
import type { DiskCount, Docker, EngineWatch, MeasuredBuild, Relay, UsageFeed } from '#docker';
import type { Scans } from '#images';
import type { Inference, Runtimes } from '#inference';
import type { GatewayStatus } from '#mcp';
import type { ModelLookUp, Models, Signing } from '#models';
import type { LogReader, Metrics, Recorder } from '#observe';
import type { ModelSearch } from '#registry';
import type { SettingsStore } from '#settings';
import type { McpManagement } from './mcp/management.ts';

/** What the API says about, and asks of, the daemon around it. */
export interface DaemonInfo {
  readonly pid: number;
  readonly home: string;
  /** ISO 8601. */
  readonly startedAt: string;
  addresses(): readonly string[];
  memory(): { readonly budgetBytes: number; readonly usedBytes: number };
  machine?(): Promise<DaemonStatusBody['machine']>;
  /** Aborted when the daemon begins to stop; ends what can be taken up again later, such as pulls. */
  readonly stopping: AbortSignal;
  stop(reason: string): void;
  /** Bytes of all installed runtimes. */
  runtimesDiskUsage(): Promise<number>;
}

/** Keys, the addresses they protect, and TLS. */
export interface AccessPorts {
  readonly keys: ApiKeys;
  /** Browser origins besides those of the settings. */
  readonly origins: readonly string[];
  /** Clients of the network may name this machine by it. */
  readonly hostName: string;
  /** Opens or closes the network when keys have come or gone. */
  keysChanged(): Promise<void>;
  /** Why the network gets nothing although the settings name it. */
  refused(): AppError | undefined;
  readonly tls: {
    isEnabled(): boolean;
    facts(): Promise<CertificateFacts>;
    renew(): Promise<void>;
  };
}

/** MCP servers as one, for clients that speak to the daemon. Who may ask is decided before. */
export interface McpDoor {
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    visit: {
      readonly transport: 'streaming' | 'sse';
      readonly profile: string | undefined;
      /** Whose sessions these are: the name of a key, or nothing for the owner of this machine. */
      readonly caller: string;
    },
  ): Promise<void>;
  /** Of the gateways that run, by profile; starts none. */
  status(): Promise<readonly (GatewayStatus & { readonly profile: string })[]>;
}

/** The Engine and the machine, as the pages for containers, images and Dockerfiles look at them. */
export interface DockerViews {
  readonly docker: Docker;
  readonly watch: EngineWatch;
  readonly usage: UsageFeed;
  readonly disk: DiskCount;
  /** Loaded when somebody looks at containers. */
  badges(): Promise<Badges>;
  scans(): Promise<Scans>;
  /** Runs a docker command on the daemon's machine, against the same Engine. */
  readonly run: RunCommand;
  /** Builds a Dockerfile's text with nothing from a cache and leaves no image behind. @throws AppError `docker.*` */
  measureBuild(text: string, options: MeasureBuildOptions): Promise<MeasuredBuild>;
  newSecret(): string;
  diskAt(path: string): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | undefined>;
  /** Of `/etc/docker/daemon.json`; undefined when it cannot be read. */
  registryMirrors(): Promise<readonly string[] | undefined>;
  /** Where folders are opened unless another place is named. */
  readonly userHome: string;
}

export interface MeasureBuildOptions {
  /** What is sent to the build. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Told what the build prints. */
  readonly onLine: (line: string) => void;
}

/** What the daemon has on its disk. */
export interface StorageUse {
  list(): Promise<
    readonly {
      readonly id: StoragePartId;
      readonly bytes: number;
      readonly files: number;
      readonly clearable: boolean;
    }[]
  >;
  /** Removes what is not in use; resolves with the bytes that are free now. */
  clear(id: ClearablePart): Promise<number>;
}

export interface ApiOptions {
  /** Without it nothing is told of the disk but the models and runtimes. */
  readonly storage?: StorageUse | undefined;
  /** Without them there are no routes for containers, images, volumes, networks and Dockerfiles. */
  readonly views?: DockerViews | undefined;
  readonly access: AccessPorts;
  readonly models: Models;
  readonly inference: Inference;
  readonly runtimes: Runtimes;
  readonly relay: Relay;
  /** Changes whenever the list of models may have. Without it each listing reads the store. */
  readonly storeRevision?: (() => number) | undefined;
  /** Without it there is no `/mcp`. */
  readonly mcp?: McpDoor | undefined;
  /** Without it there is no web page. */
  readonly dashboard?: Dashboard | undefined;
  /** Without it nothing of MCP is managed over the API. */
  readonly mcpManagement?: McpManagement | undefined;
  /** Made when it is first asked for. Without it there is no `/gantry/assistant`. */
  readonly assistant?: (() => Promise<Assistant>) | undefined;
  /** Without it there is no searching. */
  readonly search?: ModelSearch | undefined;
  /** What there is of a model where it comes from. */
  readonly lookUp?: ModelLookUp | undefined;
  /** Without it requests are not recorded. */
  readonly recorder?: Recorder | undefined;
  /** Without them there is no `/metrics`, and nothing is counted. */
  readonly metrics?: Metrics | undefined;
  /** Without it there is no `/logs`. */
  readonly logs?: LogReader | undefined;
  /** Without it nothing is signed or verified on request. */
  readonly signing?: Signing | undefined;
  readonly settings: Pick<SettingsStore, 'current' | 'entries' | 'change'>;
  readonly daemon: DaemonInfo;
  readonly version: string;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * How a request came in. The unix socket is for its owner alone, so names of hosts mean nothing there. The bridge is for
 * containers: of all routes it has only those that use models.
 */
export type Door = 'tcp' | 'socket' | 'bridge';

export interface Api {
  listener(door: Door): RequestListener;
  /** Resolves when every request that has come in is answered to its end. */
  drained(): Promise<void>;
  /** Ends what goes on although the settings forbid it by now. */
  followSettings(): void;
  /** Closes the connections to runners. */
  close(): void;
}
