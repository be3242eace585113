import { describe, expect, it } from 'vitest';
import { isNim, nimContainer, nimContainerName, nimRegistryAuth } from './plan.ts';

const image = 'nvcr.io/nim/google/gemma-3-1b-it:latest';
const host = { info: { runtimes: ['runc'], cdiDevices: [] }, env: {}, user: '1000:1000', cache: '/c', port: 8000 };

describe('a NIM', () => {
  it('is told by its registry', () => {
    expect(isNim(image)).toBe(true);
    for (const name of ['ai/nim', 'nvcr.io/nvidia/cuda', 'hf.co/nvcr.io/nim/x']) expect(isNim(name)).toBe(false);
  });

  it('has one container, named as Docker Model Runner names it', () => {
    expect(nimContainerName(image)).toBe('docker-model-nim-google-gemma-3-1b-it');
    expect(nimContainerName('nvcr.io/nim/x/y@sha256:abc')).toBe('docker-model-nim-x-y');
  });

  it('answers this machine alone, and keeps its weights', () => {
    expect(nimContainer(image, host)).toMatchObject({
      Env: [],
      HostConfig: {
        PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8000' }] },
        ShmSize: 17_179_869_184,
        Mounts: [{ Source: '/c', Target: '/opt/nim/.cache' }],
      },
    });
    expect(nimContainer(image, host).HostConfig).not.toHaveProperty('DeviceRequests');
  });

  it.each([
    [
      { runtimes: ['nvidia'], cdiDevices: [] },
      { Driver: 'nvidia', Count: -1 },
    ],
    [
      { runtimes: [], cdiDevices: ['nvidia.com/gpu=all'] },
      { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] },
    ],
  ])('gets the GPUs there are: %o', (info, request) => {
    expect(nimContainer(image, { ...host, info }).HostConfig?.DeviceRequests).toMatchObject([request]);
  });

  it('and its registry get the key of NVIDIA, where there is one', () => {
    const env = { NGC_API_KEY: 'k' };
    expect(nimContainer(image, { ...host, env }).Env).toEqual(['NGC_API_KEY=k']);
    expect(JSON.parse(Buffer.from(nimRegistryAuth(env) ?? '', 'base64url').toString())).toMatchObject({
      username: '$oauthtoken',
      password: 'k',
    });
    expect(nimRegistryAuth({})).toBeUndefined();
  });
});
