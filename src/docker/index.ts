export { createDocker } from './create-docker.ts';
export { followEngine } from './follow-engine.ts';
export { passThrough, type Place } from './passthrough/pass-through.ts';
export type { RequestHead } from './passthrough/request-head.ts';
export type * from './types.ts';
