import type { ContainerAnswer, ImageAnswer, InfoAnswer, OtherContainer } from './evidence/schemas.ts';

/** A failure of the catalogue: `C18` of a container, `B03` of a build. */
export type CauseId = `C${number}` | `B${number}`;

/** Where a quoted line was read. */
export type EvidenceSource =
  | 'state'
  | 'log'
  | 'health'
  | 'event'
  | 'inspect'
  | 'image'
  | 'engine'
  | 'host'
  | 'process'
  | 'output';

/** A line as it was read; cleaned and bounded when it is quoted. */
export interface EvidenceLine {
  readonly source: EvidenceSource;
  readonly text: string;
  /** Of the log, counted from the first line that was read. */
  readonly line?: number | undefined;
}

export interface EventFact {
  readonly action: string;
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A socket that waits for connections inside a container, or a process of it. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

export interface ProcessFact {
  readonly command: string;
  readonly state: string;
}

/** What only the machine that runs the Engine can tell; absent when that is another machine. */
export interface HostFacts {
  readonly freeDiskBytes?: number | undefined;
  readonly totalDiskBytes?: number | undefined;
  readonly freeInodes?: number | undefined;
  readonly availableMemoryBytes?: number | undefined;
  readonly maxMapCount?: number | undefined;
  readonly cpuFlags?: readonly string[] | undefined;
  /** Sockets in the network of the container. */
  readonly listeners?: readonly Listener[] | undefined;
  /** Names of processes that have ended and that process 1 of the container has not collected. */
  readonly zombies?: readonly string[] | undefined;
  /** By the path of the mount's source. */
  readonly mountOwners?:
    | Readonly<Record<string, { readonly uid: number; readonly kind: 'file' | 'folder' }>>
    | undefined;
}

/** Counters of the running container since it started. */
export interface Counters {
  readonly cpuPeriods: number;
  readonly throttledPeriods: number;
  readonly memoryBytes: number;
  readonly memoryPeakBytes: number;
  readonly memoryLimitBytes: number;
  readonly pids: number;
  readonly pidsLimit: number;
}

/** A part of the evidence that could not be read, and why. */
export interface Unread {
  readonly part: EvidencePart;
  readonly reason: string;
}

export type EvidencePart =
  | 'log'
  | 'events'
  | 'image'
  | 'engine'
  | 'containers'
  | 'networks'
  | 'processes'
  | 'counters'
  | 'host';

/** Everything a rule may look at. Texts are cleaned of what a terminal would act on; secrets are still in them. */
export interface Evidence {
  /** The name that was asked for. */
  readonly target: string;
  readonly container: ContainerAnswer | undefined;
  readonly log: readonly EvidenceLine[];
  /** What a command printed that failed before there was a container. */
  readonly output: readonly EvidenceLine[];
  readonly events: readonly EventFact[];
  readonly image: ImageAnswer | undefined;
  readonly engine: InfoAnswer | undefined;
  readonly others: readonly OtherContainer[];
  readonly networks: readonly string[];
  readonly processes: readonly ProcessFact[];
  readonly counters: Counters | undefined;
  readonly host: HostFacts | undefined;
  readonly unread: readonly Unread[];
}

/** A program with its arguments. Values of `secrets` come from the environment, never from the arguments. */
export interface Command {
  readonly argv: readonly string[];
}

/** How a variable of the environment gets its value before the commands run. */
export interface NeededSecret {
  readonly name: string;
  readonly from: 'new' | 'container';
}

/** `reversible` changes only what can be made again; `destructive` loses data; `host` changes the machine. */
export type Risk = 'read' | 'reversible' | 'host' | 'destructive';

export interface Fix {
  readonly risk: Risk;
  readonly secrets: readonly NeededSecret[];
  readonly commands: readonly Command[];
  /** The same for a service of a compose file. */
  readonly compose: string | undefined;
}

export interface Cause {
  readonly id: CauseId;
  /** Which text of the catalogue; the id itself, or `C60.auth`. */
  readonly text: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Values the text names, cleaned. */
  readonly params: Readonly<Record<string, string | number>>;
  readonly evidence: readonly EvidenceLine[];
  readonly fixes: readonly Fix[];
  readonly verify: readonly Command[];
}

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface Diagnosis {
  readonly target: string;
  /** `exited`, `running`, …; undefined where only the output of a command was read. */
  readonly state: string | undefined;
  readonly exitCode: number | undefined;
  readonly health: Health;
  /** Whether something is wrong at all. */
  readonly verdict: 'well' | 'cause_found' | 'cause_unknown';
  /** The likeliest first. */
  readonly causes: readonly Cause[];
  /** The lines that say most, where no cause is known. */
  readonly telling: readonly EvidenceLine[];
  readonly unread: readonly Unread[];
}
