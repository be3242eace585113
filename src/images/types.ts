export type PackageKind = 'deb' | 'apk' | 'rpm' | 'npm' | 'pypi' | 'golang' | 'maven';

export interface Package {
  readonly kind: PackageKind;
  readonly name: string;
  readonly version: string;
  readonly architecture?: string | undefined;
  readonly licence?: string | undefined;
  /** Of distributions: the source package that security notices name. */
  readonly source?: { readonly name: string; readonly version: string } | undefined;
  /** Group of Maven coordinates. */
  readonly group?: string | undefined;
  /** The file it was read from. */
  readonly path: string;
}

export interface OsRelease {
  /** `debian`, `alpine` */
  readonly id: string;
  readonly version: string;
  readonly codename: string;
  readonly name: string;
}

export interface SecretFinding {
  /** Which rule: `private-key`, `aws-access-key`. */
  readonly rule: string;
  readonly path: string;
  readonly line?: number | undefined;
  /** Never the secret: its first characters and its length. */
  readonly hint: string;
  readonly layer: number;
  /** A later layer deletes or replaces the file; who has the image still has the secret. */
  readonly deletedLater: boolean;
}

export interface LayerReport {
  readonly index: number;
  readonly createdBy: string;
  readonly sizeBytes: number;
  readonly files: number;
  /** Of files that later layers delete or replace. */
  readonly wastedBytes: number;
}

export interface WastedFile {
  readonly path: string;
  readonly bytes: number;
  readonly why: 'deleted' | 'replaced';
  /** Where the bytes are, and where the file is gone. */
  readonly layer: number;
  readonly by: number;
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly created: string;
  readonly user: string;
  readonly env: readonly string[];
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDir: string;
  readonly healthcheck: readonly string[] | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly history: readonly { readonly createdBy: string; readonly empty: boolean }[];
}

export type AuditId =
  | 'root-user'
  | 'no-healthcheck'
  | 'secret-in-env'
  | 'secret-in-history'
  | 'ssh-port'
  | 'setuid'
  | 'add-url'
  | 'pipe-to-shell'
  | 'old-image'
  | 'base-end-of-life'
  | 'base-ends-soon';

export interface AuditFinding {
  readonly id: AuditId;
  readonly severity: 'high' | 'medium' | 'low';
  readonly params: Readonly<Record<string, string | number>>;
}

/** A part that could not be read or is not covered, said plainly. */
export interface Gap {
  readonly what: 'rpm' | 'jar' | 'file' | 'layers' | 'files' | 'foreign-layer';
  readonly path: string;
}

/** Everything read from the bytes of an image, without any network. */
export interface Inventory {
  readonly config: ImageConfig;
  readonly os: OsRelease | undefined;
  readonly packages: readonly Package[];
  readonly layers: readonly LayerReport[];
  readonly wasted: readonly WastedFile[];
  readonly wastedBytes: number;
  readonly sizeBytes: number;
  readonly secrets: readonly SecretFinding[];
  readonly setuid: readonly string[];
  readonly gaps: readonly Gap[];
}
