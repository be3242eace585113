import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VulnerabilityReport } from '../src/images/index.ts';
import { busyboxMissing, makeFailingImage, type FailingImage } from './diagnosis/failing-image.ts';
import { dockerMissing } from './docker-engine.ts';
import { gantry, root, runCommand, temporaryDirectory } from './harness.ts';

const missing = (await dockerMissing()) ?? (await busyboxMissing());
const skopeo = (await runCommand(['skopeo', '--version'])).code === 0;

const dockerfile = `FROM BASE
COPY rootfs/ /
COPY secret/ /
RUN rm -r /app/.env && dd if=/dev/zero of=/var/cache.bin bs=1M count=3
RUN rm /var/cache.bin
ENV DB_PASSWORD=hunter2hunter2 PATH=/bin
EXPOSE 22
CMD ["sh"]
`;
const status = `Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl
Version: 3.0.1-1

Package: gone
Status: deinstall ok config-files
Version: 1

`;

interface Report {
  readonly inventory: {
    readonly os: { readonly name: string };
    readonly packages: readonly { readonly kind: string; readonly name: string; readonly version: string }[];
    readonly secrets: readonly object[];
    readonly wastedBytes: number;
    readonly layers: readonly { readonly sizeBytes: number }[];
  };
  readonly audit: readonly { readonly id: string }[];
  readonly updates: { readonly state: string };
}

