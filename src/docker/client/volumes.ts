import type { Volumes } from '../types.ts';
import { cancelOf, segment, tell, type SendRequest } from './call.ts';

export function createVolumes(sendRequest: SendRequest): Volumes {
  return {
    create: (name, { labels = {}, ...options } = {}) =>
      tell(sendRequest, {
        method: 'POST',
        path: '/volumes/create',
        json: { Name: name, Labels: labels },
        ...cancelOf(options),
      }),
    remove: (name, options = {}) =>
      tell(sendRequest, { method: 'DELETE', path: `/volumes/${segment(name)}`, ...cancelOf(options) }, { fine: [404] }),
  };
}
