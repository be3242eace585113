import { AppError, type Env, type Paths } from '#core';
import type { Translate } from '../messages/translate.ts';
import { readContexts, type NamedContext } from './contexts.ts';

/** How to trust a daemon behind TLS, besides what Node trusts. */
export interface AddressTls {
  readonly skipVerify: boolean;
  /** Path of a PEM file. */
  readonly caCert: string | undefined;
}

/** Where the daemon is. A remote one is never started by us. */
export type DaemonAddress =
  | { readonly kind: 'local'; readonly socket: string }
  | { readonly kind: 'remote'; readonly socket: string; readonly label: string }
  | {
      readonly kind: 'remote';
      readonly url: URL;
      readonly label: string;
      readonly tls?: AddressTls | undefined;
      readonly apiKey?: string | undefined;
    };

/** What TLS variables and a named context say together; each variable that is set wins (contract model-runner §1.2). */
interface WantedTls extends AddressTls {
  readonly enabled: boolean;
}

/** GANTRY_HOST, MODEL_RUNNER_HOST, the context in use, then this machine's socket. @throws AppError `settings.invalid` */
export function daemonAddress(env: Env, { paths, t }: { paths: Paths; t: Translate }): DaemonAddress {
  const host = env['GANTRY_HOST'] || env['MODEL_RUNNER_HOST'];
  const named = host ? undefined : currentContext(paths, t);
  const value = host || named?.host;
  if (!value) return { kind: 'local', socket: paths.socket };
  if (value.startsWith('unix://')) return { kind: 'remote', socket: value.slice('unix://'.length), label: value };
  const tls = wantedTls(env, named?.tls);
  const text = value.replace(/^tcp:\/\//, '');
  const withScheme = /^https?:\/\//.test(text) ? text : `http://${text}`;
  const address = tls.enabled ? withScheme.replace(/^http:/, 'https:') : withScheme;
  if (!URL.canParse(address)) {
    throw new AppError('settings.invalid', t('daemon.badHost', { value }), {
      hint: t('daemon.badHostHint'),
      params: { value },
    });
  }
  const url = new URL(address);
  const { skipVerify, caCert } = tls;
  return {
    kind: 'remote',
    url,
    label: `${url.protocol}//${url.host}`,
    tls: url.protocol === 'https:' ? { skipVerify, caCert } : undefined,
    apiKey: env['GANTRY_API_KEY'] || undefined,
  };
}

function currentContext(paths: Paths, t: Translate): NamedContext | undefined {
  const { current, named } = readContexts(paths);
  if (current === undefined) return undefined;
  if (Object.hasOwn(named, current)) return named[current];
  throw new AppError('settings.invalid', t('context.gone', { name: current }), { hint: t('context.goneHint') });
}

function wantedTls(env: Env, named: NamedContext['tls'] | undefined): WantedTls {
  const flag = (name: string): boolean | undefined => (env[name] ? env[name] === 'true' : undefined);
  return {
    enabled: flag('MODEL_RUNNER_TLS') ?? named?.enabled ?? false,
    skipVerify: flag('MODEL_RUNNER_TLS_SKIP_VERIFY') ?? named?.skipVerify ?? false,
    caCert: env['MODEL_RUNNER_TLS_CA_CERT'] || named?.caCert,
  };
}