describe.skipIf(missing !== undefined)(`gantry ai scan${missing ? ` (${missing})` : ''}`, () => {
  const name = `gantry-test-scan:${randomBytes(4).toString('hex')}`;
  let base: FailingImage;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    base = await makeFailingImage();
    home = await temporaryDirectory('scan');
    const context = join(home.path, 'context');
    const files: Readonly<Record<string, string>> = {
      Dockerfile: dockerfile.replace('BASE', base.name),
      'rootfs/etc/os-release':
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
      'rootfs/var/lib/dpkg/status': status,
      'rootfs/usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\nLicense: Apache 2.0\n\nText\n',
      'secret/app/.env': 'API_TOKEN=abcdefgh12345678\n',
    };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(context, path, '..'), { recursive: true });
      await writeFile(join(context, path), content);
    }
    await cp(join(root, 'node_modules/picocolors'), join(context, 'rootfs/app/node_modules/picocolors'), {
      recursive: true,
    });
    const client = (await runCommand(['sh', '-c', 'command -v docker'])).stdout.trim();
    // A program in Go that is on every machine where this runs.
    await cp(client, join(context, 'rootfs/usr/bin/docker'), { dereference: true });
    const built = await runCommand(['docker', 'build', '-q', '-t', name, context], { env: { DOCKER_BUILDKIT: '0' } });
    expect(built.code, built.stderr).toBe(0);
  });

  afterAll(async () => {
    await runCommand(['docker', 'rmi', '--force', name]);
    await base[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  it('reads packages, secrets, waste and configuration from the layers', async () => {
    const { code, stdout } = await gantry(home.path, ['ai', 'scan', name, '--json', '--offline']);
    expect(code).toBe(0);
    const { inventory, audit, updates } = JSON.parse(stdout) as Report;
    expect(inventory.os.name).toBe('Debian GNU/Linux 12 (bookworm)');
    const named = new Map(inventory.packages.map((one) => [`${one.kind}:${one.name}`, one.version]));
    expect(named.get('deb:libssl3')).toBe('3.0.1-1');
    expect(named.has('deb:gone')).toBe(false);
    expect(named.get('npm:picocolors')).toMatch(/^\d/);
    expect(named.get('pypi:requests')).toBe('2.31.0');
    expect(named.get('golang:stdlib')).toMatch(/^1\./);
    expect(inventory.secrets).toMatchObject([{ rule: 'env-file', path: 'app/.env', deletedLater: true }]);
    expect(inventory.wastedBytes).toBeGreaterThan(3 * 1024 * 1024);
    expect(audit.map(({ id }) => id)).toEqual(expect.arrayContaining(['root-user', 'secret-in-env', 'ssh-port']));
    expect(updates).toMatchObject({ state: 'unknown', reason: 'skipped' });
    expect(stdout).not.toContain('abcdefgh12345678');
  });

  it('reads the same from a file of docker save, from an OCI layout, and from one in a folder with layers in zstd', async () => {
    const saved = join(home.path, 'saved.tar');
    await runCommand(['docker', 'save', '-o', saved, name]);
    const forms = [saved];
    if (skopeo) {
      const oci = join(home.path, 'oci.tar');
      const copied = await runCommand([
        'skopeo',
        '--insecure-policy',
        'copy',
        `docker-archive:${saved}`,
        `oci-archive:${oci}:x`,
      ]);
      expect(copied.code, copied.stderr).toBe(0);
      const folder = join(home.path, 'oci');
      const compressed = await runCommand([
        'skopeo',
        '--insecure-policy',
        'copy',
        '--dest-compress-format',
        'zstd',
        `docker-archive:${saved}`,
        `oci:${folder}:x`,
      ]);
      expect(compressed.code, compressed.stderr).toBe(0);
      const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
      const manifest = await readFile(join(folder, 'blobs', index.manifests[0].digest.replace(':', '/')), 'utf8');
      expect(manifest).toContain('tar+zstd');
      forms.push(oci, folder);
    }
    const whole = JSON.parse((await gantry(home.path, ['ai', 'scan', name, '--json', '--offline'])).stdout) as Report;
    for (const file of forms) {
      const { stdout } = await gantry(home.path, ['ai', 'scan', '--input', file, '--json', '--offline']);
      const { inventory } = JSON.parse(stdout) as Report;
      expect(inventory.packages).toEqual(whole.inventory.packages);
      expect(inventory.wastedBytes).toBe(whole.inventory.wastedBytes);
      expect(inventory.layers.map(({ sizeBytes }) => sizeBytes)).toEqual(
        whole.inventory.layers.map(({ sizeBytes }) => sizeBytes),
      );
    }
  });

  it('writes CycloneDX, and says plainly what is not known', async () => {
    const file = join(home.path, 'sbom.json');
    const { code, stdout } = await gantry(home.path, [
      'ai',
      'scan',
      name,
      '--sbom',
      file,
      '--offline',
      '--fail-on',
      'high',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('there is no Trivy, Grype or Docker Scout here');
    expect(stdout).toContain('deleted later, but still in the image');
    const sbom = JSON.parse(await readFile(file, 'utf8')) as { components: { purl?: string }[] };
    expect(sbom.components.map(({ purl }) => purl)).toContain(
      'pkg:deb/debian/libssl3@3.0.1-1?arch=amd64&distro=debian-12',
    );
  });

  it('finds known vulnerabilities in an OSV database that was imported, without any network', async () => {
    const database = join(home.path, 'osv');
    await mkdir(database);
    const record = (id: string, ecosystem: string, changes: object) => ({
      id,
      modified: '2026-01-01T00:00:00Z',
      summary: `About ${id}`,
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
      affected: [
        { package: { ecosystem, ...changes }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] },
      ],
    });
    const fixedIn = (name: string, version: string) => ({
      package: { ecosystem: 'PyPI', name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: version }] }],
    });
    const records = [
      record('DEBIAN-CVE-1', 'Debian:12', { name: 'openssl' }),
      record('DEBIAN-CVE-2', 'Debian:11', { name: 'openssl' }),
      { ...record('PYSEC-1', 'PyPI', { name: 'requests' }), affected: [fixedIn('requests', '2.32.0')] },
      { ...record('PYSEC-2', 'PyPI', { name: 'requests' }), affected: [fixedIn('requests', '2.31.0')] },
    ];
    await Promise.all(records.map((one) => writeFile(join(database, `${one.id}.json`), JSON.stringify(one))));
    const { code, stdout, stderr } = await gantry(
      home.path,
      ['ai', 'scan', name, '--json', '--offline', '--osv', database],
      { env: { http_proxy: 'http://127.0.0.1:1', https_proxy: 'http://127.0.0.1:1' } },
    );
    expect(code, stderr).toBe(0);
    const { vulnerabilities } = JSON.parse(stdout) as { vulnerabilities: VulnerabilityReport };
    const found = vulnerabilities.state === 'known' ? vulnerabilities.vulnerabilities : [];
    expect(
      Object.fromEntries(found.map(({ id, package: of, installed, fixed }) => [id, [of, installed, fixed]])),
    ).toEqual({
      'DEBIAN-CVE-1': ['libssl3', '3.0.1-1', undefined],
      'PYSEC-1': ['requests', '2.31.0', '2.32.0'],
    });
  });

  it('compares with the package index of the distribution, and keeps it for a while', async () => {
    const reachable =
      (
        await runCommand([
          'curl',
          '-sfI',
          '-m',
          '10',
          'https://deb.debian.org/debian-security/dists/bookworm-security/InRelease',
        ])
      ).code === 0;
    const first = JSON.parse((await gantry(home.path, ['ai', 'scan', name, '--json'])).stdout) as Report;
    if (!reachable) {
      expect(first.updates).toMatchObject({ state: 'unknown', reason: 'unreachable' });
      return;
    }
    expect(first.updates).toMatchObject({
      state: 'known',
      updates: [{ name: 'libssl3', source: 'openssl', installed: '3.0.1-1' }],
    });
    const again = JSON.parse((await gantry(home.path, ['ai', 'scan', name, '--json'])).stdout) as Report;
    expect(again.updates).toEqual(first.updates);
  });

  it('says which image there is none of', async () => {
    const { code, stderr } = await gantry(home.path, ['ai', 'scan', 'gantry-test-none:1']);
    expect(code).toBe(3);
    expect(stderr).toContain('The Docker Engine does not have the image gantry-test-none:1.');
  });
});
