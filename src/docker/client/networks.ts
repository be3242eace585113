import type { Networks } from '../types.ts';
import { askJson, cancelOf, filtersText, segment, tell, type SendRequest } from './call.ts';
import { createdAnswer, networkAnswer, networkList } from './schemas.ts';

export function createNetworks(sendRequest: SendRequest): Networks {
  return {
    list: ({ filters, ...options } = {}) =>
      askJson(
        sendRequest,
        { method: 'GET', path: '/networks', query: { filters: filtersText(filters) }, ...cancelOf(options) },
        networkList,
      ),
    inspect: (id, options = {}) =>
      askJson(sendRequest, { method: 'GET', path: `/networks/${segment(id)}`, ...cancelOf(options) }, networkAnswer),
    connect: (id, container, { aliases, ...options } = {}) =>
      tell(sendRequest, {
        method: 'POST',
        path: `/networks/${segment(id)}/connect`,
        json: { Container: container, EndpointConfig: aliases ? { Aliases: aliases } : {} },
        ...cancelOf(options),
      }),
    disconnect: (id, container, options = {}) =>
      tell(
        sendRequest,
        {
          method: 'POST',
          path: `/networks/${segment(id)}/disconnect`,
          json: { Container: container, Force: true },
          ...cancelOf(options),
        },
        { fine: [404] },
      ),
    create: (spec, options = {}) =>
      askJson(
        sendRequest,
        { method: 'POST', path: '/networks/create', json: { ...spec, CheckDuplicate: true }, ...cancelOf(options) },
        createdAnswer,
      ),
    remove: (id, options = {}) =>
      tell(sendRequest, { method: 'DELETE', path: `/networks/${segment(id)}`, ...cancelOf(options) }, { fine: [404] }),
  };
}
