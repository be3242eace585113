export interface PublishedPort {
  readonly container: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly host: number;
  readonly address: string;
}

export type RecipeNote =
  | { readonly id: 'platform'; readonly image: string; readonly engine: string }
  | { readonly id: 'port_moved'; readonly wanted: number; readonly host: number }
  | { readonly id: 'sysctl'; readonly name: string; readonly least: number }
  | { readonly id: 'no_server'; readonly command: string }
  | { readonly id: 'runs_as_root' }
  | { readonly id: 'data_kept'; readonly volume: string };

/** How to run an image: one set of facts, from which the command line, the compose file and the Engine's request are made. */
export interface Recipe {
  readonly image: string;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables whose value is made when it runs, and never shown. */
  readonly secrets: readonly string[];
  readonly ports: readonly PublishedPort[];
  readonly volumes: readonly { readonly name: string; readonly target: string }[];
  readonly command: readonly string[];
  readonly memory: string | undefined;
  readonly shmSize: string | undefined;
  readonly capAdd: readonly string[];
  readonly restart: string;
  /** Undefined where the image has one of its own, or none is known. */
  readonly health: string | undefined;
  readonly interactive: boolean;
  readonly connect: string | undefined;
  /** Commands that show that it works. */
  readonly smoke: readonly (readonly string[])[];
  readonly cleanUp: readonly (readonly string[])[];
  readonly notes: readonly RecipeNote[];
}
