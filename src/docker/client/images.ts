import { AppError } from '#core';
import type { BuildOptions, Cancel, FindRegistryAuth, Images, PullEvent } from '../types.ts';
import { ask, askJson, cancelOf, filtersText, segment, tell, type SendRequest } from './call.ts';
import { jsonLines } from './json-lines.ts';
import { imageAnswer, imageList, progressAnswer } from './schemas.ts';

export interface ImagesOptions {
  readonly registryAuth?: FindRegistryAuth | undefined;
}

export function createImages(sendRequest: SendRequest, { registryAuth: find }: ImagesOptions = {}): Images {
  const inspect: Images['inspect'] = (name, options = {}) =>
    askJson(sendRequest, { method: 'GET', path: `/images/${segment(name)}/json`, ...cancelOf(options) }, imageAnswer);

  async function build({ context, tag, labels = {}, ...options }: BuildOptions): Promise<string> {
    const { stream } = await ask(sendRequest, {
      method: 'POST',
      path: '/build',
      // Everything that goes in is in the context.
      query: { t: tag, rm: true, forcerm: true, networkmode: 'none', labels: JSON.stringify(labels) },
      body: { type: 'application/x-tar', stream: context },
      ...cancelOf(options),
    });
    for await (const { error } of jsonLines(stream, progressAnswer)) if (error !== undefined) throw failed(error);
    return (await inspect(tag, options)).id;
  }

  async function* pull(
    name: string,
    { registryAuth, ...options }: Cancel & { readonly registryAuth?: string } = {},
  ): AsyncGenerator<PullEvent> {
    const [fromImage, tag] = splitTag(name);
    const auth = registryAuth ?? (await find?.(name, options));
    const { stream } = await ask(sendRequest, {
      method: 'POST',
      path: '/images/create',
      query: { fromImage, tag },
      ...(auth === undefined ? {} : { headers: { 'x-registry-auth': auth } }),
      ...cancelOf(options),
    }).catch((error: unknown) => {
      throw withLoginHint(error, name);
    });
    for await (const { id, status, error, progressDetail } of jsonLines(stream, progressAnswer)) {
      if (error !== undefined) throw withLoginHint(failed(error), name);
      if (status !== undefined) {
        yield { id, status, currentBytes: progressDetail?.current, totalBytes: progressDetail?.total };
      }
    }
  }

  return {
    inspect,
    list: ({ filters, ...options } = {}) =>
      askJson(
        sendRequest,
        { method: 'GET', path: '/images/json', query: { filters: filtersText(filters) }, ...cancelOf(options) },
        imageList,
      ),
    build,
    pull,
    remove: (name, options = {}) =>
      tell(
        sendRequest,
        { method: 'DELETE', path: `/images/${segment(name)}`, query: { force: true }, ...cancelOf(options) },
        { fine: [404] },
      ),
  };
}

/** A name without tag or digest means `latest`; without it the Engine would fetch every tag there is. */
function splitTag(name: string): [string, string | undefined] {
  if (name.includes('@')) return [name, undefined];
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? [name.slice(0, colon), name.slice(colon + 1)] : [name, 'latest'];
}

/** Registries answer a stranger in many words, and some say only that there is no such image. */
const needsLogin =
  /unauthorized|no basic auth credentials|access denied|authentication required|may require 'docker login'/i;

function withLoginHint(error: unknown, name: string): unknown {
  if (!(error instanceof AppError) || !needsLogin.test(error.message)) return error;
  const host = /^([^/]*[.:][^/]*|localhost)\//.exec(name)?.[1];
  return new AppError(error.code, error.message, {
    hint: `Log in with: docker login${host === undefined ? '' : ` ${host}`}`,
    params: error.params,
    cause: error,
  });
}

function failed(reason: string): AppError {
  return new AppError('docker.failed', `The Docker Engine failed: ${reason}.`, { params: { reason, status: 200 } });
}
