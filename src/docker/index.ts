export { findBuilder, type Builder } from './builder.ts';
export { createBuildMeter, type BuildMeter, type BuildMeterOptions, type MeasuredBuild } from './measure-build.ts';
export { createDocker, type DockerOptions } from './create-docker.ts';
export { ensureNodeImage, type NodeImage } from './node-image.ts';
export { followEngine } from './follow-engine.ts';
export { passThrough, type Place } from './passthrough/pass-through.ts';
export type { RequestHead } from './passthrough/request-head.ts';
export { hostLibraries, hostNodeFiles, type HostFile } from './relay/host-node.ts';
export { fromRegistry } from './client/registry-refusal.ts';
export { createRelay, type Relay, type RelayStatus } from './relay/relay.ts';
export type { WantedNetworks } from './relay/membership.ts';
export {
  actOnContainer,
  containerActions,
  inspectContainer,
  listContainers,
  removeContainer,
  renameContainer,
  type ContainerAction,
  type ListedContainer,
} from './browse/containers.ts';
export { containerArchive, containerChanges, type FileChange } from './browse/container-files.ts';
export { readEngine, type EngineFacts } from './browse/engine.ts';
export { createEngineWatch, type EngineNews, type EngineWatch } from './browse/engine-watch.ts';
export { imageHistory, inspectImage, listImages, removeImage, tagImage, type ListedImage } from './browse/images.ts';
export {
  createVolume,
  inspectNetwork,
  inspectVolume,
  listVolumes,
  removeNetwork,
  removeVolume,
} from './browse/storage.ts';
export { createDiskCount, type DiskCount, type DiskShare } from './browse/disk-count.ts';
export { searchHub } from './browse/search.ts';
export { createUsageFeed, type UsageFeed, type UsageNews } from './browse/usage-feed.ts';
export { type Usage } from './browse/usage.ts';
export type * from './types.ts';
