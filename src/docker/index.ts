export { createDocker } from './create-docker.ts';
export type * from './types.ts';
