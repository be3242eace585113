export { createApi } from './create-api.ts';
export type { Api, ApiOptions, DaemonInfo, Door } from './types.ts';
