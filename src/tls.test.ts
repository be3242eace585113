import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core';
import { settingsSchema, type Settings } from '#settings';
import { createManualClock, testCertificate } from '#testing';
import { createTls, watchCertificate, type Tls } from './tls.ts';

describe('the certificate in force', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-tls-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const tlsWith = (server: unknown): Tls => {
    const settings: Settings = settingsSchema.parse({ server });
    const clock = { ...createManualClock(), now: () => Date.parse('2026-12-01') };
    return createTls({ folder, hostName: 'Box.lan', clock, log: silentLog, server: () => settings.server });
  };

  it('is made for the names and addresses that clients use', async () => {
    const tls = tlsWith({ listen: ['10.1.2.3'], allowedHosts: ['ai.example', 'no name'] });
    const leaf = new X509Certificate((await tls.material()).cert);
    const names = ['localhost', 'box.lan', 'model-runner.docker.internal', 'ai.example'];
    expect(names.map((name) => leaf.checkHost(name))).toEqual(names);
    expect(['127.0.0.1', '::1', '10.1.2.3'].map((address) => leaf.checkIP(address) !== undefined)).toEqual([
      true,
      true,
      true,
    ]);
    const before = await tls.facts();
    await tls.renew();
    expect((await tls.facts()).fingerprint).not.toBe(before.fingerprint);
    expect(before.authorityPath).toBe(join(folder, 'ca.pem'));
  });

  it('is the user’s own where it is named, and nobody else renews it', async () => {
    const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
    await writeFile(certificate, testCertificate.cert);
    await writeFile(key, testCertificate.key);
    const tls = tlsWith({ tls: { enabled: true, certificate, key } });
    expect(await tls.material()).toEqual({ cert: testCertificate.cert, key: testCertificate.key });
    expect((await tls.facts()).authorityPath).toBeUndefined();
    await expect(tls.renew()).rejects.toMatchObject({ code: 'request.invalid', params: { reason: 'tls_own_files' } });
    await writeFile(key, 'half a file');
    await expect(tls.material()).rejects.toMatchObject({ code: 'settings.invalid', params: { reason: 'tls' } });
  });
});

describe('the watch over the certificate', () => {
  it('looks each minute, also after it failed, until it is stopped', async () => {
    const clock = createManualClock();
    let looks = 0;
    let looked: (() => void) | undefined;
    const watch = watchCertificate(
      async () => {
        looks += 1;
        looked?.();
        throw new Error('half a file');
      },
      { clock, log: silentLog },
    );
    for (const count of [1, 2]) {
      const next = new Promise<void>((resolve) => (looked = resolve));
      clock.advance(60_000);
      await next;
      expect(looks).toBe(count);
      // What follows a failure is said in later turns.
      await new Promise((resolve) => setImmediate(resolve));
    }
    watch.stop();
    clock.advance(600_000);
    expect(looks).toBe(2);
  });
});
