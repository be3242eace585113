import { describe, expect, it } from 'vitest';
import { settingsSchema } from '#settings';
import { logLevelFrom, originsFrom, serverInForce, variablesWithoutEffect } from './server-settings.ts';

const { server } = settingsSchema.parse({});

describe('the server settings in force', () => {
  it('come from the command line, then GANTRY_PORT, then MODEL_RUNNER_PORT, then the file', () => {
    const env = { GANTRY_PORT: '2', MODEL_RUNNER_PORT: '3' };
    expect(serverInForce(server, { env, port: 1, host: '::1' })).toMatchObject({ port: 1, host: '::1' });
    expect(serverInForce(server, { env }).port).toBe(2);
    expect(serverInForce(server, { env: { MODEL_RUNNER_PORT: '3' } }).port).toBe(3);
    expect(serverInForce(server, { env: {} }).port).toBe(12_434);
  });

  it('take TLS from the variables of docker/model-runner', () => {
    const env = {
      MODEL_RUNNER_TLS_ENABLED: 'true',
      MODEL_RUNNER_TLS_PORT: '4',
      MODEL_RUNNER_TLS_CERT: '/c.pem',
      MODEL_RUNNER_TLS_KEY: '/k.pem',
    };
    expect(serverInForce(server, { env }).tls).toEqual({
      enabled: true,
      port: 4,
      only: false,
      certificate: '/c.pem',
      key: '/k.pem',
    });
  });

  it.each([
    [{ MODEL_RUNNER_TLS_CERT: '/c.pem' }, 'go together'],
    [{ MODEL_RUNNER_TLS_ENABLED: 'yes please' }, 'neither true nor false'],
    [{ MODEL_RUNNER_TLS_ENABLED: '1', MODEL_RUNNER_TLS_AUTO_CERT: '0' }, 'no certificate is named'],
    [{ MODEL_RUNNER_TLS_PORT: '70000' }, 'not a port'],
    [{ MODEL_RUNNER_PORT: 'x' }, 'MODEL_RUNNER_PORT'],
  ])('are refused when they cannot hold: %o', (env, text) => {
    expect(() => serverInForce(server, { env })).toThrow(text);
  });

  it('name the variables that do nothing here, and take the level of the log', () => {
    const env = { LLAMA_ARGS: '-ngl 9', MODEL_RUNNER_SOCK: '', LOG_LEVEL: 'DEBUG' };
    expect(variablesWithoutEffect(env)).toEqual([
      { name: 'LLAMA_ARGS', instead: 'use: gantry configure MODEL -- FLAGS' },
    ]);
    expect(variablesWithoutEffect({ INSECURE_REGISTRY: 'true' })).toHaveLength(1);
    expect(variablesWithoutEffect({ INSECURE_REGISTRY: 'true', DEFAULT_REGISTRY: 'a.example' })).toEqual([]);
    expect(logLevelFrom(env)).toBe('debug');
    expect(logLevelFrom({ LOG_LEVEL: 'chatty' })).toBeUndefined();
  });

  it('take origins from DMR_ORIGINS', () => {
    expect(originsFrom({ DMR_ORIGINS: 'https://a.example, null,,*' })).toEqual(['https://a.example', 'null', '*']);
    expect(originsFrom({})).toEqual([]);
  });
});
