import type { Diagnosis } from '../types.ts';

export type FindingId =
  | 'engine.down'
  | 'engine.old'
  | 'engine.warning'
  | 'disk.low'
  | 'disk.reclaimable'
  | 'images.dangling'
  | 'volumes.unused'
  | 'containers.old'
  | 'container.loop'
  | 'container.unhealthy'
  | 'container.failed'
  | 'port.open'
  | 'memory.low';

export type Severity = 'problem' | 'warning' | 'note';

export interface Finding {
  readonly id: FindingId;
  readonly severity: Severity;
  readonly params: Readonly<Record<string, string | number>>;
  /** Commands that look closer or help. */
  readonly commands: readonly (readonly string[])[];
  /** Of the container it is about. */
  readonly diagnosis?: Diagnosis | undefined;
}

export interface DoctorReport {
  readonly engine:
    | {
        readonly version: string;
        readonly apiVersion: string;
        readonly os: string;
        readonly arch: string;
        readonly url: string;
      }
    | undefined;
  readonly counts: {
    readonly running: number;
    readonly stopped: number;
    readonly images: number;
    readonly volumes: number;
  };
  readonly findings: readonly Finding[];
  /** What could not be looked at, and why. */
  readonly unread: readonly { readonly part: string; readonly reason: string }[];
}
