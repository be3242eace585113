import type { Duplex } from 'node:stream';
import type { AttachOptions, Cancel, Containers, LogOptions, OutputChunk } from '../types.ts';
import { openAttachment } from './attach.ts';
import { ask, askJson, cancelOf, filtersText, segment, tell, type SendRequest } from './call.ts';
import { demultiplex } from './demultiplex.ts';
import { startExec } from './exec.ts';
import { containerAnswer, containerList, createdAnswer, waitAnswer } from './schemas.ts';

export interface ContainersDeps {
  readonly sendRequest: SendRequest;
  /** A bare connection, and the version prefix of paths on it. */
  readonly open: (options: Cancel) => Promise<{ readonly connection: Duplex; readonly apiPrefix: string }>;
}

export function createContainers({ sendRequest, open }: ContainersDeps): Containers {
  const inspect: Containers['inspect'] = (id, options = {}) =>
    askJson(
      sendRequest,
      { method: 'GET', path: `/containers/${segment(id)}/json`, ...cancelOf(options) },
      containerAnswer,
    );

  async function* logs(id: string, options: LogOptions = {}): AsyncGenerator<OutputChunk> {
    const { tty } = await inspect(id, options);
    const { follow = false, tail, sinceSeconds, timestamps = false } = options;
    const { stream } = await ask(sendRequest, {
      method: 'GET',
      path: `/containers/${segment(id)}/logs`,
      query: { stdout: true, stderr: true, follow, timestamps, tail: tail ?? 'all', since: sinceSeconds },
      ...cancelOf(options),
    });
    try {
      if (!tty) yield* demultiplex(stream as AsyncIterable<Buffer>);
      else for await (const bytes of stream as AsyncIterable<Buffer>) yield { stream: 'stdout', bytes };
    } finally {
      stream.destroy();
    }
  }

  async function attach(id: string, options: AttachOptions = {}): ReturnType<Containers['attach']> {
    const { stdin = false, logs: before = false } = options;
    const { connection, apiPrefix } = await open(options);
    const query = `stream=1&stdout=1&stderr=1${stdin ? '&stdin=1' : ''}${before ? '&logs=1' : ''}`;
    return await openAttachment(connection, {
      ...options,
      path: `${apiPrefix}/containers/${segment(id)}/attach?${query}`,
    });
  }

  return {
    list: ({ all = false, filters, ...options } = {}) =>
      askJson(
        sendRequest,
        {
          method: 'GET',
          path: '/containers/json',
          query: { all, filters: filtersText(filters) },
          ...cancelOf(options),
        },
        containerList,
      ),
    inspect,
    create: (spec, { name, ...options } = {}) =>
      askJson(
        sendRequest,
        { method: 'POST', path: '/containers/create', query: { name }, json: spec, ...cancelOf(options) },
        createdAnswer,
      ),
    start: (id, options = {}) =>
      tell(sendRequest, { method: 'POST', path: `/containers/${segment(id)}/start`, ...cancelOf(options) }),
    stop: (id, { graceSeconds, ...options } = {}) =>
      tell(sendRequest, {
        method: 'POST',
        path: `/containers/${segment(id)}/stop`,
        query: { t: graceSeconds },
        ...cancelOf(options),
      }),
    kill: (id, { signalName, ...options } = {}) =>
      tell(
        sendRequest,
        {
          method: 'POST',
          path: `/containers/${segment(id)}/kill`,
          query: { signal: signalName },
          ...cancelOf(options),
        },
        { fine: [409] },
      ),
    // 409: its removal is under way.
    remove: (id, options = {}) =>
      tell(
        sendRequest,
        {
          method: 'DELETE',
          path: `/containers/${segment(id)}`,
          query: { force: true, v: true },
          ...cancelOf(options),
        },
        { fine: [404, 409] },
      ),
    wait: (id, { condition, ...options } = {}) =>
      askJson(
        sendRequest,
        { method: 'POST', path: `/containers/${segment(id)}/wait`, query: { condition }, ...cancelOf(options) },
        waitAnswer,
      ),
    logs,
    attach,
    exec: (id, options) => startExec({ sendRequest, open }, id, options),
    unpack: (id, { folder, tar }, options = {}) =>
      tell(sendRequest, {
        method: 'PUT',
        path: `/containers/${segment(id)}/archive`,
        query: { path: folder },
        body: { type: 'application/x-tar', stream: tar },
        ...cancelOf(options),
      }),
    async hasPath(id, path, options = {}) {
      const { status, stream } = await sendRequest({
        method: 'HEAD',
        path: `/containers/${segment(id)}/archive`,
        query: { path },
        ...cancelOf(options),
      });
      stream.resume();
      return status === 200;
    },
  };
}
