export type * from './types.ts';
export { createHttpClient, type ClosableHttpClient, type HttpClientOptions } from './http/client.ts';
export { httpBlob, type HttpBlobOptions } from './http/blob.ts';
export { statusError } from './http/status-error.ts';
export type { HttpLimits } from './http/limits.ts';
export type { DockerProxies } from './http/proxy.ts';
export {
  formatReference,
  isModelId,
  normalizeReference,
  parseReference,
  type ReferenceOptions,
} from './reference.ts';
