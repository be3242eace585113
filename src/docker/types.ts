/** Where a Docker Engine (or Podman's Docker API) listens. */
export interface EngineAddress {
  /** `unix:///var/run/docker.sock`, `tcp://host:2375`. */
  readonly url: string;
  /** Which strategy found it. */
  readonly origin: 'environment' | 'context' | 'rootless' | 'default' | 'podman';
}
