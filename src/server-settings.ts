import { AppError, type Env } from '#core';
import type { Settings } from '#settings';

type Server = Settings['server'];

export interface ServerOverrides {
  readonly env: Env;
  /** From the command line. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * The command line wins over GANTRY_PORT, which wins over the variables of docker/model-runner's server (contract model-runner
 * §2.12), which win over the settings. @throws AppError `settings.invalid`
 */
export function serverInForce(server: Server, { env, host, port }: ServerOverrides): Server {
  return {
    ...server,
    host: host ?? server.host,
    port: port ?? portFrom(env, 'GANTRY_PORT') ?? portFrom(env, 'MODEL_RUNNER_PORT') ?? server.port,
    tls: tlsInForce(server.tls, env),
  };
}

/** DMR_ORIGINS, a comma list. */
export function originsFrom(env: Env): readonly string[] {
  return (env['DMR_ORIGINS'] ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
}

// Of docker/model-runner's server (contract model-runner §2.12), and what stands in for them here.
const withoutEffect: Readonly<Record<string, string>> = {
  MODEL_RUNNER_SOCK: 'the socket is in GANTRY_HOME',
  MODEL_RUNNER_ENVIRONMENT: 'set inference.keepAlive',
  LLAMA_SERVER_VERSION: 'choose one with: gantry runtime use',
  LLAMA_ARGS: 'use: gantry configure MODEL -- FLAGS',
  VLLM_SERVER_PATH: 'choose a runtime with: gantry runtime use',
  SGLANG_SERVER_PATH: 'this backend is not served',
  MLX_SERVER_PATH: 'this backend is not served',
  DIFFUSERS_SERVER_PATH: 'this backend is not served',
  VLLM_METAL_SERVER_PATH: 'this backend is not served',
  INSECURE_REGISTRY: 'set models.insecureRegistries',
};

/** What is set and does nothing here, each with a remedy: no setting is ignored silently. */
export function variablesWithoutEffect(env: Env): readonly { readonly name: string; readonly instead: string }[] {
  return (
    Object.entries(withoutEffect)
      .filter(([name]) => (env[name] ?? '') !== '')
      // It belongs to the default registry.
      .filter(([name]) => name !== 'INSECURE_REGISTRY' || (env['DEFAULT_REGISTRY'] ?? '') === '')
      .map(([name, instead]) => ({ name, instead }))
  );
}

/** LOG_LEVEL, in any case, where it is one of ours. */
export function logLevelFrom(env: Env): Settings['log']['level'] | undefined {
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  return levels.find((level) => level === env['LOG_LEVEL']?.toLowerCase());
}

function tlsInForce(tls: Server['tls'], env: Env): Server['tls'] {
  const [certificate, key] = [env['MODEL_RUNNER_TLS_CERT'] || undefined, env['MODEL_RUNNER_TLS_KEY'] || undefined];
  const enabled = switchFrom(env, 'MODEL_RUNNER_TLS_ENABLED') ?? tls.enabled;
  const port = portFrom(env, 'MODEL_RUNNER_TLS_PORT') ?? tls.port;
  if ((certificate === undefined) !== (key === undefined)) {
    throw new AppError('settings.invalid', 'MODEL_RUNNER_TLS_CERT and MODEL_RUNNER_TLS_KEY go together.', {
      hint: 'Set both, or none to have a certificate made.',
      params: { reason: 'tls_pair' },
    });
  }
  const inForce: Server['tls'] = {
    ...tls,
    enabled,
    port,
    ...(certificate === undefined || key === undefined ? {} : { certificate, key }),
  };
  if (enabled && inForce.certificate === undefined && switchFrom(env, 'MODEL_RUNNER_TLS_AUTO_CERT') === false) {
    throw new AppError('settings.invalid', 'MODEL_RUNNER_TLS_AUTO_CERT is off, and no certificate is named.', {
      hint: 'Set MODEL_RUNNER_TLS_CERT and MODEL_RUNNER_TLS_KEY, or let a certificate be made.',
      params: { reason: 'tls_pair' },
    });
  }
  return inForce;
}

function switchFrom(env: Env, name: string): boolean | undefined {
  const text = env[name]?.toLowerCase();
  if (text === undefined || text === '') return undefined;
  if (['1', 'true', 't'].includes(text)) return true;
  if (['0', 'false', 'f'].includes(text)) return false;
  throw new AppError('settings.invalid', `${name} is "${text.slice(0, 40)}", which is neither true nor false.`, {
    hint: 'Set it to true or false.',
    params: { name, value: text.slice(0, 40) },
  });
}

function portFrom(env: Env, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new AppError('settings.invalid', `${name} is "${text}", which is not a port.`, {
    hint: 'Set it to a number from 1 to 65535, or to 0 to use only the unix socket.',
    params: { name, value: text },
  });
}
