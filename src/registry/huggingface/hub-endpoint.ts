import { AppError, type Env } from '#core';
import { isSwitchedOn } from './token.ts';

export interface HubEndpoint {
  /** Address without a slash at its end. */
  readonly base: string;
  readonly host: string;
}

/** The server behind `HF_ENDPOINT`. @throws AppError `settings.invalid` */
export function parseEndpoint(text: string | undefined): HubEndpoint {
  const address = text || 'https://huggingface.co';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isWeb || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new AppError('settings.invalid', 'HF_ENDPOINT is not the address of a Hugging Face server.', {
      hint: 'Use an address such as https://huggingface.co, without user name, password or query.',
      params: { name: 'HF_ENDPOINT' },
    });
  }
  return { base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, host: url.host };
}

/** @throws AppError `source.not_allowed` when the user has switched the Hub off */
export function assertOnline(env: Env, host: string): void {
  if (!isSwitchedOn(env['HF_HUB_OFFLINE'])) return;
  throw new AppError('source.not_allowed', `HF_HUB_OFFLINE is set, so ${host} is not asked.`, {
    hint: 'Unset HF_HUB_OFFLINE to use Hugging Face.',
    params: { host },
  });
}

export function isRepositoryName(name: string): boolean {
  const parts = name.split('/');
  return parts.length <= 2 && parts.every((part) => /^[\w.-]{1,96}$/.test(part) && !/^\.+$|\.\./.test(part));
}

/** @throws AppError `reference.invalid` */
export function parseRepositoryName(name: string): string {
  if (isRepositoryName(name)) return name;
  throw new AppError('reference.invalid', `"${name.slice(0, 200)}" is not the name of a Hugging Face repository.`, {
    hint: 'A repository is named ORG/MODEL, for example hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF.',
    params: { name: name.slice(0, 200) },
  });
}
