import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core';
import { createManualClock, testCertificate, type ManualClock } from '#testing';
import { certificateFacts, createCertificates } from './certificates.ts';
import { readOwnCertificate } from './own-certificate.ts';

const day = 86_400_000;
const names = ['localhost', 'model-runner.docker.internal', '127.0.0.1', '::1'];

let folder: string;
let clock: ManualClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-tls-'));
  clock = createManualClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the certificate that is made', () => {
  const make = (): ReturnType<typeof createCertificates> => createCertificates(folder, { clock, log: silentLog });

  it('is signed by the authority for every name, and its keys are their owner’s', async () => {
    const { cert, key } = await make().ensure(names);
    const leaf = new X509Certificate(cert);
    const authority = new X509Certificate(await readFile(make().authorityPath));
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect([leaf.ca, authority.ca]).toEqual([false, true]);
    expect(leaf.checkHost('localhost')).toBe('localhost');
    expect(leaf.checkIP('::1')).toBe('::1');
    expect(leaf.checkHost('evil.example')).toBeUndefined();
    expect(key).toContain('PRIVATE KEY');
    for (const file of ['ca-key.pem', 'server-key.pem']) {
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    }
    expect(certificateFacts(cert, '/ca.pem')).toMatchObject({
      authorityPath: '/ca.pem',
      fingerprint: leaf.fingerprint256,
    });
  });

  it('stays while it holds, also over restarts', async () => {
    const first = await make().ensure(names);
    clock.advance(300 * day);
    expect(await make().ensure(names)).toEqual(first);
    expect(await make().ensure(['127.0.0.1'])).toEqual(first);
  });

  it('is made anew before it ends, by the same authority', async () => {
    const first = await make().ensure(names);
    const authority = await readFile(make().authorityPath, 'utf8');
    clock.advance(336 * day);
    const second = await make().ensure(names);
    expect(second.cert).not.toBe(first.cert);
    expect(await readFile(make().authorityPath, 'utf8')).toBe(authority);
  });

  it('is made anew for a name it lacks, when asked for, and when its file is broken', async () => {
    const seen = new Set([(await make().ensure(names)).cert]);
    seen.add((await make().ensure([...names, 'gantry.lan'])).cert);
    seen.add((await make().renew([...names, 'gantry.lan'])).cert);
    await writeFile(join(folder, 'server.pem'), 'nonsense');
    seen.add((await make().ensure(names)).cert);
    expect(seen.size).toBe(4);
  });
});

describe('a certificate of the user', () => {
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const read = (certificate: string, key: string, now = Date.parse('2026-12-01')): Promise<unknown> => {
    return readOwnCertificate({ certificate, key }, { ...clock, now: () => now });
  };

  it('is used as it is', async () => {
    const [cert, key] = [await write('c.pem', testCertificate.cert), await write('k.pem', testCertificate.key)];
    expect(await read(cert, key)).toEqual({ cert: testCertificate.cert, key: testCertificate.key });
  });

  it('is refused with what is wrong', async () => {
    const made = await createCertificates(join(folder, 'made'), { clock, log: silentLog }).ensure(names);
    const [cert, key] = [await write('c.pem', testCertificate.cert), await write('k.pem', testCertificate.key)];
    const other = await write('o.pem', made.key);
    const broken = await write('b.pem', 'nonsense');
    const wrong = [
      read(cert, other),
      read(cert, broken),
      read(broken, key),
      read('/nowhere.pem', key),
      read(cert, key, Date.parse('2020-01-01')),
      read(cert, key, Date.parse('2200-01-01')),
    ];
    const reasons = await Promise.all(wrong.map((one) => one.catch((error: Error) => error.message)));
    expect(reasons).toEqual([
      expect.stringContaining('is not the key of this certificate'),
      expect.stringContaining('not in PEM'),
      expect.stringContaining('not in PEM'),
      expect.stringContaining('cannot be read (ENOENT)'),
      expect.stringContaining('valid only from'),
      expect.stringContaining('expired on'),
    ]);
  });
});
