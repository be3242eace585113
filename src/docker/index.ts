export { createDocker } from './create-docker.ts';
export { ensureNodeImage, type NodeImage } from './node-image.ts';
export { followEngine } from './follow-engine.ts';
export { passThrough, type Place } from './passthrough/pass-through.ts';
export type { RequestHead } from './passthrough/request-head.ts';
export { hostLibraries, hostNodeFiles, type HostFile } from './relay/host-node.ts';
export { createRelay, type Relay, type RelayStatus } from './relay/relay.ts';
export type { WantedNetworks } from './relay/membership.ts';
export type * from './types.ts';
