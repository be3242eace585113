import { describe, expect, it } from 'vitest';
import type { LayerScan } from '../layers/scan-layer.ts';
import { audit } from './audit.ts';
import { makeInventory } from './inventory.ts';
import { purlOf, toCycloneDx } from './sbom.ts';

const layer = (more: Partial<LayerScan>): LayerScan => ({
  files: new Map(),
  removed: [],
  opaque: [],
  packages: new Map(),
  os: new Map(),
  secrets: new Map(),
  setuid: [],
  sizeBytes: 0,
  gaps: [],
  ...more,
});

const deb = (
  version: string,
): ReadonlyMap<string, readonly { kind: 'deb'; name: string; version: string; path: string }[]> =>
  new Map([['var/lib/dpkg/status', [{ kind: 'deb', name: 'zlib1g', version, path: 'var/lib/dpkg/status' }]]]);

describe('an inventory', () => {
  it('has the packages of the files that are there in the end', () => {
    const file = new Map([['var/lib/dpkg/status', 10]]);
    const layers = [layer({ files: file, packages: deb('1') }), layer({ files: file, packages: deb('2') })];
    expect(makeInventory({ config: {}, layers, gaps: [] }).packages.map(({ version }) => version)).toEqual(['2']);
  });

  it('counts bytes that later layers delete, hide or replace', () => {
    const { wasted, wastedBytes, layers } = makeInventory({
      config: {},
      gaps: [],
      layers: [
        layer({
          files: new Map([
            ['cache/a', 100],
            ['cache/b', 50],
            ['old/deep/c', 7],
            ['kept', 1],
          ]),
          sizeBytes: 158,
        }),
        layer({ files: new Map([['cache/b', 60]]), removed: ['cache/a'], opaque: ['old/'], sizeBytes: 60 }),
      ],
    });
    expect(wastedBytes).toBe(157);
    expect(layers.map((one) => one.wastedBytes)).toEqual([157, 0]);
    expect(wasted.map(({ path, why, by }) => [path, why, by])).toEqual([
      ['cache/a', 'deleted', 1],
      ['cache/b', 'replaced', 1],
      ['old/deep/c', 'deleted', 1],
    ]);
  });

  it('tells a secret that was deleted later from one that is still there', () => {
    const secrets = new Map([['app/.env', [{ rule: 'env-file', hint: '20 B' }]]]);
    const first = layer({ files: new Map([['app/.env', 20]]), secrets });
    const gone = makeInventory({ config: {}, layers: [first, layer({ removed: ['app'] })], gaps: [] });
    expect(gone.secrets).toMatchObject([{ path: 'app/.env', layer: 0, deletedLater: true }]);
    expect(makeInventory({ config: {}, layers: [first], gaps: [] }).secrets).toMatchObject([{ deletedLater: false }]);
  });

  it('is judged by its configuration', () => {
    const config = {
      created: '2024-01-01T00:00:00Z',
      config: {
        Env: ['PATH=/bin', 'DB_PASSWORD=hunter2', 'GPG_KEY=0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D'],
        ExposedPorts: { '22/tcp': {} },
      },
      history: [{ created_by: '/bin/sh -c curl -fsSL https://example.com/install.sh | sh' }],
    };
    const os = new Map([['etc/os-release', { id: 'debian', version: '10', codename: 'buster', name: 'Debian 10' }]]);
    const inventory = makeInventory({
      config,
      layers: [layer({ files: new Map([['etc/os-release', 9]]), os })],
      gaps: [],
    });
    expect(audit(inventory, { nowMs: Date.parse('2026-06-01') }).map(({ id }) => id)).toEqual([
      'root-user',
      'no-healthcheck',
      'secret-in-env',
      'pipe-to-shell',
      'ssh-port',
      'old-image',
      'base-end-of-life',
    ]);
  });
});

describe('CycloneDX', () => {
  it('names packages for all tools', () => {
    const os = { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian' };
    expect(purlOf({ kind: 'deb', name: 'libc6', version: '2:1.0+b1', architecture: 'amd64', path: 'x' }, os)).toBe(
      'pkg:deb/debian/libc6@2:1.0%2Bb1?arch=amd64&distro=debian-12',
    );
    expect(purlOf({ kind: 'npm', name: '@a/b', version: '1.0.0', path: 'x' })).toBe('pkg:npm/%40a/b@1.0.0');
    expect(purlOf({ kind: 'maven', group: 'org.x', name: 'y', version: '1', path: 'x' })).toBe('pkg:maven/org.x/y@1');
    expect(purlOf({ kind: 'pypi', name: 'Foo_Bar', version: '1', path: 'x' })).toBe('pkg:pypi/foo-bar@1');
  });

  it('is the same for the same image', () => {
    const inventory = makeInventory({ config: {}, layers: [], gaps: [] });
    const options = { image: 'web:1', digest: 'sha256:1', timestamp: '2026-01-01T00:00:00Z' };
    expect(toCycloneDx(inventory, options)).toEqual(toCycloneDx(inventory, options));
    expect(toCycloneDx(inventory, options)).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  });
});
