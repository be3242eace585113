import { mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gantryPaths, systemClock, type Env, type Paths } from '#core';
import { en } from '../messages/en.ts';
import { createTranslate } from '../messages/translate.ts';
import { daemonAddress } from './address.ts';
import { changeContexts, readContexts } from './contexts.ts';

const t = createTranslate(en);

async function pathsWith(contexts?: object): Promise<Paths> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-address-'));
  const paths = gantryPaths({ HOME: home });
  if (contexts !== undefined) {
    await mkdir(join(paths.dockerConfig, 'model'), { recursive: true });
    await writeFile(join(paths.dockerConfig, 'model', 'contexts.json'), JSON.stringify(contexts));
  }
  return paths;
}

const gpu = { host: 'gpu.lan:12444', tls: { enabled: true, caCert: '/ca.pem' }, createdAt: '2026-01-01T00:00:00Z' };
const withGpu = { version: 1, current: 'gpu', contexts: { gpu } };

describe('the address of the daemon', () => {
  it('is this machine’s socket when nothing says otherwise', async () => {
    const paths = await pathsWith();
    expect(daemonAddress({}, { paths, t })).toEqual({ kind: 'local', socket: paths.socket });
  });

  it.each<[string, Env, object]>([
    ['MODEL_RUNNER_HOST', { MODEL_RUNNER_HOST: 'http://a:1' }, { label: 'http://a:1', tls: undefined }],
    ['a host without a scheme', { MODEL_RUNNER_HOST: 'a:1' }, { label: 'http://a:1' }],
    [
      'a host without a scheme, and TLS',
      { MODEL_RUNNER_HOST: 'a:1', MODEL_RUNNER_TLS: 'true' },
      { label: 'https://a:1' },
    ],
    [
      'TLS that is not verified',
      { MODEL_RUNNER_HOST: 'https://a:1', MODEL_RUNNER_TLS_SKIP_VERIFY: 'true' },
      { tls: { skipVerify: true, caCert: undefined } },
    ],
    ['an API key', { GANTRY_HOST: 'a:1', GANTRY_API_KEY: 'k' }, { apiKey: 'k' }],
    ['the context in use', {}, { label: 'https://gpu.lan:12444', tls: { skipVerify: false, caCert: '/ca.pem' } }],
    ['a variable over a field of the context', { MODEL_RUNNER_TLS: 'false' }, { label: 'http://gpu.lan:12444' }],
  ])('follows %s', async (_what, env, expected) => {
    const paths = await pathsWith(withGpu);
    expect(daemonAddress(env, { paths, t })).toMatchObject(expected);
  });

  it('is an error when the context in use is gone, or the file is not one', async () => {
    const gone = await pathsWith({ ...withGpu, current: 'other' });
    expect(() => daemonAddress({}, { paths: gone, t })).toThrow('There is no context "other"');
    const broken = await pathsWith({ contexts: { gpu: {} } });
    expect(() => daemonAddress({}, { paths: broken, t })).toThrow('cannot be understood');
  });
});

describe('the file of contexts', () => {
  it('takes changes of several processes at once, and is private', async () => {
    const paths = await pathsWith();
    const signal = new AbortController().signal;
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(
      names.map((name) =>
        changeContexts({ paths, clock: systemClock, signal }, ({ current, named }) => ({
          current,
          named: { ...named, [name]: gpu },
        })),
      ),
    );
    expect(Object.keys(readContexts(paths).named).toSorted()).toEqual(names);
    expect((await stat(join(paths.dockerConfig, 'model', 'contexts.json'))).mode & 0o777).toBe(0o600);
  });
});
