import { describe, expect, it } from 'vitest';
import { parseChallenge } from './challenge.ts';
import { mirrorEndpoint, registryEndpoint } from './endpoint.ts';

describe('parseChallenge', () => {
  it('reads a bearer challenge with quoted and bare values', () => {
    const header =
      'Bearer realm="https://auth.example/token?a=1,2",service=registry.example,scope="repository:ai/x:pull,push"';
    expect(parseChallenge(header)).toEqual({
      scheme: 'bearer',
      realm: 'https://auth.example/token?a=1,2',
      service: 'registry.example',
      scope: 'repository:ai/x:pull,push',
    });
  });

  it('prefers bearer among several challenges, whatever their order and case', () => {
    expect(parseChallenge('Basic realm="x", BEARER realm="https://a/"')).toMatchObject({
      scheme: 'bearer',
      realm: 'https://a/',
    });
    expect(parseChallenge('bearer Realm = "https://a/", Basic realm="x"')).toMatchObject({
      scheme: 'bearer',
      realm: 'https://a/',
    });
  });

  it('reads escapes inside quotes', () => {
    expect(parseChallenge('Bearer realm="https://a/\\"b"')).toMatchObject({ realm: 'https://a/"b' });
  });

  it('falls back to basic, and to nothing for what it does not know', () => {
    expect(parseChallenge('Basic realm="Registry Realm"')).toEqual({ scheme: 'basic' });
    expect(parseChallenge('Basic')).toEqual({ scheme: 'basic' });
    expect(parseChallenge('Negotiate')).toBeUndefined();
    expect(parseChallenge('Bearer service="x"')).toBeUndefined();
    expect(parseChallenge('')).toBeUndefined();
    expect(parseChallenge(undefined)).toBeUndefined();
    expect(parseChallenge('"""=,,,')).toBeUndefined();
  });

  it('comes to an end on long hostile headers', () => {
    expect(parseChallenge(`Bearer ${'a="'.repeat(20_000)}`)).toBeUndefined();
    expect(parseChallenge(' ,'.repeat(50_000))).toBeUndefined();
    expect(parseChallenge(`Basic ${'a '.repeat(50_000)}`)).toEqual({ scheme: 'basic' });
  });
});

describe('registryEndpoint', () => {
  it.each([
    ['docker.io', 'https://registry-1.docker.io'],
    ['registry.example:5000', 'https://registry.example:5000'],
    ['localhost', 'http://localhost'],
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['127.8.8.8:5000', 'http://127.8.8.8:5000'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['registry.local:5000', 'http://registry.local:5000'],
    ['listed.example:5000', 'http://listed.example:5000'],
    ['listed.example', 'https://listed.example'],
    ['localhost.example', 'https://localhost.example'],
    ['10.0.0.1:5000', 'https://10.0.0.1:5000'],
  ])('speaks to %s at %s', (registry, baseUrl) => {
    expect(registryEndpoint(registry, ['listed.example:5000'])).toMatchObject({ baseUrl, isMirror: false });
  });
});

describe('mirrorEndpoint', () => {
  it.each([
    ['mirror.example', 'https://mirror.example'],
    ['http://mirror.example:5000/', 'http://mirror.example:5000'],
    ['https://mirror.example/hub/', 'https://mirror.example/hub'],
    ['https://user:pw@mirror.example', undefined],
    ['ftp://mirror.example', undefined],
    ['', undefined],
  ])('reads %s as %s', (text, baseUrl) => {
    expect(mirrorEndpoint(text)?.baseUrl).toBe(baseUrl);
  });
});
