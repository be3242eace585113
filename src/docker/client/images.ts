import { AppError } from '#core';
import type { BuildOptions, Cancel, FindRegistryAuth, Images, PullEvent } from '../types.ts';
import { ask, askJson, cancelOf, filtersText, segment, tell, type SendRequest } from './call.ts';
import { jsonLines } from './json-lines.ts';
import { fromRegistry, isForLogin, loginCommand } from './registry-refusal.ts';
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

  async function* push(name: string, options: Cancel = {}): AsyncGenerator<PullEvent> {
    if (name.includes('@')) {
      throw new AppError('reference.invalid', `"${name}" is a digest; images are pushed by a tag.`, {
        hint: `Give it a tag first: docker tag ${name} NAME:TAG`,
        params: { reason: 'push_digest', name },
      });
    }
    const [repository, tag] = splitTag(name);
    const auth = await find?.(name, options);
    const question = { name, isLoggedIn: auth !== undefined };
    try {
      const { stream } = await ask(sendRequest, {
        method: 'POST',
        path: `/images/${segment(repository)}/push`,
        query: { tag },
        // Without the header Engines before 23 look for a login in the body.
        headers: { 'x-registry-auth': auth ?? nobody },
        ...cancelOf(options),
      });
      for await (const { id, status, error, progressDetail, aux } of jsonLines(stream, progressAnswer)) {
        if (error !== undefined) throw failed(error);
        if (status === undefined && aux?.Digest === undefined) continue;
        yield {
          id,
          status: status ?? '',
          currentBytes: progressDetail?.current,
          totalBytes: progressDetail?.total,
          digest: aux?.Digest,
        };
      }
    } catch (error) {
      throw fromRegistry(error, question);
    }
  }

  return {
    inspect,
    push,
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

/** `{}` as the Engine takes a login. */
const nobody = 'e30=';

/** A name without tag or digest means `latest`; without it the Engine would fetch every tag there is. */
function splitTag(name: string): [string, string | undefined] {
  if (name.includes('@')) return [name, undefined];
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? [name.slice(0, colon), name.slice(colon + 1)] : [name, 'latest'];
}

function withLoginHint(error: unknown, name: string): unknown {
  if (!(error instanceof AppError) || !isForLogin(error.message)) return error;
  return new AppError(error.code, error.message, {
    hint: `Log in with: ${loginCommand(name)}`,
    params: error.params,
    cause: error,
  });
}

function failed(reason: string): AppError {
  return new AppError('docker.failed', `The Docker Engine failed: ${reason}.`, { params: { reason, status: 200 } });
}
