import { AppError, type Env, type Paths } from '#core';
import type { Translate } from '../messages/translate.ts';

/** Where the daemon is. A remote one is never started by us. */
export type DaemonAddress =
  | { readonly kind: 'local'; readonly socket: string }
  | { readonly kind: 'remote'; readonly socket: string; readonly label: string }
  | { readonly kind: 'remote'; readonly url: URL; readonly label: string };

/** GANTRY_HOST, then MODEL_RUNNER_HOST, then this machine's socket. @throws AppError `settings.invalid` */
export function daemonAddress(env: Env, { paths, t }: { paths: Paths; t: Translate }): DaemonAddress {
  const value = env['GANTRY_HOST'] || env['MODEL_RUNNER_HOST'];
  if (!value) return { kind: 'local', socket: paths.socket };
  if (value.startsWith('unix://')) return { kind: 'remote', socket: value.slice('unix://'.length), label: value };
  const text = value.replace(/^tcp:\/\//, 'http://');
  const address = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) {
    throw new AppError('settings.invalid', t('daemon.badHost', { value }), {
      hint: t('daemon.badHostHint'),
      params: { value },
    });
  }
  const url = new URL(address);
  return { kind: 'remote', url, label: `${url.protocol}//${url.host}` };
}
