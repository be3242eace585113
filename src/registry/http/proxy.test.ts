import { describe, expect, it } from 'vitest';
import { addressScope, isLoopbackHost, mayLeadTo } from './address-scope.ts';
import { parseProxy, proxyFor, proxySettings } from './proxy.ts';

describe('proxySettings', () => {
  it('prefers lower-case names, and a scheme of its own before ALL_PROXY', () => {
    const env = { https_proxy: 'http://lower', HTTPS_PROXY: 'http://upper', ALL_PROXY: 'socks5://all', NO_PROXY: 'a' };
    expect(proxySettings(env)).toEqual({ https: 'http://lower', http: 'socks5://all', noProxy: 'a' });
  });

  it("takes the Docker CLI's proxies only when the environment names none", () => {
    const docker = { httpsProxy: 'http://docker', noProxy: 'x' };
    expect(proxySettings({}, docker)).toEqual({ http: undefined, https: 'http://docker', noProxy: 'x' });
    expect(proxySettings({ HTTP_PROXY: 'http://env' }, docker)).toEqual({
      http: 'http://env',
      https: undefined,
      noProxy: '',
    });
    expect(proxySettings({ HTTPS_PROXY: '' }, docker).https).toBe('http://docker');
  });
});

describe('proxyFor', () => {
  const used = (url: string, noProxy: string): boolean =>
    proxyFor(new URL(url), { http: 'http://p:1', https: 'http://p:1', noProxy }) !== undefined;

  it.each([
    ['https://registry.example/', '', true],
    ['https://registry.example/', '*', false],
    ['https://registry.example/', 'registry.example', false],
    ['https://a.registry.example/', 'registry.example', false],
    ['https://a.registry.example/', '.registry.example', false],
    ['https://registry.example/', '.registry.example', false],
    ['https://a.registry.example/', '*.registry.example', false],
    ['https://notregistry.example/', 'registry.example', true],
    ['https://registry.example/', 'other, REGISTRY.example', false],
    ['https://registry.example:5000/', 'registry.example:5000', false],
    ['https://registry.example:5001/', 'registry.example:5000', true],
    ['https://registry.example/', 'registry.example:443', false],
    ['http://registry.example/', 'registry.example:443', true],
    ['https://10.1.2.3/', '10.0.0.0/8', false],
    ['https://11.1.2.3/', '10.0.0.0/8', true],
    ['https://10.1.2.3/', '10.1.2.3', false],
    ['https://[fd00::1]/', 'fd00::/8', false],
    ['https://[fd00::1]/', 'fd00::1', false],
    ['https://[fe00::1]/', 'fd00::/8', true],
    ['https://registry.example/', '10.0.0.0/99 nonsense/8', true],
    ['https://localhost:5000/', '', false],
    ['https://127.0.0.9/', '', false],
    ['https://[::1]/', '', false],
  ])('sends %s with NO_PROXY "%s" through the proxy: %s', (url, noProxy, expected) => {
    expect(used(url, noProxy)).toBe(expected);
  });

  it('reads a proxy without a scheme as http', () => {
    expect(parseProxy('proxy:3128').href).toBe('http://proxy:3128/');
    expect(parseProxy('http://user:p%40ss@proxy:3128').password).toBe('p%40ss');
  });

  it.each(['http://', 'ftp://proxy', 'socks4://proxy', 'a b', 'ftp://user:secret@proxy'])(
    'refuses the proxy %s and shows no password',
    (text) => {
      expect(() => parseProxy(text)).toThrow(expect.objectContaining({ code: 'settings.invalid' }));
      expect(() => parseProxy(text)).not.toThrow(/secret/);
    },
  );
});

describe('addressScope', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['127.0.0.1', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['::1', 'loopback'],
    ['::', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['2002:7f00:1::', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['::ffff:169.254.169.254', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12::1', 'private'],
    ['255.255.255.255', 'private'],
    ['2606:4700::1111', 'public'],
  ])('says of %s: %s', (address, scope) => {
    expect(addressScope(address)).toBe(scope);
  });

  it('lets nobody lead closer to home than they are', () => {
    expect(mayLeadTo('public', 'private')).toBe(false);
    expect(mayLeadTo('private', 'loopback')).toBe(false);
    expect(mayLeadTo('private', 'link-local')).toBe(false);
    expect(mayLeadTo('private', 'private')).toBe(true);
    expect(mayLeadTo('loopback', 'public')).toBe(true);
  });

  it('knows the names of this machine', () => {
    expect(
      ['localhost', 'a.localhost', '[::1]', '127.1.1.1', 'localhost.example', '10.0.0.1'].map(isLoopbackHost),
    ).toEqual([true, true, true, true, false, false]);
  });
});
