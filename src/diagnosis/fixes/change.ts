/** What another container of the same kind should have that this one has not. */
export interface Change {
  readonly name?: string;
  readonly image?: string;
  readonly platform?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables whose value is made when the fix runs. */
  readonly newSecrets?: readonly string[];
  readonly withoutEnv?: readonly string[];
  readonly entrypoint?: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly memory?: string;
  readonly cpus?: string;
  readonly shmSize?: string;
  readonly pidsLimit?: number;
  readonly init?: boolean;
  readonly interactive?: boolean;
  readonly network?: string;
  readonly capAdd?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly ulimits?: readonly string[];
  readonly sysctls?: readonly string[];
  readonly devices?: readonly string[];
  readonly hosts?: readonly string[];
  readonly dns?: readonly string[];
  /** Further `-v` values. */
  readonly volumes?: readonly string[];
  /** By the destination of a mount: another source, or another destination as `SOURCE:DESTINATION`. */
  readonly remount?: Readonly<Record<string, string | undefined>>;
  /** By container port (`80/tcp`): the host port instead. */
  readonly hostPorts?: Readonly<Record<string, string>>;
  /** By container port: the container port instead. */
  readonly containerPorts?: Readonly<Record<string, string>>;
  readonly writable?: boolean;
  readonly logging?: Readonly<Record<string, string>>;
  readonly logDriver?: string;
  readonly restart?: string;
  readonly withoutGpus?: boolean;
}
